package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.belvedere.audit.DecisionRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log keeps of the handles and tickets that clients of Flight SQL send: which calls belong together. */
class FlightHandlesTest {
    private static final String SQL = "SELECT customer_id FROM crm.customer_360";

    @TempDir
    static Path folder;

    private static FlightHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = FlightHouse.open(folder, FlightHouse.Plan.sample());
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @BeforeEach
    void reset() {
        FakeRows.next = new FakeRows.Behaviour.Give(3);
        RecordingAudit.ENTRIES.clear();
    }

    @Test
    void theCallsOfAPreparedStatementAreTiedTogether() throws Exception {
        try (FlightCaller ana = house.as("dev-ana")) {
            ByteString handle = prepare(ana);
            FlightInfo first = ana.client().getInfo(of(handle), ana.token());
            FlightInfo second = ana.client().getInfo(of(handle), ana.token());
            ana.read(first.getEndpoints().getFirst().getTicket());
            ana.read(second.getEndpoints().getFirst().getTicket());
        }
        List<DecisionRecord> records = records();
        assertThat(records).hasSize(5);
        assertThat(records.getFirst().handles().prepared())
                .hasValueSatisfying(hash -> assertThat(hash).matches("[0-9a-f]{64}"));
        assertThat(records)
                .allSatisfy(record -> assertThat(record.handles().prepared())
                        .isEqualTo(records.getFirst().handles().prepared()));
        List<Optional<String>> tickets =
                records.stream().map(record -> record.handles().ticket()).toList();
        assertThat(tickets.getFirst()).isEmpty();
        assertThat(tickets.get(1)).isPresent().isNotEqualTo(tickets.get(2));
        assertThat(tickets.subList(3, 5)).containsExactly(tickets.get(1), tickets.get(2));
    }

    @Test
    void aStatementHasATicketAndNoHandle() {
        try (FlightCaller ana = house.as("dev-ana")) {
            ana.query(SQL);
        }
        assertThat(records()).hasSize(2).allSatisfy(record -> {
            assertThat(record.handles().prepared()).isEmpty();
            assertThat(record.handles().ticket())
                    .isPresent()
                    .isEqualTo(records().getFirst().handles().ticket());
        });
    }

    @Test
    void anotherCallersHandleAndTicketAreRecordedAsAttemptsByWhoeverSentThem() throws Exception {
        try (FlightCaller ana = house.as("dev-ana");
                FlightCaller stella = house.as("dev-stella")) {
            ByteString handle = prepare(ana);
            Ticket ticket = ana.client()
                    .getInfo(of(handle), ana.token())
                    .getEndpoints()
                    .getFirst()
                    .getTicket();
            assertThatThrownBy(() -> stella.client().getInfo(of(handle), stella.token()))
                    .hasMessageContaining("NOT_FOUND");
            assertThatThrownBy(() -> stella.read(ticket)).hasMessageContaining("NOT_AUTHENTICATED");
        }
        List<DecisionRecord> records = records();
        assertThat(records).hasSize(4);
        for (DecisionRecord attempt : records.subList(2, 4)) {
            assertThat(attempt.caller())
                    .hasValueSatisfying(who -> assertThat(who.subject()).isEqualTo("stella"));
        }
        assertThat(records.get(2).handles().prepared())
                .isEqualTo(records.getFirst().handles().prepared());
        assertThat(records.get(3).handles().ticket())
                .isEqualTo(records.get(1).handles().ticket());
    }

    private static List<DecisionRecord> records() {
        return RecordingAudit.ENTRIES.stream()
                .map(RecordingAudit.Entry::decision)
                .toList();
    }

    private static FlightDescriptor of(ByteString handle) {
        return FlightDescriptor.command(Any.pack(FlightSql.CommandPreparedStatementQuery.newBuilder()
                        .setPreparedStatementHandle(handle)
                        .build())
                .toByteArray());
    }

    private static ByteString prepare(FlightCaller caller) throws Exception {
        Action action = new Action(
                "CreatePreparedStatement",
                Any.pack(FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
                                .setQuery(SQL)
                                .build())
                        .toByteArray());
        Result result = caller.client().doAction(action, caller.token()).next();
        return Any.parseFrom(result.getBody())
                .unpack(FlightSql.ActionCreatePreparedStatementResult.class)
                .getPreparedStatementHandle();
    }
}
