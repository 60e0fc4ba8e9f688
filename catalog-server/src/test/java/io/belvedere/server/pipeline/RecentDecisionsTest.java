package io.belvedere.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyError;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.Refusals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentDecisionsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final Asked gate = new Asked();
    private final RecentDecisions decisions = new RecentDecisions(gate);

    @Test
    void theSameQuestionIsAskedOnce() {
        Decision first = decisions.decide(question("ana", Set.of("analyst"), Optional.of("a"), Operation.QUERY, NOON));
        Decision again = decisions.decide(question("ana", Set.of("analyst"), Optional.of("a"), Operation.QUERY, NOON));

        assertThat(again).isSameAs(first);
        assertThat(gate.questions).hasSize(1);
        assertThat(decisions.cache().counts().hits()).isEqualTo(1);
    }

    @Test
    void whateverIsSentMakesAnotherQuestion() {
        List<PolicyRequest> questions = List.of(
                question("ana", Set.of("analyst"), Optional.of("a"), Operation.QUERY, NOON),
                question("bob", Set.of("analyst"), Optional.of("a"), Operation.QUERY, NOON),
                question("ana", Set.of("steward"), Optional.of("a"), Operation.QUERY, NOON),
                question("ana", Set.of(), Optional.of("a"), Operation.QUERY, NOON),
                question("ana", Set.of("analyst"), Optional.of("b"), Operation.QUERY, NOON),
                question("ana", Set.of("analyst"), Optional.empty(), Operation.QUERY, NOON),
                question("ana", Set.of("analyst"), Optional.of("a"), Operation.EXPLAIN, NOON),
                question("ana", Set.of("analyst"), Optional.of("a"), Operation.QUERY, NOON.plusSeconds(1)));

        questions.forEach(decisions::decide);

        assertThat(gate.questions).containsExactlyElementsOf(questions);
    }

    @Test
    void brokenGlassAKindAnAgentAndAnAttributeMakeAnotherQuestion() {
        PolicyRequest plain = question("ana", Set.of("analyst"), Optional.empty(), Operation.QUERY, NOON);
        List<PolicyRequest> questions = List.of(
                plain,
                asked(plain.caller(), Optional.of("a fire")),
                asked(plain.caller(), Optional.of("a flood")),
                asked(caller(Caller.Kind.SERVICE, Map.of(), Optional.empty()), Optional.empty()),
                asked(caller(Caller.Kind.HUMAN, Map.of("region", "EU"), Optional.empty()), Optional.empty()),
                asked(caller(Caller.Kind.AGENT, Map.of(), agent("a")), Optional.empty()),
                asked(caller(Caller.Kind.AGENT, Map.of(), agent("b")), Optional.empty()));

        questions.forEach(decisions::decide);

        assertThat(gate.questions).containsExactlyElementsOf(questions);
    }

    private static Optional<Caller.Agent> agent(String subject) {
        return Optional.of(new Caller.Agent("dev", subject));
    }

    private static Caller caller(Caller.Kind kind, Map<String, String> attributes, Optional<Caller.Agent> agent) {
        return new Caller("dev", "ana", "ana", kind, Set.of("analyst"), attributes, agent);
    }

    private static PolicyRequest asked(Caller caller, Optional<String> breakGlass) {
        return new PolicyRequest(caller, Optional.empty(), breakGlass, Operation.QUERY, Protocol.REST, NOON, List.of());
    }

    @Test
    void anotherRevisionOfThePolicyIsAsked() {
        PolicyRequest question = question("ana", Set.of("analyst"), Optional.empty(), Operation.QUERY, NOON);
        decisions.decide(question);
        gate.revision = "2";
        decisions.decide(question);

        assertThat(gate.questions).hasSize(2);
    }

    @Test
    void aFailureIsAskedAgain() {
        PolicyRequest question = question("ana", Set.of("analyst"), Optional.empty(), Operation.QUERY, NOON);
        gate.fails = true;
        assertThatThrownBy(() -> decisions.decide(question)).hasMessageContaining("no answer");
        gate.fails = false;

        assertThat(decisions.decide(question)).isNotNull();
        assertThat(gate.questions).hasSize(2);
    }

    @Test
    void aQuestionNamesATimeOfTheLastTwoSeconds() {
        for (int i = 0; i < 500; i++) {
            Instant now = NOON.plusMillis(i * 37L);
            Caller caller = question("caller" + i % 7, Set.of(), Optional.empty(), Operation.QUERY, now)
                    .caller();
            Instant named = RecentDecisions.moment(caller, now);
            assertThat(named).isBeforeOrEqualTo(now).isAfter(now.minusSeconds(2));
            assertThat(RecentDecisions.moment(caller, named.plusMillis(1999))).isEqualTo(named);
            assertThat(RecentDecisions.moment(caller, named.plusMillis(2000))).isEqualTo(named.plusMillis(2000));
        }
    }

    private static PolicyRequest question(
            String subject, Set<String> roles, Optional<String> purpose, Operation operation, Instant time) {
        return new PolicyRequest(
                new Caller("dev", subject, subject, Caller.Kind.HUMAN, roles, Map.of()),
                purpose,
                operation,
                Protocol.REST,
                time,
                List.of());
    }

    /** A gate that notes what it is asked, and refuses. Used by one thread. */
    private static final class Asked implements PolicyGate {
        private final List<PolicyRequest> questions = new ArrayList<>();
        private String revision = "1";
        private boolean fails;

        @Override
        public Decision decide(PolicyRequest request) {
            questions.add(request);
            if (fails) {
                throw PolicyError.POLICY_UNAVAILABLE.error("There is no answer.");
            }
            return Refusals.of(revision);
        }

        @Override
        public Optional<BelvedereException> problem() {
            return Optional.empty();
        }

        @Override
        public String revision() {
            return revision;
        }

        @Override
        public void close() {
            fails = true;
        }
    }
}
