SELECT o.order_id, v.customer_name
FROM sales.orders o, crm.customer_360 v
WHERE (v.customer_id = o.customer_id AND v.segment = 'Gold' AND o.total > 100)
   OR (v.customer_id = o.customer_id AND v.segment = 'gold' AND o.total < 50)
