package io.belvedere.federation.run;

import static io.belvedere.federation.run.FaultRig.CONTROL;
import static io.belvedere.federation.run.FaultRig.MARIA;
import static io.belvedere.federation.run.FaultRig.PG;
import static io.belvedere.federation.run.FaultRig.await;
import static io.belvedere.federation.run.FaultRig.only;
import static io.belvedere.federation.run.FaultRig.rows;
import static io.belvedere.federation.run.RunHarness.context;
import static io.belvedere.federation.run.RunHarness.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that let nobody in, or slowly: refused, black-holed, far too late, with another password, without TLS. */
class UnreachableSourceIT {
    private static final SourceLimits LIMITS = new SourceLimits(8, Duration.ofSeconds(10), 10_000_000);

    @TempDir
    Path spill;

    @ParameterizedTest
    @ValueSource(strings = {PG, MARIA})
    void aSourceThatRefusesIsAskedLittleMoreThanOnceForEachQueryAndThenNotAtAll(String source) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            assertThat(rig.harness.run(rows(source, 3)).rows()).hasSize(3);
            rig.proxy(source).refuse();
            rig.proxy(source).resetAll();
            int queries = 100;
            for (int i = 0; i < queries; i++) {
                long begin = System.nanoTime();
                assertThat(rig.failure(rows(source, 3), context(Duration.ofSeconds(20))))
                        .isEqualTo(FederationError.SOURCE_UNAVAILABLE);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
                assertThat(rig.harness.run(rows(CONTROL, 3)).rows()).hasSize(3);
            }
            assertThat(rig.count(Event.RETRIED)).isBetween(1, queries / 10);
            assertThat(rig.count(Event.BREAKER_OPENED)).isPositive();
            assertThat(rig.shard(CONTROL).admits()).isTrue();

            rig.proxy(source).heal();
            rig.awaitBase(Duration.ofSeconds(30));
        }
    }

    @Test
    void aBlackHoleCostsEachQueryTheConnectTimeoutOnceAndTheBreakerOpens() throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.harness.run(rows(PG, 3));
            rig.postgresProxy.inject(new Fault.BlackHole());
            long begin = System.nanoTime();
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<RunContext>> calls = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    calls.add(callers.submit(() -> {
                        RunContext context = context(Duration.ofSeconds(20));
                        assertThat(rig.failure(rows(PG, 3), context))
                                .isIn(FederationError.SOURCE_UNAVAILABLE, FederationError.OVERLOADED);
                        return context;
                    }));
                }
                assertThat(rig.harness.run(rows(CONTROL, 3)).rows()).hasSize(3);
                for (Future<RunContext> call : calls) {
                    assertThat(only(call.get()).attempts()).isEqualTo(1);
                }
            }
            assertThat(rig.count(Event.RETRIED)).isZero();
            await("the breaker is open", Duration.ofSeconds(60), () -> {
                if (rig.shard(PG).admits()) {
                    rig.failure(rows(PG, 3), context(Duration.ofSeconds(20)));
                }
                return !rig.shard(PG).admits();
            });
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
            assertThat(rig.shard(PG).concurrencyNow()).isLessThan(8);

            rig.postgresProxy.heal();
            rig.awaitBase(Duration.ofSeconds(30));
            await(
                    "all places are back",
                    Duration.ofSeconds(30),
                    () -> rig.shard(PG).concurrencyNow() == 8);
        }
    }

    @Test
    void aSourceSecondsAwayIsLeftAloneWhileOthersAnswerAtOnce() throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            rig.mariaDbProxy.inject(new Fault.Latency(Duration.ofSeconds(5), Duration.ofSeconds(2)));
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> calls = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    calls.add(callers.submit(() -> {
                        rig.failure(rows(MARIA, 3), context(Duration.ofSeconds(9)));
                        rig.failure(rows(MARIA, 3), context(Duration.ofSeconds(9)));
                    }));
                }
                for (int i = 0; i < 20; i++) {
                    long begin = System.nanoTime();
                    assertThat(rig.harness.run(rows(CONTROL, 3)).rows()).hasSize(3);
                    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
                }
                for (Future<?> call : calls) {
                    call.get();
                }
            }
            assertThat(rig.count(Event.BREAKER_OPENED)).isPositive();
            assertThat(rig.shard(MARIA).concurrencyNow()).isLessThan(8);
            rig.mariaDbProxy.heal();
            rig.awaitBase(Duration.ofSeconds(30));
        }
    }

    @Test
    void aRotatedPasswordIsTakenUpAndAWrongOneTriedTwiceOnly() throws Exception {
        Path secret = Files.writeString(spill.resolve("secret"), "wrong");
        AtomicInteger refused = new AtomicInteger();
        try (FaultRig rig = new FaultRig(spill, LIMITS);
                RunHarness harness = new RunHarness(
                        spill,
                        Secrets.of(Map.of()),
                        (_, _, event) -> refused.addAndGet(event == Event.CREDENTIALS_REFUSED ? 1 : 0),
                        source(
                                PG,
                                SourceKind.POSTGRESQL,
                                LIMITS,
                                new Connection(
                                        "127.0.0.1",
                                        rig.postgresProxy.port(),
                                        rig.postgres.name(),
                                        rig.postgres.user(),
                                        new SecretReference.File(secret.toString()),
                                        Connection.TlsMode.DISABLED)))) {
            long before = rig.postgresProxy.accepted();
            for (int i = 0; i < 10; i++) {
                assertThat(code(harness)).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
            }
            assertThat(refused).hasValue(2);
            assertThat(rig.postgresProxy.accepted() - before).isEqualTo(2);

            Files.writeString(secret, rig.postgres.password());
            await("the new password is used", Duration.ofSeconds(60), () -> {
                try {
                    return harness.run(rows(PG, 3)).rows().size() == 3;
                } catch (BelvedereException notYet) {
                    return false;
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POSTGRESQL", "MARIADB"})
    void aServerWithoutTheTlsThatWasAskedForIsRefused(String kind) throws Exception {
        try (FaultRig rig = new FaultRig(spill, LIMITS)) {
            boolean maria = kind.equals("MARIADB");
            var database = maria ? rig.mariaDb : rig.postgres;
            var target = new Connection(
                    "127.0.0.1",
                    database.port(),
                    database.name(),
                    database.user(),
                    new SecretReference.Environment(RunHarness.PASSWORD),
                    Connection.TlsMode.VERIFY_FULL);
            try (RunHarness harness = new RunHarness(
                    spill,
                    Secrets.of(Map.of(RunHarness.PASSWORD, database.password())),
                    SourceObserver.NONE,
                    source(maria ? MARIA : PG, SourceKind.valueOf(kind), LIMITS, target))) {
                RunContext context = context(Duration.ofSeconds(10));
                BelvedereException failure = catchThrowableOfType(
                        BelvedereException.class, () -> harness.run(rows(maria ? MARIA : PG, 3), context));
                assertThat(failure.code()).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
                assertThat(only(context).attempts()).isEqualTo(1);
            }
        }
    }

    private static FederationError code(RunHarness harness) {
        BelvedereException failure = catchThrowableOfType(BelvedereException.class, () -> harness.run(rows(PG, 3)));
        return (FederationError) failure.code();
    }
}
