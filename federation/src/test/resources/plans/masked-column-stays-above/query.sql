SELECT customer_id FROM crm.customer_360 WHERE email = 'a***@example.org'
