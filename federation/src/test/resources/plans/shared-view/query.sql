SELECT a.order_id, b.order_id AS other FROM fulfilment.late_orders a JOIN fulfilment.late_orders b ON a.product = b.product AND a.order_id < b.order_id
