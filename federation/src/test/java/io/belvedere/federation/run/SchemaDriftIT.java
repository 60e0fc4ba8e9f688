package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.connection;
import static io.belvedere.federation.run.RunHarness.fetch;
import static io.belvedere.federation.run.RunHarness.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table that is no longer what its definition says: told from a wrong query, until it is mended. */
class SchemaDriftIT {
    @TempDir
    Path spill;

    @ParameterizedTest
    @EnumSource(
            value = SourceKind.class,
            names = {"POSTGRESQL", "MARIADB"})
    void aColumnOfAnotherTypeIsDriftThoughTheQueryDoesNotReadIt(SourceKind kind) throws Exception {
        boolean maria = kind == SourceKind.MARIADB;
        try (TestDatabases.Fresh database =
                        maria ? TestDatabases.freshMariaDb("drift") : TestDatabases.freshPostgres("drift");
                RunHarness harness = new RunHarness(
                        spill,
                        database.password(),
                        source(
                                "drifting",
                                kind,
                                SourceLimits.DEFAULT,
                                List.of(RunHarness.table("drifting", "goods", "id", "price")),
                                connection(database.port(), database.name(), database.user())))) {
            database.execute("CREATE TABLE goods (id bigint, price bigint)", "INSERT INTO goods VALUES (1, 2)");
            if (!maria) {
                database.execute("GRANT SELECT ON goods TO PUBLIC");
            }
            assertThat(outcome(harness)).isEqualTo("1 rows");

            database.execute(
                    maria ? "ALTER TABLE goods MODIFY price varchar(20)" : "ALTER TABLE goods ALTER price TYPE text");
            awaitOutcome(harness, FederationError.SCHEMA_DRIFT.name());
            assertThat(outcome(harness)).as("until it is mended").isEqualTo(FederationError.SCHEMA_DRIFT.name());

            database.execute(
                    maria
                            ? "ALTER TABLE goods MODIFY price bigint"
                            : "ALTER TABLE goods ALTER price TYPE bigint USING price::bigint");
            assertThat(outcome(harness)).isEqualTo("1 rows");
        }
    }

    private static void awaitOutcome(RunHarness harness, String wanted) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(12).toNanos();
        String last = outcome(harness);
        while (!last.equals(wanted)) {
            assertThat(System.nanoTime()).as(last).isLessThan(until);
            Thread.sleep(250);
            last = outcome(harness);
        }
    }

    private static String outcome(RunHarness harness) {
        ExecutablePlan plan = PlanFixtures.plan(new Step.PassThrough(
                fetch("f", "drifting", "SELECT id FROM goods", Step.Use.ONCE, column("id", "bigint"))));
        try {
            return harness.run(plan).rows().size() + " rows";
        } catch (BelvedereException failure) {
            return failure.code().name();
        }
    }
}
