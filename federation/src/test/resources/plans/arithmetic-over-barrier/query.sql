SELECT customer_id FROM crm.customer_360 WHERE customer_id * 2 > 10
