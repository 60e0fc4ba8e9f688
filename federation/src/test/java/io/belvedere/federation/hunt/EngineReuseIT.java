package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import io.belvedere.testkit.hunt.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine database is made in 25 ms of a processor; each has a spill folder of its own, which tells them apart. */
class EngineReuseIT {
    private static final Mode FAST = new Mode(Mode.Knowledge.TRUE, Mode.PushDown.ON, Mode.Keys.OFF);
    private static final int QUERIES = 40;

    @TempDir
    private Path folder;

    @Test
    void aDatabaseServesTheNextQueryWhenTheLastWasReadToItsEnd() throws Exception {
        try (HuntedHouse house = HuntedHouse.open(7, HuntedViews.GuardedRows.NARROWED);
                PlannedAnswers product = new PlannedAnswers(house, folder)) {
            Answering.Session session = product.open(FAST, 1);
            Set<String> databases = new TreeSet<>();
            for (int i = 0; i < QUERIES; i++) {
                Answer answer = session.ask(join("p.id % " + (i + 2)), List.of());
                assertThat(answer).isInstanceOf(Answer.Rows.class);
                databases.addAll(databases());
            }

            assertThat(databases.size()).isBetween(1, QUERIES / 4);
        }
    }

    private static String join(String group) {
        return "SELECT " + group
                + " AS a, STDDEV_POP(e.k) AS b FROM hunt.people AS p JOIN hunt.events AS e ON e.k = p.k GROUP BY "
                + group;
    }

    private Set<String> databases() {
        try (Stream<Path> found = Files.walk(folder.resolve("spill"))) {
            return found.filter(path -> path.getFileName().toString().startsWith("belvedere-spill-"))
                    .map(Path::toString)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
