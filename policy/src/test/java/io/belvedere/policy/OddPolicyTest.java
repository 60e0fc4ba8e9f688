package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gate over a policy that misbehaves on demand: each misbehaviour refuses one question and no other. */
class OddPolicyTest {
    /** For what has no end by itself. */
    private static final Duration SHORT = Duration.ofSeconds(2);
    /** For what has an end, on a machine with other work to do. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private WasmPolicyGate gate;

    @BeforeEach
    void open() throws IOException {
        open(LONG);
    }

    private void open(Duration evaluation) throws IOException {
        byte[] data = "{\"belvedere\":{\"revision\":\"odd-1\"}}".getBytes(StandardCharsets.UTF_8);
        try (InputStream odd = Objects.requireNonNull(OddPolicyTest.class.getResourceAsStream("odd.wasm"))) {
            gate = new WasmPolicyGate(
                    PolicyBundle.of(odd.readAllBytes(), data),
                    new EvaluatorPool.Limits(1, EvaluatorPool.Limits.LOAN_MAX, evaluation));
        }
    }

    @AfterEach
    void close() {
        gate.close();
    }

    @ParameterizedTest
    @CsvSource({
        "undefined, POLICY_INVALID",
        "omit, POLICY_INVALID",
        "abort, POLICY_UNAVAILABLE",
        "memory, POLICY_UNAVAILABLE"
    })
    void aMisbehaviourRefusesItsQuestionAndTheNextIsAnswered(String purpose, PolicyError code) throws Exception {
        refusesItsQuestionOnly(purpose, code);
    }

    @Test
    void anEvaluationWithoutEndIsGivenUpAndTheNextIsAnswered() throws Exception {
        gate.close();
        open(SHORT);
        refusesItsQuestionOnly("slow", PolicyError.POLICY_UNAVAILABLE);
    }

    private void refusesItsQuestionOnly(String purpose, PolicyError code) throws Exception {
        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> gate.decide(ask(purpose)))
                    .isInstanceOfSatisfying(
                            BelvedereException.class, e -> assertThat(e.code()).isEqualTo(code));

            assertThat(decideWithin(Duration.ofSeconds(30), "deny")).isInstanceOf(Deny.class);
        }
    }

    @Test
    void aCallerDoesNotWaitLongForABusyPolicy() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Decision> slow = threads.submit(() -> gate.decide(ask("slow")));
            assertThat(refusedAsBusy()).isGreaterThanOrEqualTo(EvaluatorPool.Limits.LOAN_MAX);
            assertThat(slow).isNotDone();
            slow.cancel(true);
        }
    }

    /** The first question that finds the pool taken, by one that is asked at the same time, is refused; says how long that took. */
    private Duration refusedAsBusy() {
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            try {
                gate.decide(ask("deny"));
            } catch (BelvedereException refused) {
                assertThat(refused.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE);
                assertThat(refused).hasMessageContaining("busy");
                return Duration.ofNanos(System.nanoTime() - start);
            }
        }
        throw new AssertionError("the pool was never taken");
    }

    @Test
    void aCallerWhoIsStoppedIsRefusedAndStaysStopped() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> gate.decide(ask("deny"))).isInstanceOf(BelvedereException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(gate.decide(ask("deny"))).isInstanceOf(Deny.class);
    }

    /** A new instance takes the place of a broken one in the background; until then the pool of one is busy. */
    private Decision decideWithin(Duration patience, String purpose) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return gate.decide(ask(purpose));
            } catch (BelvedereException e) {
                assertThat(e.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE);
                assertThat(System.nanoTime()).as("the pool never recovered").isLessThan(end);
                Thread.sleep(20);
            }
        }
    }

    private static PolicyRequest ask(String purpose) {
        return new PolicyRequest(
                ANA, Optional.of(purpose), Operation.QUERY, Protocol.REST, Instant.EPOCH, List.of(CUSTOMERS));
    }
}
