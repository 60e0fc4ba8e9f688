package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import io.belvedere.testkit.hunt.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That the hunt finds what is wrong: it is asked about answers that are. */
class HuntJudgesIT {
    private static final long FIRST_SEED = 2_000_001;
    private static final long QUERIES = 1;

    @Test
    void aFaultThatNoOrderOfWorkFindsIsADifference() throws Exception {
        assertThat(judged(new Answer.DataError(Answer.Fault.DIVISION_BY_ZERO, "made up"))
                        .differences())
                .hasSizeGreaterThanOrEqualTo((int) QUERIES)
                .allSatisfy(report -> assertThat(report).contains("a data error where there is none"));
    }

    @Test
    void rowsThatAreNotThereAreADifference() throws Exception {
        assertThat(judged(new Answer.Rows(List.of(List.of("nobody", "said", "this", "ever", "!"))))
                        .differences())
                .hasSizeGreaterThanOrEqualTo((int) QUERIES)
                .allSatisfy(report -> assertThat(report).contains("row 1 of 1"));
    }

    @Test
    void aRefusalIsCountedAndNoDifference() throws Exception {
        Found found = judged(new Answer.Refused("not offered"));

        assertThat(found.differences()).isEmpty();
        assertThat(found.refusedShare()).isEqualTo(1.0);
    }

    private static Found judged(Answer answer) throws Exception {
        try (HuntedHouse house = HuntedHouse.open(7, HuntedViews.GuardedRows.ALL)) {
            return new Hunt(house, new Always(answer)).run(FIRST_SEED, QUERIES, Duration.ofMinutes(5));
        }
    }

    /** Answers everything alike. */
    private record Always(Answer answer) implements Answering, Answering.Session {
        @Override
        public Session open(Mode mode, long seed) {
            return this;
        }

        @Override
        public Answer ask(String sql, List<Optional<Object>> parameters) {
            return answer;
        }

        @Override
        public String explain(String sql, List<Optional<Object>> parameters) {
            return "";
        }

        @Override
        public long fromKeptPlans() {
            return 0;
        }
    }
}
