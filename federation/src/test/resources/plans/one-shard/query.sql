SELECT order_id, total FROM sales.orders WHERE order_id = 7
