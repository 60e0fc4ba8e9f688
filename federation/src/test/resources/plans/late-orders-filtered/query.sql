SELECT order_id, email FROM fulfilment.late_orders WHERE total > 100 AND customer_id = 7 ORDER BY total DESC LIMIT 10
