package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same queries in every build; {@code ./belvedere bench hunt} asks others, for as long as wanted. */
class QueryHuntIT {
    private static final long DATA_SEED = 7;
    private static final long FIRST_SEED = Long.getLong("belvedere.hunt.first", 1_000_000);
    private static final long QUERIES = Long.getLong("belvedere.hunt.queries", 20_000);
    private static final Duration TIME_MAX = Duration.ofMinutes(60);
    /** Under the policy and with the rows of this test; the bench asks under another. */
    private static final String AGAIN =
            "./mvnw -pl federation -am verify -Dit.test=QueryHuntIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false"
                    + " -Dbelvedere.hunt.first=%d -Dbelvedere.hunt.queries=1";

    private static final double REFUSED_MAX = 0.02;
    private static final double NOT_COMPARED_MAX = 0.01;
    private static final double EMPTY_MAX = 0.2;
    /** Of so many answers at least one comes from a kept plan. */
    private static final int KEPT_EVERY = 20;

    private static final long ENOUGH = 500;

    @TempDir
    private Path folder;

    @Test
    void answersAsOneDatabaseThatHoldsEverything() throws Exception {
        try (HuntedHouse house = HuntedHouse.open(DATA_SEED, HuntedViews.GuardedRows.NARROWED);
                PlannedAnswers product = new PlannedAnswers(house, folder)) {
            Found found = new Hunt(house, product, AGAIN).run(FIRST_SEED, QUERIES, TIME_MAX);

            System.out.println(found);
            System.out.println(product.inlined() + " plans with rows of dimensions in a statement");
            found.differences().forEach(System.out::println);
            assertThat(found.differences()).as("%s", found).isEmpty();
            assertThat(found.asked()).isGreaterThanOrEqualTo(QUERIES);
            if (QUERIES >= ENOUGH) {
                assertThat(found.refusedShare()).as("%s", found).isLessThan(REFUSED_MAX);
                assertThat(found.notComparedShare()).as("%s", found).isLessThan(NOT_COMPARED_MAX);
                assertThat(found.emptyShare()).as("%s", found).isLessThan(EMPTY_MAX);
                assertThat(product.inlined()).as("%s", found).isPositive();
                assertThat(found.fromKeptPlans()).as("%s", found).isGreaterThan(QUERIES / KEPT_EVERY);
            }
        }
    }
}
