package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.audit.OutcomeRecord;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.server.doors.FakeRows.Behaviour;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Flight door over the real resolver, policy, weaver and log; only the sources' rows are fakes. */
class FlightDoorTest {
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

    private static FlightCaller as(String token) {
        return house.as(token);
    }

    @Test
    void whoNamesADeprecatedVersionIsToldWithTheRowsAndWhoNamesNoneIsNot() {
        try (FlightCaller ana = as("dev-ana")) {
            FlightCaller.Answer old = ana.query("SELECT order_id FROM fulfilment.\"late_orders@1.0.0\"");
            assertThat(old.frame())
                    .contains("\"status\":\"complete\"")
                    .contains("\"deprecated\":[{\"view\":\"fulfilment.late_orders@1.0.0\",\"since\":\"2026-10-01\"")
                    .contains("\"successor\":\"fulfilment.late_orders@1.1\"");
            assertThat(old.schema().get("belvedere.deprecated"))
                    .startsWith("View 'fulfilment.late_orders' in version 1.0.0 is deprecated since 2026-10-01");
            for (String view : List.of("late_orders", "\"late_orders@1\"")) {
                FlightCaller.Answer now = ana.query("SELECT order_id FROM fulfilment." + view);
                assertThat(now.frame()).as(view).doesNotContain("deprecated");
                assertThat(now.schema()).as(view).doesNotContainKey("belvedere.deprecated");
            }
        }
    }

    @Test
    void aStatementHasItsColumnsBeforeItRunsAndItsRowsOnce() {
        int before = FakeRows.OPENED.get();
        try (FlightCaller ana = as("dev-ana")) {
            FlightInfo info = ana.sql().execute(SQL, ana.token());
            assertThat(info.getSchemaOptional().orElseThrow().getFields().stream()
                            .map(Field::getName))
                    .containsExactly("customer_id", "customer_name", "lifetime_value");
            assertThat(info.getRecords()).isEqualTo(-1);
            assertThat(FakeRows.OPENED.get()).as("nothing runs for the columns").isEqualTo(before);

            FlightCaller.Answer answer = ana.read(ticket(info));

            assertThat(answer.rows())
                    .containsExactly(
                            List.of("9007199254740993", "text-0", "0.00"),
                            List.of("9007199254740994", "text-1", "1.00"),
                            List.of("9007199254740995", "text-2", "2.00"));
            assertThat(answer.frame()).contains("\"status\":\"complete\"").contains("\"rowCount\":3");
            assertThat(FakeRows.OPENED.get()).isEqualTo(before + 1);
            RecordingAudit.Entry entry = RecordingAudit.of(QueryId.parse(answer.queryId()));
            assertThat(entry.decision().protocol()).isEqualTo(Protocol.FLIGHT);
            assertThat(entry.outcome().status()).isEqualTo(OutcomeRecord.Status.OK);
            assertThat(entry.outcome().rows()).isEqualTo(3);
        }
    }

    @Test
    void manyRowsComeInBatchesThatAreAllThere() {
        FakeRows.next = new Behaviour.Give(20_250);
        try (FlightCaller ana = as("dev-ana")) {
            FlightCaller.Answer answer = ana.query(SQL);
            assertThat(answer.rows()).hasSize(20_250);
            assertThat(answer.rows().getLast()).contains("text-20249");
        }
    }

    @Test
    void anEmptyResultIsComplete() {
        FakeRows.next = new Behaviour.Give(0);
        try (FlightCaller ana = as("dev-ana")) {
            FlightCaller.Answer answer = ana.query(SQL);
            assertThat(answer.rows()).isEmpty();
            assertThat(answer.frame()).contains("\"status\":\"complete\"");
        }
    }

    @Test
    void aResultWhoseSourceIsLostEndsWithAnErrorAndNeverWell() {
        FakeRows.next = new Behaviour.Lose(3);
        try (FlightCaller ana = as("dev-ana")) {
            assertThatThrownBy(() -> ana.query(SQL)).isInstanceOfSatisfying(FlightRuntimeException.class, failure -> {
                assertThat(failure.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE);
                assertThat(failure.status().description()).startsWith("SOURCE_UNAVAILABLE: ");
                assertThat(failure.status().metadata().get("belvedere-code")).isEqualTo("SOURCE_UNAVAILABLE");
            });
        }
    }

