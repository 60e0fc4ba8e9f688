package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent to the Flight door by those who mean no good, or cannot help it. */
@SuppressWarnings("try") // a stream's close may be interrupted
class FlightAttacksTest {
    private static final String SQL = "SELECT customer_id, customer_name, lifetime_value FROM crm.customer_360";

    @TempDir
    static Path folder;

    private static FlightHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = FlightHouse.open(
                folder,
                FlightHouse.Plan.sample().slowReader(Duration.ofSeconds(2)).clock(new SteppedClock()));
    }

    @AfterAll
    static void close() throws Exception {
        SteppedClock.step = Duration.ZERO;
        house.close();
    }

    private static void later(Duration time) {
        SteppedClock.step = SteppedClock.step.plus(time);
    }

    @BeforeEach
    void reset() throws Exception {
        Waiting.until(
                "the queries of the test before have ended",
                () -> house.queries().runningNow() == 0);
        FakeRows.next = new Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
    }

    private static void assertStatus(FlightStatusCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        failure -> assertThat(failure.status().code())
                                .as(failure.getMessage())
                                .isEqualTo(code));
    }

    @Test
    void everyCallWithoutAValidTokenIsUnauthenticatedWhateverItIs() throws Exception {
        Map<String, String> wrong = new TreeMap<>();
        for (String authorization :
                List.of("", "Bearer dev-nobody", "Basic YW5hOmFuYQ==", "Bearer belvedere-session.AAAA")) {
            for (MethodDescriptor<?, ?> method :
                    FlightServiceGrpc.getServiceDescriptor().getMethods()) {
                Status status = RawCall.to(house.door().port(), method.getFullMethodName(), authorization, new byte[0]);
                if (status.getCode() != Status.Code.UNAUTHENTICATED) {
                    wrong.put(method.getBareMethodName() + " with '" + authorization + "'", status.toString());
                }
            }
        }
        assertThat(FlightServiceGrpc.getServiceDescriptor().getMethods()).hasSizeGreaterThan(9);
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatIsNotOfferedIsUnimplemented() throws Exception {
        try (FlightCaller ana = house.as("dev-ana")) {
            CallOption[] token = ana.token();
            for (byte[] command : List.of(
                    new byte[] {1, 2, 3},
                    Any.pack(FlightSql.CommandStatementUpdate.newBuilder()
                                    .setQuery("DELETE FROM x")
                                    .build())
                            .toByteArray(),
                    Any.pack(FlightSql.CommandStatementSubstraitPlan.getDefaultInstance())
                            .toByteArray(),
                    Any.pack(FlightSql.CommandStatementIngest.getDefaultInstance())
                            .toByteArray(),
                    Any.newBuilder()
                            .setTypeUrl("type.googleapis.com/no.such.Command")
                            .build()
                            .toByteArray())) {
                assertStatus(
                        FlightStatusCode.UNIMPLEMENTED,
                        () -> ana.client().getInfo(FlightDescriptor.command(command), token));
                assertStatus(
                        FlightStatusCode.UNIMPLEMENTED,
                        () -> ana.client().getSchema(FlightDescriptor.command(command), token));
            }
            assertStatus(
                    FlightStatusCode.UNIMPLEMENTED, () -> ana.client().getInfo(FlightDescriptor.path("a", "b"), token));
            for (String action : List.of(
                    "BeginTransaction",
                    "EndTransaction",
                    "BeginSavepoint",
                    "EndSavepoint",
                    "SetSessionOptions",
                    "RenewFlightEndpoint",
                    "CreatePreparedSubstraitPlan",
                    "no.such.action",
                    "")) {
                assertStatus(
                        FlightStatusCode.UNIMPLEMENTED,
                        () -> ana.client()
                                .doAction(new Action(action, new byte[0]), token)
                                .next());
            }
            assertStatus(
                    FlightStatusCode.UNIMPLEMENTED,
                    () -> ana.client()
                            .listFlights(Criteria.ALL, token)
                            .iterator()
                            .next());
            assertStatus(FlightStatusCode.UNIMPLEMENTED, () -> ana.sql().executeUpdate("DELETE FROM x", token));
            assertThat(raw("DoExchange", new byte[0])).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(raw("PollFlightInfo", descriptor())).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(ana.client().listActions(token)).hasSize(4);
        }
    }

    private static Status.Code raw(String method, byte[] message) throws Exception {
        String whole = "arrow.flight.protocol.FlightService/" + method;
        return RawCall.to(house.door().port(), whole, "Bearer dev-ana", message).getCode();
    }

    private static byte[] descriptor() {
        ByteBuffer bytes = FlightDescriptor.command(new byte[] {1}).serialize();
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return all;
    }

    @Test
    void aTicketIsGoodForItsCallerOnceForAMinute() {
        try (FlightCaller ana = house.as("dev-ana");
                FlightCaller stella = house.as("dev-stella")) {
            Ticket ticket = ticket(ana.sql().execute(SQL, ana.token()));
            assertRefused(stella, ticket);
            assertThat(ana.read(ticket).rows())
                    .as("the attempt did not use it up")
                    .hasSize(3);
            assertRefused(ana, ticket);
            assertRefused(ana, new Ticket(new byte[200]));
            assertRefused(ana, new Ticket(new byte[0]));
            byte[] changed = ticket(ana.sql().execute(SQL, ana.token())).getBytes();
            changed[changed.length / 2] ^= 1;
            assertRefused(ana, new Ticket(changed));
            Ticket old = ticket(ana.sql().execute(SQL, ana.token()));
            later(Duration.ofSeconds(61));
            assertRefused(ana, old);
            byte[] plain = Any.pack(FlightSql.CommandStatementQuery.newBuilder()
                            .setQuery(SQL)
                            .build())
                    .toByteArray();
            assertRefused(ana, new Ticket(plain));
        }
    }

    private static void assertRefused(FlightCaller caller, Ticket ticket) {
        int before = FakeRows.OPENED.get();
        assertThatThrownBy(() -> caller.read(ticket)).isInstanceOfSatisfying(FlightRuntimeException.class, failure -> {
            assertThat(failure.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
            assertThat(failure.status().description())
                    .isEqualTo(
                            "NOT_AUTHENTICATED: The ticket is not valid: it is unknown, used, too old or not yours. Ask again.");
        });
        assertThat(FakeRows.OPENED.get()).isEqualTo(before);
        assertThat(RecordingAudit.ENTRIES.getLast().outcome().status()).isEqualTo(OutcomeRecord.Status.DENIED);
    }

    @Test
    void aPreparedStatementIsItsCallersForHalfAnHour() {
        try (FlightCaller ana = house.as("dev-ana");
                FlightCaller stella = house.as("dev-stella")) {
            FlightSqlClient.PreparedStatement prepared = ana.sql().prepare(SQL + " WHERE customer_id > ?", ana.token());
            ByteString handle = handle(ana, SQL);
            assertThat(ana.client()
                            .getInfo(of(handle), ana.token())
                            .getSchemaOptional()
                            .orElseThrow()
                            .getFields())
                    .hasSize(3);
            assertStatus(FlightStatusCode.NOT_FOUND, () -> stella.client().getInfo(of(handle), stella.token()));
            stella.client()
                    .doAction(
                            new Action(
                                    "ClosePreparedStatement",
                                    Any.pack(FlightSql.ActionClosePreparedStatementRequest.newBuilder()
                                                    .setPreparedStatementHandle(handle)
                                                    .build())
                                            .toByteArray()),
                            stella.token())
                    .forEachRemaining(_ -> {});
            assertThat(ana.client()
                            .getInfo(of(handle), ana.token())
                            .getSchemaOptional()
                            .orElseThrow()
                            .getFields())
                    .as("another caller closed nothing")
                    .hasSize(3);
            try (VectorSchemaRoot two = VectorSchemaRoot.create(prepared.getParameterSchema(), ana.memory())) {
                ((BigIntVector) two.getVector(0)).setSafe(0, 1);
                ((BigIntVector) two.getVector(0)).setSafe(1, 2);
                two.setRowCount(2);
                prepared.setParameters(two);
                assertThatThrownBy(() -> prepared.execute(ana.token())).hasMessageContaining("one row at a time");
            }
            assertStatus(
                    FlightStatusCode.INVALID_ARGUMENT,
                    () -> ana.client().getInfo(of(handle(ana, SQL + " WHERE customer_id > ?")), ana.token()));
            later(Duration.ofMinutes(31));
            assertStatus(FlightStatusCode.NOT_FOUND, () -> ana.client().getInfo(of(handle), ana.token()));
        }
    }

    @Test
    void aCallerKeepsSoManyPreparedStatementsAndOthersKeepTheirs() {
        try (FlightCaller ana = house.as("dev-ana");
                FlightCaller stella = house.as("dev-stella")) {
            later(Duration.ofMinutes(31));
            for (int i = 0; i < 200; i++) {
                handle(ana, SQL);
            }
            assertThatThrownBy(() -> handle(ana, SQL)).hasMessageContaining("TOO_MANY_QUERIES");
            assertThat(handle(stella, SQL).size()).isPositive();
            later(Duration.ofMinutes(31));
            assertThat(handle(ana, SQL).size()).isPositive();
        }
    }

    private static FlightDescriptor of(ByteString handle) {
        return FlightDescriptor.command(Any.pack(FlightSql.CommandPreparedStatementQuery.newBuilder()
                        .setPreparedStatementHandle(handle)
                        .build())
                .toByteArray());
    }

    private static ByteString handle(FlightCaller caller, String sql) {
        byte[] body = caller.client()
                .doAction(
                        new Action(
                                "CreatePreparedStatement",
                                Any.pack(FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
                                                .setQuery(sql)
                                                .build())
                                        .toByteArray()),
                        caller.token())
                .next()
                .getBody();
        try {
            return Any.parseFrom(body)
                    .unpack(FlightSql.ActionCreatePreparedStatementResult.class)
                    .getPreparedStatementHandle();
        } catch (com.google.protobuf.InvalidProtocolBufferException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Test
    void aCancelledQueryStopsAndAnothersCannotBeCancelled() throws Exception {
        FakeRows.next = new Behaviour.Wait();
        try (FlightCaller ana = house.as("dev-ana");
                FlightCaller stella = house.as("dev-stella")) {
            FlightInfo info = ana.sql().execute(SQL, ana.token());
            try (FlightStream stream = ana.client().getStream(ticket(info), ana.token())) {
                Waiting.until("the query runs", () -> house.queries().runningNow() == 1);
                assertStatus(
                        FlightStatusCode.NOT_FOUND,
                        () -> stella.client().cancelFlightInfo(new CancelFlightInfoRequest(info), stella.token()));
                assertThat(ana.client()
                                .cancelFlightInfo(new CancelFlightInfoRequest(info), ana.token())
                                .getStatus())
                        .isEqualTo(CancelStatus.CANCELLING);
                assertStatus(FlightStatusCode.CANCELLED, stream::next);
            }
            FlightInfo unsent = ana.sql().execute(SQL, ana.token());
            assertThat(ana.client()
                            .cancelFlightInfo(new CancelFlightInfoRequest(unsent), ana.token())
                            .getStatus())
                    .isEqualTo(CancelStatus.CANCELLED);
            assertRefused(ana, ticket(unsent));
        }
    }

    @Test
    void aReaderThatStopsReadingIsCutAndNothingPilesUp() throws Exception {
        FakeRows.next = new Behaviour.Give(Integer.MAX_VALUE);
        int before = RecordingAudit.ENTRIES.size();
        try (FlightCaller ana = house.as("dev-ana")) {
            FlightInfo info = ana.sql().execute(SQL, ana.token());
            FlightStream stream = ana.client().getStream(ticket(info), ana.token());
            assertThat(stream.next()).isTrue();
            Waiting.until("it is cut", () -> ended(before, OutcomeRecord.Status.SLOW_READER));
            assertThat(RecordingAudit.ENTRIES.getLast().outcome().bytes()).isLessThan(64L << 20);
            Waiting.until("its connection is gone", () -> house.door().connections() == 0);
            assertThatThrownBy(() -> {
                        while (stream.next()) {
                            // What had come before.
                        }
                    })
                    .isInstanceOf(FlightRuntimeException.class);
            stream.close();
        }
    }

    @Test
    void aClientThatLeavesEndsItsQuery() throws Exception {
        FakeRows.next = new Behaviour.Wait();
        int before = RecordingAudit.ENTRIES.size();
        try (FlightCaller ana = house.as("dev-ana")) {
            FlightStream stream = ana.client().getStream(ticket(ana.sql().execute(SQL, ana.token())), ana.token());
            Waiting.until("the query runs", () -> house.queries().runningNow() == 1);
            stream.cancel("gone", null);
            Waiting.until("its end is recorded", () -> ended(before, OutcomeRecord.Status.CLIENT_GONE));
            stream.close();
        }
    }

    private static boolean ended(int before, OutcomeRecord.Status how) {
        return RecordingAudit.ENTRIES.stream()
                .skip(before)
                .anyMatch(entry -> entry.outcome().status() == how);
    }

    @Test
    void messagesAndHeadersHaveALimitAndTheDoorStaysOpen() throws Exception {
        long before = house.door().bytes();
        assertThat(RawCall.to(
                                house.door().port(),
                                "arrow.flight.protocol.FlightService/DoGet",
                                "Bearer dev-ana",
                                new byte[(16 << 20) + 1])
                        .getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        Status many = RawCall.withHeaders(house.door().port(), 100_000);
        assertThat(many.isOk()).isFalse();
        try (FlightCaller ana = house.as("dev-ana")) {
            assertThat(ana.query(SQL).rows()).hasSize(3);
        }
        assertThat(house.door().bytes()).isEqualTo(before);
    }

    @Test
    void callsWhoseRequestNeverComesEndByThemselves() throws Exception {
        try (RawCall.Held held = RawCall.hold(house.door().port(), 150)) {
            Waiting.until("all have ended", () -> held.ended().size() == 150);
            assertThat(held.ended()).allMatch(status -> status.getCode() == Status.Code.DEADLINE_EXCEEDED);
        }
        try (FlightCaller ana = house.as("dev-ana")) {
            assertThat(ana.query(SQL).rows()).hasSize(3);
        }
    }

    @Test
    void connectionsHaveALimitAndSilentOnesAreClosed() throws Exception {
        try (FlightHouse small =
                FlightHouse.open(folder, FlightHouse.Plan.sample().connections(3))) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                silent.add(new Socket(
                        InetAddress.getLoopbackAddress(), small.door().port()));
            }
            Waiting.until("the place is full", () -> small.door().connections() == 3);
            assertThatThrownBy(() -> {
                        try (FlightCaller ana = small.as("dev-ana")) {
                            ana.query(SQL);
                        }
                    })
                    .isInstanceOf(FlightRuntimeException.class);
            Waiting.until("the silent ones are closed", () -> small.door().connections() == 0);
            try (FlightCaller ana = small.as("dev-ana")) {
                assertThat(ana.query(SQL).rows()).hasSize(3);
            }
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aServerThatStopsEndsItsStreamsAndTakesNoMore() throws Exception {
        try (FlightHouse stopping = FlightHouse.open(folder, FlightHouse.Plan.sample())) {
            FakeRows.next = new Behaviour.Wait();
            try (FlightCaller ana = stopping.as("dev-ana");
                    FlightStream stream =
                            ana.client().getStream(ticket(ana.sql().execute(SQL, ana.token())), ana.token())) {
                Waiting.until("the query runs", () -> stopping.queries().runningNow() == 1);
                stopping.queries().drain(Duration.ofMillis(10));
                assertThatThrownBy(stream::next).hasMessageContaining("SERVER_STOPPING");
                assertThatThrownBy(() -> ana.query(SQL)).hasMessageContaining("SERVER_STOPPING");
            }
        }
    }

    @Test
    void aPasswordIsExchangedForATokenThatIsJudgedOnEveryCall() throws Exception {
        List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        boolean[] valid = {true};
        try (FlightHouse house2 =
                FlightHouse.open(folder, FlightHouse.Plan.sample().callers(tokens -> header -> {
                    seen.add(header);
                    return header.equals("Basic YW5hOnMzY3JldA==") && valid[0]
                            ? tokens.authenticate("Bearer dev-ana")
                            : Optional.empty();
                }))) {
            try (FlightCaller anybody = house2.as("")) {
                CallOption session =
                        anybody.client().authenticateBasicToken("ana", "s3cret").orElseThrow();
                assertThat(anybody.sql()
                                .execute(SQL, session)
                                .getSchemaOptional()
                                .orElseThrow()
                                .getFields())
                        .hasSize(3);
                valid[0] = false;
                assertStatus(
                        FlightStatusCode.UNAUTHENTICATED, () -> anybody.sql().execute(SQL, session));
                assertThatThrownBy(() -> anybody.client().authenticateBasicToken("ana", "guess"))
                        .isInstanceOf(FlightRuntimeException.class);
            }
            assertThat(seen).allMatch(header -> header.startsWith("Basic "));
        }
    }

    private static Ticket ticket(FlightInfo info) {
        return FlightDoorTest.ticket(info);
    }
}
