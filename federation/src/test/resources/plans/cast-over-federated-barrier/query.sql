SELECT order_id FROM fulfilment.late_orders WHERE 10 / quantity > 1
