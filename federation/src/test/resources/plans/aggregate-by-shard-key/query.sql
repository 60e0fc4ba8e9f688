SELECT order_id, COUNT(*) AS n FROM sales.orders GROUP BY order_id
