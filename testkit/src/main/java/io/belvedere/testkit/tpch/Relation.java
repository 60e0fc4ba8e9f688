package io.belvedere.testkit.tpch;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchColumnType;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The eight tables of TPC-H, with the keys and indexes that the specification allows. Every column is required. */
enum Relation {
    REGION("r_regionkey", ""),
    NATION("n_nationkey", "n_regionkey"),
    SUPPLIER("s_suppkey", "s_nationkey"),
    CUSTOMER("c_custkey", "c_nationkey"),
    PART("p_partkey", ""),
    PARTSUPP("ps_partkey, ps_suppkey", "ps_suppkey"),
    ORDERS("o_orderkey", "o_custkey"),
    LINEITEM("l_orderkey, l_linenumber", "l_partkey, l_suppkey");

    private final String primaryKey;
    private final String index;

    Relation(String primaryKey, String index) {
        this.primaryKey = primaryKey;
        this.index = index;
    }

    /** A column, its type as SQL and the catalog both write it, and its type as a database stores it. */
    record Column(String name, String type, String storedType) {}

    /** The name in databases and in the catalog. */
    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<String> primaryKey() {
        return List.of(primaryKey.split(", ", -1));
    }

    /** The columns of the further index, if there is one. */
    Optional<String> index() {
        return index.isEmpty() ? Optional.empty() : Optional.of(index);
    }

    private TpchTable<?> generated() {
        return TpchTable.getTable(table());
    }

    List<Column> columns() {
        return generated().getColumns().stream().map(Relation::column).toList();
    }

    private static Column column(TpchColumn<?> column) {
        var type = column.getType();
        return switch (type.getBase()) {
            case IDENTIFIER -> new Column(column.getColumnName(), "bigint", "bigint");
            case INTEGER -> new Column(column.getColumnName(), "integer", "integer");
            case DATE -> new Column(column.getColumnName(), "date", "date");
            case DOUBLE -> new Column(column.getColumnName(), "decimal(15,2)", "decimal(15,2)");
            case VARCHAR -> new Column(column.getColumnName(), "varchar", "varchar(" + length(type) + ")");
        };
    }

    private static long length(TpchColumnType type) {
        return type.getPrecision().orElseThrow();
    }

    /** Takes one row: the first column, which is the key that orders and line items are split by, and the row as text. */
    @FunctionalInterface
    interface RowTaker {
        void take(long key, byte[] row) throws java.io.IOException, java.sql.SQLException;
    }

    /** Makes every row of a scale, in the order of the specification, as tab-separated text with a line feed at its end. */
    void generate(double scale, RowTaker taker) throws java.io.IOException, java.sql.SQLException {
        generate(generated(), scale, taker);
    }

    private static <E extends TpchEntity> void generate(TpchTable<E> table, double scale, RowTaker taker)
            throws java.io.IOException, java.sql.SQLException {
        var columns = table.getColumns();
        var text = new RowText<>(columns);
        var key = columns.getFirst();
        for (var entity : table.createGenerator(scale, 1, 1)) {
            taker.take(key.getIdentifier(entity), text.write(entity));
        }
    }
}
