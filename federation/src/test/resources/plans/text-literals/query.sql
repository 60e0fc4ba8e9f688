SELECT customer_id FROM crm.customer_360 WHERE segment = 'x\'' or 1=1 -- ' OR country LIKE 'Ö%' OR segment IN ('a', 'B')
