package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.audit.OutcomeRecord;
import io.belvedere.model.access.Protocol;
import io.belvedere.server.doors.FakeRows.Behaviour;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apache's own JDBC driver for Flight SQL, unmodified. */
class FlightJdbcTest {
    private static final String SQL = "SELECT customer_id, customer_name, lifetime_value FROM crm.customer_360";

    @TempDir
    static Path folder;

    private static FlightHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = FlightHouse.open(folder, FlightHouse.Plan.sample());
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @BeforeEach
    void reset() {
        FakeRows.next = new Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
    }

    static Connection connect(FlightHouse at, String token) throws SQLException {
        Properties properties = new Properties();
        properties.put("token", token);
        properties.put("useEncryption", "false");
        return DriverManager.getConnection(
                "jdbc:arrow-flight-sql://127.0.0.1:" + at.door().port(), properties);
    }

    private static Connection as(String token) throws SQLException {
        return connect(house, token);
    }

    @Test
    void aStatementGivesItsRowsInTheirTypes() throws Exception {
        try (Connection ana = as("dev-ana");
                Statement statement = ana.createStatement();
                ResultSet rows = statement.executeQuery(SQL)) {
            assertThat(rows.getMetaData().getColumnCount()).isEqualTo(3);
            assertThat(rows.getMetaData().getColumnType(1)).isEqualTo(java.sql.Types.BIGINT);
            assertThat(rows.getMetaData().getColumnType(3)).isEqualTo(java.sql.Types.DECIMAL);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(9_007_199_254_740_993L);
            assertThat(rows.getString(2)).isEqualTo("text-0");
            assertThat(rows.getBigDecimal(3)).isEqualTo(new BigDecimal("0.00"));
            assertThat(rows.next()).isTrue();
            assertThat(rows.next()).isTrue();
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void datesAndMomentsComeAsTheyAre() throws Exception {
        try (Connection ana = as("dev-ana");
                Statement statement = ana.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CAST(NULL AS VARCHAR) AS t, DATE '2026-01-31' AS d FROM crm.customer_360")) {
            assertThat(rows.getMetaData().getColumnType(2)).isEqualTo(java.sql.Types.DATE);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getDate(2)).isEqualTo(java.sql.Date.valueOf("1970-01-01"));
        }
    }

    @Test
    void manyRowsComeWithoutHoldingThemAll() throws Exception {
        FakeRows.next = new Behaviour.Give(50_000);
        try (Connection ana = as("dev-ana");
                Statement statement = ana.createStatement();
                ResultSet rows = statement.executeQuery("SELECT customer_name FROM crm.customer_360")) {
            int count = 0;
            while (rows.next()) {
                assertThat(rows.getString(1)).isEqualTo("text-" + count++);
            }
            assertThat(count).isEqualTo(50_000);
        }
    }

    @Test
    void aPreparedStatementTakesValuesAndCanBeSentAgain() throws Exception {
        try (Connection ana = as("dev-ana");
                PreparedStatement prepared = ana.prepareStatement(
                        SQL + " WHERE customer_id > ? AND customer_name LIKE ? AND lifetime_value > ?")) {
            assertThat(prepared.getParameterMetaData().getParameterCount()).isEqualTo(3);
            for (int i = 0; i < 2; i++) {
                prepared.setLong(1, 7);
                prepared.setString(2, "a%");
                prepared.setBigDecimal(3, new BigDecimal("1.00"));
                try (ResultSet rows = prepared.executeQuery()) {
                    assertThat(rows.getMetaData().getColumnName(2)).isEqualTo("customer_name");
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(2)).isEqualTo("text-0");
                }
            }
            prepared.setNull(2, java.sql.Types.VARCHAR);
            try (ResultSet rows = prepared.executeQuery()) {
                assertThat(rows.next()).isTrue();
            }
        }
        assertThat(RecordingAudit.ENTRIES.getLast().decision().protocol()).isEqualTo(Protocol.FLIGHT);
        assertThat(RecordingAudit.ENTRIES.getLast().decision().statement().orElseThrow())
                .contains("LIKE ?");
    }

