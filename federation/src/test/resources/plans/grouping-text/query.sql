SELECT segment, COUNT(*) AS n FROM crm.customer_360 GROUP BY segment ORDER BY segment DESC NULLS FIRST LIMIT 3
