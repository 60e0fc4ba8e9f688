package io.belvedere.testkit.tpch;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.tpch.Tpch.Keep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same rows stand in every layout, and the 22 queries ask questions that the one database answers. */
class TpchKitIT {
    private static final double SCALE = 0.01;

    private static Tpch tpch;

    @BeforeAll
    static void load() throws Exception {
        tpch = Tpch.load(SCALE, EnumSet.allOf(Layout.class), Keep.UNTIL_CLOSED);
    }

    @AfterAll
    static void close() {
        tpch.close();
    }

    @Test
    void everyLayoutHoldsTheRowsOfTheSpecification() throws SQLException {
        try (var oracle = tpch.openOracle();
                var split = tpch.open(Layout.SPLIT, "sales", 0);
                var reference = tpch.open(Layout.SHARDED, "reference", 0);
                var supply = tpch.open(Layout.SHARDED, "supply", 0)) {
            assertThat(number(oracle, "SELECT count(*) FROM tpch.lineitem")).isEqualTo(60_175);
            assertThat(number(split, "SELECT count(*) FROM lineitem")).isEqualTo(60_175);
            assertThat(number(oracle, "SELECT count(*) FROM tpch.orders")).isEqualTo(15_000);
            assertThat(number(reference, "SELECT count(*) FROM customer")).isEqualTo(1_500);
            assertThat(number(reference, "SELECT CAST(sum(c_acctbal) * 100 AS SIGNED) FROM customer"))
                    .isEqualTo(number(oracle, "SELECT sum(c_acctbal) * 100 FROM tpch.customer"));
            assertThat(number(supply, "SELECT sum(ps_supplycost) * 100 FROM partsupp"))
                    .isEqualTo(number(oracle, "SELECT sum(ps_supplycost) * 100 FROM tpch.partsupp"));
        }
    }

    @Test
    void eachShardHoldsTheKeysOfItsRemainder() throws SQLException {
        var rows = 0L;
        for (var shard = 0; shard < 4; shard++) {
            try (var connection = tpch.open(Layout.SHARDED, "sales", shard)) {
                assertThat(number(connection, "SELECT count(*) FROM lineitem WHERE l_orderkey % 4 <> " + shard))
                        .isZero();
                assertThat(number(connection, "SELECT count(*) FROM orders WHERE o_orderkey % 4 <> " + shard))
                        .isZero();
                rows += number(connection, "SELECT count(*) FROM lineitem");
            }
        }
        assertThat(rows).isEqualTo(60_175);
    }

    @Test
    void theOneDatabaseAnswersAllQueries() throws SQLException {
        var queries = TpchQuery.all(SCALE);
        assertThat(queries).hasSize(22);
        try (var oracle = tpch.openOracle();
                var statement = oracle.createStatement()) {
            for (var query : queries) {
                try (var rows = statement.executeQuery(query.sql())) {
                    for (var column : query.orderedBy()) {
                        assertThat(rows.findColumn(column)).as(query.toString()).isPositive();
                    }
                }
            }
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
