SELECT order_id FROM sales.orders WHERE total > 10 UNION ALL SELECT customer_id FROM crm.customer_360
