SELECT * FROM fulfilment.late_orders
