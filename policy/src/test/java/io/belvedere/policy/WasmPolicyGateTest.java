package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.SAMPLE_POLICY;
import static io.belvedere.policy.Fixtures.STELLA;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmPolicyGateTest extends PolicyGateContract {
    private WasmPolicyGate gate;

    @BeforeAll
    void open() {
        gate = new WasmPolicyGate(PolicyBundle.read(SAMPLE_POLICY));
    }

    @AfterAll
    void close() {
        gate.close();
    }

    @Override
    PolicyGate gate() {
        return gate;
    }

    @Override
    PolicyGate anotherGate() {
        return WasmPolicyGate.open(Optional.of(SAMPLE_POLICY));
    }

    @Test
    void theBuiltInPolicyGrantsNothing() {
        try (WasmPolicyGate builtIn = WasmPolicyGate.open(Optional.empty())) {
            assertThat(builtIn.problem()).isEmpty();
            for (Operation operation : List.of(Operation.QUERY, Operation.EXPLAIN)) {
                assertThat(builtIn.decide(request(STELLA, operation, CUSTOMERS)))
                        .isInstanceOf(Deny.class);
            }
            Allow described = (Allow) builtIn.decide(request(STELLA, Operation.DESCRIBE, CUSTOMERS));
            assertThat(described.views().values()).containsOnly(new ViewAccess.None());
            assertThat(builtIn.decide(request(STELLA, Operation.MONITOR))).isInstanceOf(Deny.class);
        }
    }

    @Test
    void aGateThatStartsWithABrokenPolicyRefusesAndSaysWhy(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("data.json"), "{\n  \"belvedere\": {,\n");
        try (WasmPolicyGate broken = WasmPolicyGate.open(Optional.of(folder))) {
            assertRefused(PolicyError.POLICY_UNAVAILABLE, broken, STELLA);
            assertThat(broken.revision()).isEqualTo("none");
            assertThat(broken.problem()).hasValueSatisfying(problem -> {
                assertThat(problem.code()).isEqualTo(PolicyError.POLICY_FILE_INVALID);
                assertThat(problem.detail()).startsWith("data.json:2:");
            });

            broken.activate(PolicyBundle.read(SAMPLE_POLICY));

            assertThat(broken.problem()).isEmpty();
            assertThat(broken.decide(request(STELLA, Operation.QUERY, CUSTOMERS)))
                    .isInstanceOf(Allow.class);
        }
    }

    @Test
    void aPolicyThatCannotAnswerIsNotActivatedAndTheOldOneServes() {
        try (WasmPolicyGate serving = new WasmPolicyGate(PolicyBundle.read(SAMPLE_POLICY), oneInstance())) {
            String revision = serving.revision();
            byte[] garbage = {0, 'a', 's', 'm', 1, 0, 0, 0};
            assertThatThrownBy(() -> serving.activate(PolicyBundle.of(garbage, data("x"))))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            e -> assertThat(e.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE));
            assertThat(serving.revision()).isEqualTo(revision);
            assertThat(serving.decide(request(STELLA, Operation.QUERY, CUSTOMERS)))
                    .isInstanceOf(Allow.class);
        }
    }

    @Test
    void aNewPolicyTakesOverBetweenTwoQuestionsAndNoneFails() throws Exception {
        try (WasmPolicyGate serving = new WasmPolicyGate(PolicyBundle.read(SAMPLE_POLICY));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String before = serving.revision();
            AtomicBoolean stop = new AtomicBoolean();
            List<Future<Integer>> asking = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                asking.add(threads.submit(() -> {
                    int denied = 0;
                    while (!stop.get()) {
                        Decision decision = decideWhenFree(serving, request(STELLA, Operation.QUERY, CUSTOMERS));
                        boolean old = decision.revision().equals(before);
                        assertThat(decision).isInstanceOf(old ? Allow.class : Deny.class);
                        denied += old ? 0 : 1;
                    }
                    return denied;
                }));
            }
            serving.activate(PolicyBundle.builtIn());
            Decision after = decideWhenFree(serving, request(STELLA, Operation.QUERY, CUSTOMERS));
            stop.set(true);

            assertThat(after).isInstanceOf(Deny.class);
            assertThat(after.revision()).isEqualTo(serving.revision()).isNotEqualTo(before);
            for (Future<Integer> one : asking) {
                assertThat(one.get()).isNotNegative();
            }
        }
    }

    @Test
    void anEditThatForgetsTheRevisionIsAnotherRevisionAndAnotherFingerprint() throws IOException {
        String data = Files.readString(SAMPLE_POLICY.resolve("data.json"));
        byte[] edited = (data + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] policy = PolicyBundle.builtIn().policy();
        try (WasmPolicyGate other = new WasmPolicyGate(PolicyBundle.of(policy, edited), oneInstance())) {
            Allow here = (Allow) gate.decide(request(ANA, Operation.QUERY, CUSTOMERS));
            Allow there = (Allow) other.decide(request(ANA, Operation.QUERY, CUSTOMERS));
            assertThat(there.revision()).startsWith("coffee-chain-1+").isNotEqualTo(here.revision());
            assertThat(there.fingerprint()).isNotEqualTo(here.fingerprint());
        }
    }

    @Test
    void aPolicyActivatedOnAClosedGateStaysClosed() {
        WasmPolicyGate closed = new WasmPolicyGate(PolicyBundle.builtIn(), oneInstance());
        closed.close();
        closed.activate(PolicyBundle.read(SAMPLE_POLICY));
        assertRefused(PolicyError.POLICY_UNAVAILABLE, closed, STELLA);
        assertThat(closed.problem()).isPresent();
    }

    private static EvaluatorPool.Limits oneInstance() {
        return new EvaluatorPool.Limits(1, EvaluatorPool.Limits.LOAN_MAX, Duration.ofSeconds(5));
    }

    private static byte[] data(String revision) {
        return ("{\"belvedere\":{\"revision\":\"" + revision + "\"}}").getBytes(StandardCharsets.UTF_8);
    }
}
