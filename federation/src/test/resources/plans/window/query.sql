SELECT order_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total DESC) AS n FROM sales.orders
