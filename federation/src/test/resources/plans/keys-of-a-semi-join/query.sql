SELECT v.customer_id FROM crm.customer_360 v WHERE v.segment = 'gold' AND NOT EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id = v.customer_id AND o.total > 100)
