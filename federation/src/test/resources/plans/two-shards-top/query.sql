SELECT order_id, total FROM sales.orders ORDER BY total DESC, order_id LIMIT 5 OFFSET 10
