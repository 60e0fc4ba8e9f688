package io.belvedere.federation.plan;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Condition.And;
import io.belvedere.model.expr.Condition.Comparison;
import io.belvedere.model.expr.Condition.Operator;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.policy.PolicyFixtures.Granting;
import java.math.BigDecimal;
import java.util.List;

/** The queries that mutants are tried on, and the decision under which they are asked: rows of two conditions, masks, a hidden column. */
final class MutantCases {
    static final Catalog CATALOG = FederationFixture.catalogWith(FederationFixture.view(
            "pay.rated@1.0.0",
            "SELECT id AS payment_id, CAST(amount AS INTEGER) AS whole, ROUND(amount, 1) AS rounded, status FROM payments.payments",
            "payment_id bigint!*",
            "whole integer!",
            "rounded decimal(13,2)!",
            "status varchar!"));

    /** One statement at MariaDB. */
    static final List<String> CUSTOMERS = List.of(
            "SELECT customer_id, email, region FROM crm.customer_360",
            "SELECT customer_id, phone, segment, email FROM crm.customer_360 WHERE customer_id < 100",
            "SELECT email, COUNT(*) AS n FROM crm.customer_360 GROUP BY email");

    /** Two sources, on shards, with a barrier in the engine. */
    static final List<String> FEDERATED = List.of(
            "SELECT order_id, email, region FROM fulfilment.late_orders",
            "SELECT order_id, email, region FROM fulfilment.late_orders WHERE order_id > 7",
            "SELECT email, COUNT(*) AS n FROM fulfilment.late_orders GROUP BY email");

    /** Two views of different sources. */
    static final List<String> JOINED = List.of(
            "SELECT o.order_id, c.email FROM sales.\"orders@1\" o JOIN crm.customer_360 c ON c.customer_id = o.customer_id",
            "SELECT c.email, o.total FROM crm.customer_360 c LEFT JOIN sales.\"orders@1\" o ON c.customer_id = o.customer_id",
            "SELECT customer_id, email FROM crm.customer_360 UNION ALL SELECT order_id, status FROM sales.\"orders@1\"");

    static final List<String> SHARDED = List.of(
            "SELECT order_id, total FROM sales.\"orders@1\"",
            "SELECT customer_id, SUM(total) AS s FROM sales.\"orders@1\" GROUP BY customer_id",
            "SELECT order_id FROM sales.\"orders@1\" WHERE total > 100 ORDER BY order_id LIMIT 5");

    /** On shards, and put together in the engine. */
    static final List<String> GATHERED = List.of(
            "SELECT COUNT(*) AS n FROM sales.\"orders@1\"",
            "SELECT customer_id, SUM(total) AS s FROM sales.\"orders@1\" GROUP BY customer_id",
            "SELECT MAX(total) AS m FROM sales.\"orders@1\" WHERE customer_id > 5");

    static final List<String> SUB_QUERIES = List.of(
            "SELECT order_id FROM sales.\"orders@1\" WHERE order_id > (SELECT AVG(customer_id) FROM crm.customer_360)",
            "SELECT order_id FROM sales.\"orders@1\" o WHERE EXISTS (SELECT 1 FROM crm.customer_360 c WHERE c.customer_id = o.customer_id)",
            "SELECT order_id FROM sales.\"orders@1\" WHERE customer_id NOT IN (SELECT customer_id FROM crm.customer_360)");

    static final List<String> FENCED = List.of(
            "SELECT customer_id FROM crm.customer_360 WHERE customer_id * 2 > 10",
            "SELECT COUNT(*) AS n FROM crm.customer_360 WHERE customer_id * 5 > 10",
            "SELECT order_id FROM sales.\"orders@1\" WHERE order_id * 3 < 90");

    static final List<String> NAMED = List.of(
            "SELECT customer_name, email FROM crm.customer_360",
            "SELECT customer_id, customer_name, email FROM crm.customer_360 WHERE customer_id < 100",
            "SELECT customer_name, email, COUNT(*) AS n FROM crm.customer_360 GROUP BY customer_name, email");

    /** Keys go from a view in the engine to another view. */
    static final List<String> KEYED = List.of(
            "SELECT l.order_id, o.total FROM fulfilment.late_orders l JOIN sales.orders o ON o.order_id = l.order_id",
            "SELECT l.order_id, o.total FROM fulfilment.late_orders l JOIN sales.orders o ON o.order_id = l.order_id WHERE l.quantity > 1",
            "SELECT COUNT(*) AS n FROM fulfilment.late_orders l JOIN sales.orders o ON o.order_id = l.order_id");

    /** Joins that few rows need no engine for. */
    static final List<String> TINY = List.of(
            "SELECT o.order_id, c.segment FROM sales.\"orders@1\" o JOIN crm.customer_360 c ON c.customer_id = o.customer_id WHERE o.order_id = 100",
            "SELECT c.segment, o.total FROM sales.\"orders@1\" o JOIN crm.customer_360 c ON c.customer_id = o.customer_id WHERE o.order_id = 101",
            "SELECT o.order_id FROM sales.\"orders@1\" o JOIN crm.customer_360 c ON c.customer_id = o.customer_id WHERE o.order_id = 102");

    /** Policy asks for what the view computes, in the engine. */
    static final List<String> COMPUTED = List.of(
            "SELECT payment_id, whole FROM pay.rated",
            "SELECT whole, COUNT(*) AS n FROM pay.rated WHERE payment_id > 5 GROUP BY whole",
            "SELECT payment_id FROM pay.rated WHERE status = 'late' ORDER BY payment_id LIMIT 3");

    private MutantCases() {}

    static Granting granting(ResolvedQuery query) {
        return PolicyFixtures.everything(query.views())
                .rowsWhere("region", "EU")
                .rows(
                        "crm.customer_360@1.0.0",
                        new And(List.of(text("region", Operator.EQ, "EU"), text("segment", Operator.NE, "staff"))))
                .rows("sales.orders@1.0.0", text("status", Operator.EQ, "open"))
                .rows(
                        "pay.rated@1.0.0",
                        new And(List.of(number("whole", Operator.LE, 100), number("rounded", Operator.GT, 7))))
                .mask("email", new Mask.Email())
                .mask("phone", new Mask.KeepLast(2))
                .mask("card_number", new Mask.Hidden());
    }

    private static Condition text(String column, Operator operator, String value) {
        return new Comparison(new ColumnName(column), operator, new Literal.Text(value));
    }

    private static Condition number(String column, Operator operator, long value) {
        return new Comparison(new ColumnName(column), operator, new Literal.Numeric(BigDecimal.valueOf(value)));
    }

    static ResolvedQuery resolve(String sql) {
        return FederationFixture.resolve(CATALOG, sql);
    }

    static GovernedQuery weave(ResolvedQuery query, Allow decision) {
        return new Weaver().weave(query, decision);
    }

    static GovernedQuery woven(String sql) {
        ResolvedQuery query = resolve(sql);
        return weave(query, granting(query).allow());
    }

    static ProgramBuilder.Program program(GovernedQuery query) {
        return new Planner(new FixtureStatistics()).program(query, CATALOG).program();
    }
}
