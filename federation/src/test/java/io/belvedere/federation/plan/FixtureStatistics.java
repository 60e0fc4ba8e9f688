package io.belvedere.federation.plan;

import io.belvedere.federation.source.Statistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.expr.Literal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the coffee chain's databases say about their tables, in the sizes of the sample. */
final class FixtureStatistics implements Statistics {
    private final Map<TableName, TableStatistics> tables = new HashMap<>();

    FixtureStatistics() {
        table("crm", "customers", 20_000, Map.of("id", 20_000.0, "region", 3.0, "country_code", 30.0));
        table("crm", "countries", 30, Map.of("code", 30.0, "region", 3.0));
        table("inventory", "products", 500, Map.of("id", 500.0));
        table("inventory", "stock", 20_000, Map.of("store_id", 40.0, "product_id", 500.0));
        table("orders", "orders", 400_000, Map.of("id", 400_000.0, "customer_id", 20_000.0, "store_id", 40.0));
        table("orders", "order_items", 1_000_000, Map.of("order_id", 400_000.0, "product_id", 500.0));
        table("payments", "payments", 400_000, Map.of("id", 400_000.0, "order_id", 400_000.0));
        frequent("orders", "orders", "status", "done", 0.99, "open", 0.01);
        frequent("payments", "payments", "status", "paid", 0.97, "pending", 0.03);
        bounds("orders", "orders", "promised_at");
    }

    @Override
    public Optional<TableStatistics> find(TableName table) {
        return Optional.ofNullable(tables.get(table));
    }

    private static TableName name(String source, String table) {
        return new TableName(new SourceName(source), table);
    }

    private void table(String source, String table, double rows, Map<String, Double> distinct) {
        Map<ColumnName, ColumnStatistics> columns = new HashMap<>();
        distinct.forEach((column, values) ->
                columns.put(new ColumnName(column), new ColumnStatistics(values, 0, List.of(), List.of())));
        tables.put(name(source, table), new TableStatistics(rows, columns));
    }

    private void column(String source, String table, String column, ColumnStatistics statistics) {
        TableStatistics found = tables.get(name(source, table));
        Map<ColumnName, ColumnStatistics> columns = new HashMap<>(found.columns());
        columns.put(new ColumnName(column), statistics);
        tables.put(name(source, table), new TableStatistics(found.rows(), columns));
    }

    private void frequent(
            String source, String table, String column, String one, double share, String other, double otherShare) {
        column(
                source,
                table,
                column,
                new ColumnStatistics(
                        2,
                        0,
                        List.of(
                                new Frequent(new Literal.Text(one), share),
                                new Frequent(new Literal.Text(other), otherShare)),
                        List.of()));
    }

    private void bounds(String source, String table, String column) {
        List<Literal> bounds = new ArrayList<>();
        for (int month = 1; month <= 12; month++) {
            bounds.add(new Literal.Timestamp(Instant.parse("2026-%02d-01T00:00:00Z".formatted(month))));
        }
        column(source, table, column, new ColumnStatistics(300_000, 0.01, List.of(), bounds));
    }
}