    @Test
    void aPartialResultIsAnErrorUnlessTheCallerTakesIt() {
        FakeRows.next = new Behaviour.Miss("crm");
        try (FlightCaller ana = as("dev-ana")) {
            assertThatThrownBy(() -> ana.query(SQL)).hasMessageContaining("Rows of crm are missing");
            FlightCaller.Answer answer = ana.with("belvedere-partial", "accept").query(SQL);
            assertThat(answer.rows()).hasSize(1);
            assertThat(answer.frame()).contains("\"status\":\"partial\"").contains("[\"crm\"]");
        }
    }

    @Test
    void aPlanIsAResultOfOneColumn() {
        try (FlightCaller ana = as("dev-ana")) {
            FlightInfo info = ana.sql().execute("EXPLAIN " + SQL, ana.token());
            assertThat(info.getSchemaOptional().orElseThrow().getFields()).hasSize(1);
            assertThat(ana.read(ticket(info)).rows()).isNotEmpty();
            assertThat(ana.query("EXPLAIN POLICY " + SQL).rows().toString()).contains("crm.customer_360");
        }
    }

    @Test
    void hiddenAndAbsentViewsEndInTheSameWords() {
        try (FlightCaller sam = as("dev-sam")) {
            String hidden = refusal(sam, "SELECT city FROM crm.customer_360");
            String absent = refusal(sam, "SELECT city FROM crm.customer_361");
            assertThat(hidden.replace("customer_360", "customer_361")).isEqualTo(absent);
            assertThat(absent).startsWith("VIEW_NOT_FOUND: ");
        }
    }

    private static String refusal(FlightCaller caller, String sql) {
        try {
            caller.query(sql);
            throw new AssertionError("answered");
        } catch (FlightRuntimeException refused) {
            assertThat(refused.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
            return refused.status().description();
        }
    }

    @Test
    void withoutAnAuditLogThereIsNoRow() {
        RecordingAudit.disk = RecordingAudit.Disk.GONE;
        int before = FakeRows.OPENED.get();
        try (FlightCaller ana = as("dev-ana")) {
            assertThatThrownBy(() -> ana.query(SQL)).hasMessageStartingWith("AUDIT_UNAVAILABLE");
            assertThat(FakeRows.OPENED.get()).isEqualTo(before);
        }
    }

    @Test
    void withoutARecordedOutcomeAResultIsNotComplete() {
        RecordingAudit.disk = RecordingAudit.Disk.GONE_FOR_OUTCOMES;
        try (FlightCaller ana = as("dev-ana")) {
            assertThatThrownBy(() -> ana.query(SQL)).hasMessageStartingWith("AUDIT_UNAVAILABLE");
        }
    }

    @Test
    void theServerSaysWhatItCanDoAndWhichTypesThereAre() {
        try (FlightCaller ana = as("dev-ana")) {
            List<List<String>> types =
                    ana.read(ticket(ana.sql().getXdbcTypeInfo(ana.token()))).rows();
            assertThat(types).hasSize(11);
            assertThat(types.stream().map(List::getFirst)).contains("bigint", "varchar", "timestamp with time zone");
            assertThat(ana.read(ticket(ana.sql().getXdbcTypeInfo(12, ana.token()))).rows().stream()
                            .map(List::getFirst))
                    .containsExactly("varchar");
            assertThat(ana.read(ticket(ana.sql().getSqlInfo(new int[0], ana.token())))
                            .rows()
                            .toString())
                    .contains("Belvedere");
            assertThat(ana.read(ticket(ana.sql().getCatalogs(ana.token()))).rows())
                    .isEmpty();
            assertThat(ana.read(ticket(ana.sql().getSchemas("other", null, ana.token())))
                            .rows())
                    .isEmpty();
            assertThat(ana.read(ticket(
                                    ana.sql().getExportedKeys(TableRef.of(null, "crm", "customer_360"), ana.token())))
                            .rows())
                    .isEmpty();
        }
    }

    static Ticket ticket(FlightInfo info) {
        return info.getEndpoints().getFirst().getTicket();
    }
}
