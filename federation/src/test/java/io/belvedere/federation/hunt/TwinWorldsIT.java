package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import io.belvedere.testkit.hunt.Mode;
import io.belvedere.testkit.hunt.Mode.Keys;
import io.belvedere.testkit.hunt.Mode.Knowledge;
import io.belvedere.testkit.hunt.Mode.PushDown;
import io.belvedere.testkit.hunt.TwinWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two worlds that differ only in what the caller may not see answer alike: rows, errors and plans. docs/security-tests.md says how to ask more. */
class TwinWorldsIT {
    private static final long FIRST_SEED = Long.getLong("belvedere.twins.first", 8_000_000);
    private static final long QUERIES = Long.getLong("belvedere.twins.queries", 500);
    private static final Duration TIME_MAX = Duration.ofMinutes(Long.getLong("belvedere.twins.minutes", 60));
    private static final long ENOUGH = 500;
    private static final String AGAIN =
            "./mvnw -pl federation -am verify -Dit.test=TwinWorldsIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false"
                    + " -Dbelvedere.twins.first=%d -Dbelvedere.twins.queries=1";

    /** Who sees every row and value. */
    private static final String ALL_SEEN = """
            "hunter": {"access": "rows", "rows": "all",
              "masks": {"scope.tenant": {"mask": "none"}, "scope.word": {"mask": "none"}, "pii.note": {"mask": "none"},
                "hunt.text": {"mask": "none"}, "hunt.amount": {"mask": "none"}, "hunt.word": {"mask": "none"},
                "hunt.count": {"mask": "none"}, "hunt.moment": {"mask": "none"}}, "maxRows": 100000}""";

    @TempDir
    private Path folder;

    /** Which of a plan that asks its sources for nothing but their rows, where some table has hidden rows only. */
    private static final List<String> RAW_ROWS_IN_THE_ENGINE = List.of(
            "SELECT (SELECT MIN(b.u) FROM hunt.nobody b WHERE b.d4 = a.d2) AS n FROM hunt.nobody a WHERE a.t < 'É'",
            "SELECT a.id FROM hunt.nobody a JOIN hunt.nobody b ON a.t < b.t WHERE b.u < 'É'",
            "SELECT COUNT(*) AS n FROM hunt.nobody a, hunt.nobody b WHERE a.t < 'É' OR b.u IS NULL",
            "SELECT a.id FROM hunt.nobody a WHERE EXISTS (SELECT 1 FROM hunt.nobody b WHERE b.g = a.g AND b.d4 < 1)");

    @Test
    void noQueryTellsTheWorldsApart() throws Exception {
        try (TwinHouse few = TwinHouse.open(TwinWorld.World.FEW, folder.resolve("few"), TwinWorld.ROLE);
                TwinHouse many = TwinHouse.open(TwinWorld.World.MANY, folder.resolve("many"), TwinWorld.ROLE)) {
            TwinsAsked twins = new TwinsAsked(few, many);
            Answering.Session raw = twins.open(new Mode(Knowledge.NONE, PushDown.OFF, Keys.OFF), 1);
            for (String sql : RAW_ROWS_IN_THE_ENGINE) {
                assertThat(raw.ask(sql, List.of())).as(sql).isInstanceOf(Answer.Agreed.class);
            }
            Found found = new Hunt(few.world().house(), twins, AGAIN).run(FIRST_SEED, QUERIES, TIME_MAX);

            System.out.println("two worlds, seeds from " + FIRST_SEED + ": " + found + "\n" + twins.kinds()
                    + ", worked on otherwise: " + twins.plansThatDiffer());
            found.differences().forEach(System.out::println);
            assertThat(found.differences()).as("%s", found).isEmpty();
            assertThat(found.asked()).isGreaterThanOrEqualTo(QUERIES);
            if (QUERIES >= ENOUGH) {
                assertThat(twins.kinds().getOrDefault("rows", 0L))
                        .as("%s", twins.kinds())
                        .isGreaterThan(found.asked() / 3);
                assertThat(twins.kinds()).containsKey("DATA_ERROR");
            }
        }
    }

    @Test
    void whoeverMaySeeAllTellsThemApartAtOnce() throws Exception {
        try (TwinHouse few = TwinHouse.open(TwinWorld.World.FEW, folder.resolve("few"), ALL_SEEN);
                TwinHouse many = TwinHouse.open(TwinWorld.World.MANY, folder.resolve("many"), ALL_SEEN)) {
            Answering.Session asked = new TwinsAsked(few, many).open(Mode.of(0), 1);

            for (String view : List.of("people", "places", "events", "notes", "orders", "items", "guarded", "mixed")) {
                for (String hidden : List.of(
                        "COUNT(*)",
                        "MAX(d4)",
                        "MIN(t)",
                        "MAX(u)",
                        "SUM(MOD(g, 10))",
                        "SUM(EXTRACT(DAY FROM happened_at))")) {
                    assertThat(asked.ask("SELECT " + hidden + " AS n FROM hunt." + view, List.of()))
                            .as("%s of %s", hidden, view)
                            .isInstanceOf(Answer.Failed.class);
                }
            }
        }
    }
}
