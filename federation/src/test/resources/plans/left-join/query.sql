SELECT v.customer_id, o.total FROM crm.customer_360 v LEFT JOIN sales.orders o ON o.customer_id = v.customer_id WHERE v.customer_id = 3
