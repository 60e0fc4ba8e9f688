SELECT o.order_id, v.customer_name
FROM sales.orders o JOIN crm.customer_360 v ON v.customer_id = o.customer_id
WHERE EXISTS (SELECT 1 FROM sales.orders p WHERE p.order_id = o.order_id AND p.total <> o.total)
  AND NOT EXISTS (SELECT 1 FROM sales.orders q WHERE q.order_id = o.order_id AND q.total > o.total)
