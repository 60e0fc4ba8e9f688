SELECT country, orders, revenue FROM sales.revenue_by_country
