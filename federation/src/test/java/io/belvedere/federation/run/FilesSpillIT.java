package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.engine.duckdb.SpillFolder;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.FilesRoot;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.ShardConnection;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.SourceName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files larger than the memory that their source may use. */
class FilesSpillIT {
    private static final long MIB = 1L << 20;
    private static final long MEMORY = 160 * MIB;
    private static final long ROWS = 1_500_000;
    private static final Duration TIDY_MAX = Duration.ofSeconds(60);
    /** A join of every row with another one, and a group of each. */
    private static final String LARGE = "SELECT COUNT(*) AS n FROM (SELECT a.word, COUNT(*) AS c FROM big.words a"
            + " JOIN big.words b ON b.word = a.word GROUP BY a.word) AS g WHERE g.c = 1";

    @TempDir
    static Path folder;

    private static Catalog catalog;

    @BeforeAll
    static void write() throws SQLException, IOException {
        Path files = Files.createDirectories(folder.resolve("root/big"));
        try (var duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement()) {
            statement.execute("COPY (SELECT i AS id, 'word ' || md5(CAST(i AS VARCHAR)) AS word FROM range(" + ROWS
                    + ") t(i)) TO '" + files.resolve("words.parquet") + "' (FORMAT parquet)");
        }
        Path sources = Files.createDirectories(folder.resolve("catalog/sources"));
        Files.createDirectories(folder.resolve("catalog/views"));
        Files.writeString(sources.resolve("files.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: files}
                spec:
                  kind: parquet
                  files: {folder: big}
                  tables:
                    - name: words
                      columns: [{name: id, type: bigint, required: true}, {name: word, type: varchar, required: true}]
                """);
        CatalogFiles loaded = new CatalogLoader(_ -> Optional.empty()).load(folder.resolve("catalog"));
        assertThat(loaded.problems()).isEmpty();
        ViewDefinition view = FederationFixture.view(
                "big.words@1.0.0", "SELECT id, word FROM files.words", "id bigint!", "word varchar!");
        catalog = new Catalog(List.copyOf(loaded.catalog().sources()), List.of(view));
    }

    private static long answer(FilesRoot.Work work) {
        FilesRoot root = new FilesRoot(Optional.of(folder.resolve("root")), work);
        try (Sources sources = new Sources(catalog, Secrets.of(Map.of()), root, SourceObserver.NONE);
                QueryMemory memory = new QueryMemory();
                DuckDbEngine engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("engine")));
                Runner runner = new Runner(sources, engine, memory, new Random(1))) {
            ResolvedQuery query = FederationFixture.resolve(catalog, LARGE);
            ExecutablePlan plan = new Planner(_ -> Optional.empty())
                    .plan(new Weaver().weave(query, FederationFixture.steward(query.views())), catalog);
            assertThat(plan.steps())
                    .as("the source does it all")
                    .singleElement()
                    .isInstanceOf(Step.PassThrough.class);
            try (RowStream rows = runner.open(plan, RunHarness.context(Duration.ofMinutes(2)))) {
                assertThat(rows.next()).isTrue();
                return ((BigIntVector) rows.batch().getVector(0)).get(0);
            }
        }
    }

    @Test
    void joinsAndGroupsMoreThanFitsIntoItsMemoryAndLeavesNothingBehind() throws Exception {
        Path spill = folder.resolve("spill");

        assertThat(answer(new FilesRoot.Work(MEMORY, Optional.of(SpillFolder.open(spill)), 2_048 * MIB)))
                .isEqualTo(ROWS);

        assertThat(isSoonEmpty(spill)).isTrue();
    }

    /** The database goes with its last connection, which is given back behind the reader's back. */
    private static boolean isSoonEmpty(Path spill) throws IOException, InterruptedException {
        for (long end = System.nanoTime() + TIDY_MAX.toNanos(); System.nanoTime() < end; Thread.sleep(20)) {
            try (Stream<Path> left = Files.list(spill)) {
                if (left.findAny().isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A source that was opened again under other limits, while a statement of the old one still runs, works under its own. */
    @Test
    void doesNotWorkUnderTheLimitsOfAnotherThatIsStillOpen() throws Exception {
        try (Sources other = new Sources(
                        catalog,
                        Secrets.of(Map.of()),
                        new FilesRoot(
                                Optional.of(folder.resolve("root")), new FilesRoot.Work(MEMORY, Optional.empty(), 0)),
                        SourceObserver.NONE);
                ShardConnection held = other.require(new SourceName("files"))
                        .shards()
                        .getFirst()
                        .borrow("test", Deadline.after(Duration.ofMinutes(1)), Duration.ofMinutes(1))) {
            assertThat(held.jdbc().isClosed()).isFalse();

            assertThat(answer(new FilesRoot.Work(
                            MEMORY, Optional.of(SpillFolder.open(folder.resolve("other"))), 2_048 * MIB)))
                    .isEqualTo(ROWS);
        }
    }

    @Test
    void withoutADiskTheSameQueryEndsAtItsMemory() {
        BelvedereException refusal = catchThrowableOfType(
                BelvedereException.class, () -> answer(new FilesRoot.Work(MEMORY, Optional.empty(), 0)));

        assertThat(refusal.code()).isEqualTo(FederationError.LIMIT_EXCEEDED);
    }

    @Test
    void withTooSmallADiskItEndsThere() {
        BelvedereException refusal = catchThrowableOfType(
                BelvedereException.class,
                () -> answer(
                        new FilesRoot.Work(MEMORY, Optional.of(SpillFolder.open(folder.resolve("small"))), 8 * MIB)));

        assertThat(refusal.code()).isEqualTo(FederationError.LIMIT_EXCEEDED);
    }
}
