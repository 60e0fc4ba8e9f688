package io.belvedere.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.server.ServerError;
import io.belvedere.server.identity.Standing;
import io.belvedere.server.pipeline.RunningQueries.Place;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who gets a place, and who waits. */
class RunningQueriesTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static RunningQueries queries(int running, Duration waiting, ExportLimits exports) {
        return queries(running, waiting, exports, 8);
    }

    private static RunningQueries queries(int running, Duration waiting, ExportLimits exports, int perCaller) {
        return new RunningQueries(
                new QueryLimits(
                        running, perCaller, 8, 8, waiting, LONG, LONG, LONG, 10, LONG, exports, RateLimits.NONE),
                () -> false,
                Clock.systemUTC());
    }

    private static ExportLimits exports(int running, Duration waiting) {
        return new ExportLimits(running, 8, 8, waiting, Duration.ofMinutes(2), Duration.ofMinutes(3), 70, 80);
    }

    private static RunningQuery query(RunningQueries queries, Operation operation, Optional<Duration> timeout) {
        return queries.begin(
                new Request(
                        new QueryId(UUID.randomUUID()),
                        new Caller("dev", "ana", "Ana", Caller.Kind.HUMAN, Set.of(), Map.of()),
                        Standing.LASTING,
                        Optional.empty(),
                        Optional.empty(),
                        timeout,
                        Protocol.REST,
                        Optional.empty(),
                        Optional.empty()),
                operation);
    }

    private static Place admit(RunningQueries queries, Operation operation) {
        return queries.admit(query(queries, operation, Optional.empty()));
    }

    @Test
    void exportsTakeHalfOfThePlacesAtMost() {
        try (RunningQueries queries = queries(4, LONG, exports(64, Duration.ofMillis(100)));
                Place _ = admit(queries, Operation.EXPORT);
                Place _ = admit(queries, Operation.EXPORT)) {
            assertOverloaded(queries);
            try (Place _ = admit(queries, Operation.QUERY);
                    Place _ = admit(queries, Operation.QUERY)) {
                assertThat(queries.runningNow()).isEqualTo(4);
            }
        }
    }

    private static void assertOverloaded(RunningQueries queries) {
        assertThatThrownBy(() -> admit(queries, Operation.EXPORT))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(FederationError.OVERLOADED));
    }

    @Test
    void anExportWaitsWhileAQueryWaitsAndGoesOnBehindIt() throws Exception {
        try (RunningQueries queries = queries(2, LONG, exports(1, LONG))) {
            Place first = admit(queries, Operation.QUERY);
            Place second = admit(queries, Operation.QUERY);
            CompletableFuture<Place> export =
                    CompletableFuture.supplyAsync(() -> admit(queries, Operation.EXPORT), Thread.ofVirtual()::start);
            CompletableFuture<Place> query =
                    CompletableFuture.supplyAsync(() -> admit(queries, Operation.QUERY), Thread.ofVirtual()::start);
            while (queries.waitingNow() < 1 || queries.runningNow() < 4) {
                Thread.sleep(5);
            }
            first.close();
            Place third = query.get(30, TimeUnit.SECONDS);
            assertThat(export).isNotDone();
            second.close();
            third.close();
            export.get(30, TimeUnit.SECONDS).close();
            assertThat(queries.runningNow()).isZero();
            admit(queries, Operation.EXPORT).close();
        }
    }

    @Test
    void anExportThatFindsNoPlaceLeavesNothingBehind() {
        try (RunningQueries queries = queries(2, LONG, exports(1, Duration.ofMillis(60)))) {
            Place only = admit(queries, Operation.EXPORT);
            for (int i = 0; i < 3; i++) {
                assertOverloaded(queries);
            }
            only.close();
            admit(queries, Operation.EXPORT).close();
            assertThat(queries.runningNow()).isZero();
        }
    }

    @Test
    void manyQueriesDrainWithinTheirPatienceAndNoNewOneIsLetIn() throws Exception {
        int clients = 32;
        try (RunningQueries queries = queries(clients, LONG, exports(4, LONG), 40)) {
            List<Place> places = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                places.add(admit(queries, i % 8 == 0 ? Operation.EXPORT : Operation.QUERY));
            }
            CompletableFuture<Void> drained =
                    CompletableFuture.runAsync(() -> queries.drain(Duration.ofSeconds(30)), Thread.ofVirtual()::start);
            while (queries.isOpen()) {
                Thread.sleep(2);
            }
            for (Operation operation : List.of(Operation.QUERY, Operation.EXPORT, Operation.ANALYZE)) {
                assertThatThrownBy(() -> admit(queries, operation))
                        .isInstanceOfSatisfying(
                                BelvedereException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ServerError.SERVER_STOPPING));
            }
            for (Place place : places) {
                assertThat(drained).isNotDone();
                place.close();
            }
            drained.get(30, TimeUnit.SECONDS);
            assertThat(queries.runningNow()).isZero();
        }
    }

    @Test
    void exportsHaveLimitsOfTheirOwn() {
        try (RunningQueries queries = queries(2, LONG, exports(1, LONG))) {
            ViewLimits contract = new ViewLimits(Duration.ofSeconds(5), 60, 0);
            assertThat(queries.limits(Operation.QUERY, contract))
                    .isEqualTo(new ResultLimits(Duration.ofSeconds(5), 60, Long.MAX_VALUE));
            assertThat(queries.limits(Operation.EXPORT, contract))
                    .isEqualTo(new ResultLimits(Duration.ofMinutes(3), 60, 80));
            assertThat(queries.limits(Operation.EXPORT, new ViewLimits(Duration.ofSeconds(5), 1_000, 0)))
                    .isEqualTo(new ResultLimits(Duration.ofMinutes(3), 70, 80));
            assertThat(remaining(queries, Operation.EXPORT, Optional.empty()))
                    .isBetween(Duration.ofSeconds(100), Duration.ofMinutes(2));
            assertThat(remaining(queries, Operation.EXPORT, Optional.of(Duration.ofHours(9))))
                    .isBetween(Duration.ofSeconds(150), Duration.ofMinutes(3));
            assertThat(remaining(queries, Operation.QUERY, Optional.of(Duration.ofHours(9))))
                    .isLessThanOrEqualTo(LONG);
        }
    }

    private static Duration remaining(RunningQueries queries, Operation operation, Optional<Duration> timeout) {
        return query(queries, operation, timeout).deadline().remaining();
    }
}
