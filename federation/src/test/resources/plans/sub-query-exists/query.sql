SELECT order_id FROM sales.orders WHERE order_id < 100 AND EXISTS (SELECT 1 FROM crm.customer_360 WHERE segment = 'gold') AND NOT EXISTS (SELECT 1 FROM sales.orders WHERE total > 1000000)
