SELECT v.customer_id, v.customer_name FROM crm.customer_360 v WHERE v.customer_name = (SELECT c.email FROM crm.customer_360 c WHERE c.segment = 'gold') ORDER BY v.customer_id
