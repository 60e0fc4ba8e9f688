package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.SAMPLE_POLICY;
import static io.belvedere.policy.Fixtures.STOCK;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DescribingInPartsTest {
    private static final int VIEWS = 5_000;

    /** Asks another gate, notes every question, and may change the answer. */
    private static final class Noting implements PolicyGate {
        private final PolicyGate gate;
        private final List<PolicyRequest> asked = Collections.synchronizedList(new ArrayList<>());
        private UnaryOperator<Decision> change = UnaryOperator.identity();

        private Noting(PolicyGate gate) {
            this.gate = gate;
        }

        @Override
        public Decision decide(PolicyRequest request) {
            asked.add(request);
            return change.apply(gate.decide(request));
        }

        @Override
        public String revision() {
            return gate.revision();
        }

        @Override
        public Optional<BelvedereException> problem() {
            return gate.problem();
        }

        @Override
        public void close() {
            gate.close();
        }
    }

    /** A part takes as long as the machine is slow; how long it may take is tested elsewhere. */
    private static WasmPolicyGate patient() {
        return new WasmPolicyGate(
                PolicyBundle.read(SAMPLE_POLICY),
                new EvaluatorPool.Limits(1, EvaluatorPool.Limits.LOAN_MAX, Duration.ofSeconds(30)));
    }

    private static ViewDefinition[] views(int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> Fixtures.view(
                        "crm.v" + i + "@1.0.0",
                        "id bigint",
                        "name varchar pii.name",
                        "email varchar pii.email",
                        "card varchar payment.card",
                        "region varchar scope.region",
                        "a integer",
                        "b integer",
                        "c date",
                        "d varchar",
                        "e double"))
                .toArray(ViewDefinition[]::new);
    }

    @Test
    void fiveThousandViewsAreDescribedAndEachAsIfItWereAskedAboutAlone() {
        try (Noting noting = new Noting(patient());
                DescribingInParts gate = new DescribingInParts(noting)) {
            Allow all = (Allow) gate.decide(request(ANA, Operation.DESCRIBE, views(VIEWS)));
            assertThat(all.views()).hasSize(VIEWS);
            assertThat(noting.asked)
                    .hasSizeGreaterThanOrEqualTo(VIEWS / DescribingInParts.VIEWS_MAX)
                    .allSatisfy(part -> assertThat(part.views()).hasSizeLessThanOrEqualTo(DescribingInParts.VIEWS_MAX));
            assertThat(noting.asked.stream().flatMap(part -> part.views().stream()))
                    .as("each view is asked about once")
                    .containsExactlyInAnyOrder(views(VIEWS));
            ViewDefinition last = views(VIEWS)[VIEWS - 1];
            Allow alone = (Allow) noting.gate.decide(request(ANA, Operation.DESCRIBE, last));
            assertThat(all.views().get(last.id())).isEqualTo(alone.views().get(last.id()));
            assertThat(all.views().values()).containsOnly(alone.views().get(last.id()));
            assertThat(all.revision()).isEqualTo(alone.revision());
        }
    }

    @Test
    void otherViewsHaveAnotherFingerprint() {
        try (DescribingInParts gate = new DescribingInParts(patient())) {
            Allow some = (Allow) gate.decide(request(ANA, Operation.DESCRIBE, views(401)));
            Allow same = (Allow) gate.decide(request(ANA, Operation.DESCRIBE, views(401)));
            Allow more = (Allow) gate.decide(request(ANA, Operation.DESCRIBE, views(402)));
            assertThat(same.fingerprint()).isEqualTo(some.fingerprint());
            assertThat(more.fingerprint()).isNotEqualTo(some.fingerprint());
            assertThat(more.inputSha256()).isNotEqualTo(some.inputSha256());
        }
    }

    @Test
    void fewViewsAndEveryOtherOperationAreOneQuestion() {
        try (Noting noting = new Noting(patient());
                DescribingInParts gate = new DescribingInParts(noting)) {
            PolicyRequest few = request(ANA, Operation.DESCRIBE, CUSTOMERS, STOCK);
            PolicyRequest none = request(ANA, Operation.DESCRIBE);
            PolicyRequest query = request(ANA, Operation.QUERY, views(DescribingInParts.VIEWS_MAX + 1));
            for (PolicyRequest one : List.of(few, none, query)) {
                Decision _ = gate.decide(one);
            }
            assertThat(noting.asked).containsExactly(few, none, query);
        }
    }

    @Test
    void partsOfTwoRevisionsAreNeverPutTogether() {
        try (Noting noting = new Noting(patient());
                DescribingInParts gate = new DescribingInParts(noting)) {
            PolicyRequest many = request(ANA, Operation.DESCRIBE, views(DescribingInParts.VIEWS_MAX + 1));
            ViewDefinition first = many.views().getFirst();
            AtomicInteger rounds = new AtomicInteger();
            noting.change = given -> {
                boolean early = ((Allow) given).views().containsKey(first.id()) && rounds.getAndIncrement() == 0;
                return revised((Allow) given, early ? "before" : "after");
            };
            assertThat(((Allow) gate.decide(many)).revision()).isEqualTo("after");
            assertThat(rounds).as("all was asked again").hasValue(2);
            noting.change = given -> revised((Allow) given, "r" + rounds.incrementAndGet());
            assertThatThrownBy(() -> gate.decide(many)).hasMessageContaining("changed again and again");
        }
    }

    /** Policy that has no time for more than so many views at once. */
    private static UnaryOperator<Decision> slowFrom(int views) {
        return given -> {
            if (((Allow) given).views().size() >= views) {
                throw PolicyError.POLICY_UNAVAILABLE.error("Policy took too long to answer.", new TimeoutException());
            }
            return given;
        };
    }

    @Test
    void aPartThatTakesTooLongIsAskedInHalvesUntilPolicyHasTheTime() {
        try (Noting noting = new Noting(patient());
                DescribingInParts gate = new DescribingInParts(noting)) {
            noting.change = slowFrom(4);
            Allow all = (Allow) gate.decide(request(ANA, Operation.DESCRIBE, views(61)));
            assertThat(all.views()).hasSize(61);
            int asked = noting.asked.size();
            Allow again = (Allow) gate.decide(request(ANA, Operation.DESCRIBE, views(61)));
            assertThat(again.views()).isEqualTo(all.views());
            assertThat(noting.asked.size() - asked)
                    .as("what was learned of a part's length is kept")
                    .isGreaterThan(61 / 4);
        }
    }

    @Test
    void aListThatCannotBeAnsweredWholeIsAnErrorAndNotAShorterList() {
        try (Noting noting = new Noting(patient());
                DescribingInParts gate = new DescribingInParts(noting)) {
            noting.change = slowFrom(1);
            assertThatThrownBy(() -> gate.decide(request(ANA, Operation.DESCRIBE, views(61))))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            error -> assertThat(error.code()).isEqualTo(PolicyError.POLICY_UNAVAILABLE));
            ViewDefinition last = views(61)[60];
            noting.change = given -> {
                if (((Allow) given).views().containsKey(last.id())) {
                    throw PolicyError.POLICY_UNAVAILABLE.error("Policy is busy; try again in a moment.");
                }
                return given;
            };
            assertThatThrownBy(() -> gate.decide(request(ANA, Operation.DESCRIBE, views(61))))
                    .hasMessageContaining("busy");
        }
    }

    private static Allow revised(Allow allow, String revision) {
        return new Allow(
                allow.reason(),
                revision,
                allow.inputSha256(),
                allow.fingerprint(),
                allow.detail(),
                allow.until(),
                allow.views());
    }
}
