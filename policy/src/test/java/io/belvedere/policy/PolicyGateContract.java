package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.OMAR;
import static io.belvedere.policy.Fixtures.OTTO;
import static io.belvedere.policy.Fixtures.SAM;
import static io.belvedere.policy.Fixtures.STELLA;
import static io.belvedere.policy.Fixtures.STOCK;
import static io.belvedere.policy.Fixtures.caller;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every gate promises, whatever engine stands behind it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PolicyGateContract {
    /** An open gate over the shipped policy with the sample's data; the same at each call, closed by the test class. */
    abstract PolicyGate gate();

    /** Another one, for the test to close. */
    abstract PolicyGate anotherGate();

    @ParameterizedTest
    @EnumSource
    void anAnswerNamesExactlyTheViewsAndColumnsThatWereAskedAbout(Operation operation) {
        for (Caller caller : List.of(ANA, STELLA, OTTO, SAM, OMAR)) {
            if (gate().decide(request(caller, operation, CUSTOMERS, STOCK)) instanceof Allow allow) {
                assertThat(allow.views().keySet()).isEqualTo(new TreeSet<>(Set.of(CUSTOMERS.id(), STOCK.id())));
                for (ViewDefinition view : List.of(CUSTOMERS, STOCK)) {
                    assertThat(columns(allow.views().get(view.id())))
                            .isIn(
                                    Set.of(),
                                    view.columns().stream()
                                            .map(ColumnContract::name)
                                            .collect(Collectors.toSet()));
                }
            }
        }
    }

    @Test
    void aDecisionSaysWhichPolicyDecidedOnWhichInput() {
        Decision decision = gate().decide(request(ANA, Operation.QUERY, CUSTOMERS));
        assertThat(decision.revision()).isEqualTo(gate().revision()).startsWith("coffee-chain-1+");
        assertThat(decision.inputSha256())
                .isEqualTo(Sha256.hex(
                        PolicyInput.of(request(ANA, Operation.QUERY, CUSTOMERS)).bytes()));
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        Allow first = (Allow) gate().decide(request(ANA, Operation.QUERY, CUSTOMERS));
        Allow second = (Allow) gate().decide(request(ANA, Operation.QUERY, CUSTOMERS));
        assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
        assertThat(second.inputSha256()).isEqualTo(first.inputSha256());
        assertThat(second.views()).isEqualTo(first.views());
    }

    @Test
    void callersWhoMaySeeOtherThingsHaveOtherFingerprints() {
        Caller us = caller("ana", Set.of("analyst"), Map.of("region", "US"));
        Allow eu = (Allow) gate().decide(request(ANA, Operation.QUERY, CUSTOMERS));
        Allow all = (Allow) gate().decide(request(STELLA, Operation.QUERY, CUSTOMERS));
        assertThat(Set.of(
                        eu.fingerprint(),
                        all.fingerprint(),
                        ((Allow) gate().decide(request(us, Operation.QUERY, CUSTOMERS))).fingerprint()))
                .hasSize(3);
    }

    @Test
    void manyCallersAtOnceAreNeverMixedUp() throws Exception {
        List<Future<Void>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String region = "region-" + i;
                Caller caller = caller("caller-" + i, Set.of("analyst"), Map.of("region", region));
                asked.add(threads.submit(() -> {
                    for (int round = 0; round < 50; round++) {
                        Allow allow = (Allow) decideWhenFree(gate(), request(caller, Operation.QUERY, CUSTOMERS));
                        assertThat(allow.requireRows(CUSTOMERS.id()).rule())
                                .isEqualTo(new ViewAccess.RowRule.Matching(new Condition.Comparison(
                                        new ColumnName("region"), Condition.Operator.EQ, new Literal.Text(region))));
                    }
                    return null;
                }));
            }
            for (Future<Void> one : asked) {
                one.get();
            }
        }
    }

    @Test
    void aQuestionThatIsNotUnicodeIsRefusedAndTheNextIsAnswered() {
        Caller broken = caller("\ud800", Set.of("analyst"), Map.of("region", "EU"));
        assertRefused(PolicyError.POLICY_INVALID, gate(), broken);
        assertThat(gate().decide(request(ANA, Operation.QUERY, CUSTOMERS))).isInstanceOf(Allow.class);
    }

    @Test
    void aNameWithANulIsNeverPassedOnCutShort() {
        Caller nul = caller("ana", Set.of("analyst"), Map.of("region", "EU\0x"));
        assertRefused(PolicyError.POLICY_INVALID, gate(), nul);
        Caller role = caller("ana", Set.of("steward\0"), Map.of("region", "EU"));
        assertThat(gate().decide(request(role, Operation.QUERY, CUSTOMERS))).isInstanceOf(Deny.class);
    }

    @Test
    void aClosedGateRefuses() {
        PolicyGate gate = anotherGate();
        assertThat(gate.decide(request(ANA, Operation.QUERY, CUSTOMERS))).isInstanceOf(Allow.class);
        gate.close();
        assertRefused(PolicyError.POLICY_UNAVAILABLE, gate, ANA);
    }

    /** Asks again while policy is busy: how long that takes is the machine's business, what comes out is the gate's. */
    static Decision decideWhenFree(PolicyGate gate, PolicyRequest request) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return gate.decide(request);
            } catch (BelvedereException e) {
                assertThat(e.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE);
                assertThat(System.nanoTime()).as("policy was never free").isLessThan(end);
            }
        }
    }

    static void assertRefused(PolicyError code, PolicyGate gate, Caller caller) {
        assertThatThrownBy(() -> gate.decide(request(caller, Operation.QUERY, CUSTOMERS)))
                .isInstanceOfSatisfying(
                        BelvedereException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Set<ColumnName> columns(ViewAccess access) {
        return switch (access) {
            case ViewAccess.None _ -> Set.of();
            case ViewAccess.Contract contract -> contract.columns().keySet();
            case ViewAccess.Rows rows -> rows.columns().keySet();
        };
    }
}
