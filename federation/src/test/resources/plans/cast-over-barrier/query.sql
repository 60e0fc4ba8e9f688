SELECT COUNT(*) AS n FROM crm.customer_360 WHERE CAST(segment AS INTEGER) > 5
