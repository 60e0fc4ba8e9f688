SELECT v.customer_id FROM crm.customer_360 v WHERE v.customer_id NOT IN (SELECT o.customer_id FROM sales.orders o)
