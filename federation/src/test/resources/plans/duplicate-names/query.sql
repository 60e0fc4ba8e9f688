SELECT a.order_id, b.order_id FROM sales.orders a JOIN sales.orders b ON a.order_id = b.order_id WHERE a.total > 5
