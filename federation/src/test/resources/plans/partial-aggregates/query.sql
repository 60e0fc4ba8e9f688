SELECT status, COUNT(*) AS n, SUM(total) AS total, AVG(total) AS average, MIN(ordered_at) AS first FROM sales."orders@1" GROUP BY status
