SELECT COUNT(*) AS n FROM sales.orders WHERE total > (SELECT AVG(v.customer_id) FROM crm.customer_360 v) AND order_id < 2 * (SELECT COUNT(*) FROM crm.customer_360 w WHERE w.segment = 'gold')
