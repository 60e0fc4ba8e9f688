SELECT customer_id, email, phone FROM crm.customer_360 WHERE customer_id = 5