    @Test
    void aParameterOfWhichNothingTellsTheTypeIsText() throws Exception {
        try (Connection ana = as("dev-ana");
                PreparedStatement prepared =
                        ana.prepareStatement("SELECT customer_name, ? AS said FROM crm.customer_360")) {
            prepared.setString(1, "x");
            try (ResultSet rows = prepared.executeQuery()) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void domainsAreSchemasAndViewsAreTablesWithTheirColumnsAndKeys() throws Exception {
        try (Connection ana = as("dev-ana")) {
            assertThat(column(ana.getMetaData().getSchemas(), "TABLE_SCHEM")).contains("crm", "fulfilment");
            assertThat(column(ana.getMetaData().getTableTypes(), "TABLE_TYPE")).containsExactly("VIEW");
            assertThat(column(ana.getMetaData().getTables(null, "crm", "%", null), "TABLE_NAME"))
                    .contains("customer_360");
            assertThat(column(ana.getMetaData().getTables(null, "fulfilment", "late%", null), "TABLE_NAME"))
                    .containsExactly("late_orders", "late_orders@1.0.0", "late_orders@1.1.0");
            assertThat(column(ana.getMetaData().getTables(null, "crm", "customer\\_360", null), "TABLE_NAME"))
                    .containsExactly("customer_360");
            assertThat(column(ana.getMetaData().getTables(null, "crm", "customer\\_36_", null), "TABLE_NAME"))
                    .containsExactly("customer_360");
            assertThat(column(ana.getMetaData().getTables(null, "crm", "customer\\%", null), "TABLE_NAME"))
                    .isEmpty();
            assertThat(column(ana.getMetaData().getTables(null, "crm", "%", new String[] {"TABLE"}), "TABLE_NAME"))
                    .isEmpty();
            assertThat(column(ana.getMetaData().getColumns(null, "crm", "customer_360", "customer_%"), "COLUMN_NAME"))
                    .contains("customer_id", "customer_name");
            assertThat(column(ana.getMetaData().getColumns(null, "crm", "customer_360", "lifetime_value"), "TYPE_NAME"))
                    .containsExactly("decimal(18,2)");
            assertThat(column(ana.getMetaData().getPrimaryKeys(null, "crm", "customer_360"), "COLUMN_NAME"))
                    .containsExactly("customer_id");
            assertThat(column(ana.getMetaData().getImportedKeys(null, "crm", "customer_360"), "PKTABLE_NAME"))
                    .isEmpty();
            assertThat(ana.getMetaData().getDatabaseProductName()).isEqualTo("Belvedere");
            assertThat(ana.getMetaData().supportsTransactions()).isFalse();
        }
    }

    @Test
    void theColumnsOfADeprecatedVersionSayItWhereDriversShowIt() throws Exception {
        try (Connection ana = as("dev-ana")) {
            assertThat(column(ana.getMetaData().getColumns(null, "fulfilment", "late\\_orders@1.0.0", "%"), "REMARKS"))
                    .isNotEmpty()
                    .allMatch(remark -> remark.startsWith(
                            "View 'fulfilment.late_orders' in version 1.0.0 is deprecated since 2026-10-01"));
            assertThat(column(ana.getMetaData().getColumns(null, "fulfilment", "late\\_orders", "%"), "REMARKS"))
                    .isNotEmpty()
                    .noneMatch(remark -> remark != null && remark.contains("deprecated"));
        }
    }

    @Test
    void whoMayNotKnowAViewIsNotToldOfIt() throws Exception {
        try (Connection sam = as("dev-sam")) {
            assertThat(column(sam.getMetaData().getTables(null, null, null, null), "TABLE_NAME"))
                    .isEmpty();
            assertThat(column(sam.getMetaData().getSchemas(), "TABLE_SCHEM")).isEmpty();
            assertThat(column(sam.getMetaData().getColumns(null, null, "customer_360", null), "COLUMN_NAME"))
                    .isEmpty();
            assertThat(column(sam.getMetaData().getPrimaryKeys(null, "crm", "customer_360"), "COLUMN_NAME"))
                    .isEmpty();
        }
    }

    private static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> values = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                values.add(rows.getString(name));
            }
        }
        return values;
    }

    @Test
    void cancellingAStatementStopsItsQuery() throws Exception {
        FakeRows.next = new Behaviour.Give(Integer.MAX_VALUE);
        int before = RecordingAudit.ENTRIES.size();
        try (Connection ana = as("dev-ana");
                Statement statement = ana.createStatement();
                ResultSet rows = statement.executeQuery(SQL)) {
            assertThat(rows.next()).isTrue();
            statement.cancel();
            Waiting.until(
                    "the outcome is there",
                    () -> RecordingAudit.ENTRIES.stream()
                            .skip(before)
                            .anyMatch(entry -> entry.outcome().status() == OutcomeRecord.Status.CLIENT_GONE
                                    || entry.outcome().status() == OutcomeRecord.Status.CANCELLED));
        }
    }

    @Test
    void errorsSayWhatWentWrong() throws Exception {
        try (Connection ana = as("dev-ana");
                Statement statement = ana.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT nothing FROM crm.customer_360"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("QUERY_INVALID");
            assertThatThrownBy(() -> statement.executeQuery("DELETE FROM crm.customer_360"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("UNSUPPORTED");
        }
        assertThatThrownBy(() -> {
                    try (Connection nobody = as("dev-nobody");
                            Statement statement = nobody.createStatement()) {
                        statement.executeQuery(SQL);
                    }
                })
                .isInstanceOf(SQLException.class);
    }
}
