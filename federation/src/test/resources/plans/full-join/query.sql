SELECT v.customer_id, o.total FROM crm.customer_360 v FULL JOIN sales.orders o ON o.customer_id = v.customer_id
