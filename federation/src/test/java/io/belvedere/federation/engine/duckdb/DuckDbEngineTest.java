package io.belvedere.federation.engine.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.model.error.BelvedereException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbEngineTest {
    private static final long MEMORY_BYTES = 64L << 20;
    private static final long SPILL_BYTES = 32L << 20;

    @TempDir
    Path folder;

    private DuckDbEngine engine;
    private BufferAllocator memory;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(folder.resolve("secret.csv"), "a,b\n1,2\n");
        engine = new DuckDbEngine(new DuckDbSettings(folder.resolve("spill"), MEMORY_BYTES, SPILL_BYTES, 2, 1, 8));
        memory = new RootAllocator();
    }

    @AfterEach
    void close() {
        engine.close();
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_csv('%s')",
                "SELECT * FROM '%s'",
                "SELECT * FROM read_text('%s')",
                "SELECT * FROM read_blob('%s')",
                "SELECT * FROM glob('%s')",
                "SELECT * FROM sniff_csv('%s')",
                "SELECT * FROM read_json('http://127.0.0.1:9/x')",
                "COPY (SELECT 1) TO '%s'",
                "ATTACH '%s' AS other",
                "EXPORT DATABASE '%s'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "LOAD '%s'",
                "SET enable_external_access = true",
                "SET memory_limit = '8GB'",
                "SET threads = 64",
                "SET TimeZone = 'Asia/Tokyo'",
                "SET lock_configuration = false",
                "SET disabled_optimizers = ''",
                "RESET disabled_optimizers",
                "RESET enable_external_access",
                "SET temp_directory = '%s'",
                "CREATE SECRET s (TYPE s3)"
            })
    void refusesFilesNetworkAndSettings(String sql) {
        try (EngineSession session = engine.open()) {
            String statement = sql.formatted(folder.resolve("secret.csv"));
            assertThatThrownBy(() -> session.deliver(statement, List.of(), memory))
                    .isInstanceOf(BelvedereException.class);
            assertThat(number(session, "SELECT 41 + 1")).isEqualTo(42);
        }
    }

    @Test
    void keepsQueriesApart() {
        try (EngineSession one = engine.open();
                EngineSession other = engine.open()) {
            one.derive("rows_of_one", "SELECT 7 AS n", List.of(), memory);

            assertThat(number(one, "SELECT n FROM rows_of_one")).isEqualTo(7);
            assertThatThrownBy(() -> other.deliver("SELECT n FROM rows_of_one", List.of(), memory))
                    .isInstanceOf(BelvedereException.class);
            assertThat(number(
                            other,
                            "SELECT CAST(count(*) AS INTEGER) FROM duckdb_tables() WHERE table_name = 'rows_of_one'"))
                    .isZero();
        }
    }

    @Test
    void letsNoQuerySeeWhatOneBeforeItKept() {
        for (int i = 0; i < 20; i++) {
            try (EngineSession session = engine.open()) {
                assertThat(number(session, "SELECT CAST(count(*) AS INTEGER) FROM duckdb_tables()"))
                        .isZero();
                session.derive("t", "SELECT " + i + " AS n", List.of(), memory);
                session.derive("odd \" name", "SELECT n + 1 AS n FROM t", List.of(), memory);
                assertThat(number(session, "SELECT n FROM \"odd \"\" name\"")).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void saysOfAStreamThatWantsTooMuchMemoryThatItDoes() {
        try (EngineSession session = engine.open()) {
            assertThatThrownBy(
                            () -> session.deliver("SELECT len(list(n)) FROM range(60000000) t(n)", List.of(), memory))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FederationError.LIMIT_EXCEEDED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT CAST('canary-4711' AS INTEGER)",
                "SELECT CAST(3000000000 AS INTEGER)",
                "SELECT 2147483647::INTEGER + n::INTEGER FROM range(2) t(n)",
                "SELECT CAST('2024-02-30' AS DATE)",
                "SELECT error('canary-4711')"
            })
    void saysOfABadValueOnlyThatItIsOne(String sql) {
        try (EngineSession session = engine.open()) {
            assertThatThrownBy(() -> number(session, sql)).isInstanceOfSatisfying(BelvedereException.class, failure -> {
                assertThat(failure.code()).isEqualTo(FederationError.DATA_ERROR);
                assertThat(failure.getMessage()).doesNotContain("canary", "4711", "3000000000");
            });
        }
    }

    /** With what it knows of a table's columns, DuckDB 2.0 fails to compare them where all their values are NULL. */
    @ParameterizedTest
    @ValueSource(strings = {"NULL", "'x'"})
    void concludesNothingFromWhatAllRowsOfATableHaveInCommon(String value) {
        try (EngineSession session = engine.open()) {
            session.derive("raw", "SELECT 1 AS id, CAST(" + value + " AS VARCHAR) AS t", List.of(), memory);

            assertThat(number(
                            session,
                            "SELECT CAST(count(*) AS INTEGER) FROM raw a, raw b"
                                    + " WHERE (CASE WHEN a.t IS NULL THEN NULL ELSE '***' END) < 'É' AND b.id > 1"))
                    .isZero();
        }
    }

    @Test
    void dividesIntegersAsTheSourcesDo() {
        try (EngineSession session = engine.open()) {
            assertThat(number(session, "SELECT CAST(-7 / 2 AS INTEGER)")).isEqualTo(-3);
            assertThatThrownBy(() -> number(session, "SELECT CAST(1 / (n - n) AS INTEGER) FROM range(1) t(n)"))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FederationError.DATA_ERROR));
        }
    }

    @Test
    void endsAQueryThatWantsTooMuchMemory() {
        try (EngineSession session = engine.open()) {
            assertThatThrownBy(() -> session.derive(
                            "t", "SELECT n, repeat('x', 100) || n AS t FROM range(5000000) t(n)", List.of(), memory))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FederationError.LIMIT_EXCEEDED));
        }
    }

    @Test
    void stopsWhenCancelled() throws Exception {
        try (EngineSession session = engine.open()) {
            Thread canceller = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(Duration.ofMillis(300));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                session.cancel();
            });
            // It would take hours.
            assertThatThrownBy(() -> session.derive(
                            "t",
                            "SELECT sum(hash(a.n, b.n)) AS s FROM range(1000000) a(n), range(1000000) b(n)",
                            List.of(),
                            memory))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FederationError.CANCELLED));
            canceller.join();
            assertThatThrownBy(() -> session.deliver("SELECT 1", List.of(), memory))
                    .isInstanceOf(BelvedereException.class);
        }
    }

    @Test
    void servesTheNextQueryWithADatabaseThatIsStillEmpty() throws Exception {
        Path before =
                spillFolderOf(session -> assertThat(number(session, "SELECT 1")).isEqualTo(1));
        Path after =
                spillFolderOf(session -> assertThat(number(session, "SELECT 2")).isEqualTo(2));

        assertThat(after).isEqualTo(before);
    }

    @Test
    void throwsADatabaseAwayThatKeptRowsOrFailedOrWasStopped() throws Exception {
        List<Used> uses = List.of(
                session -> session.derive("t", "SELECT 1 AS n", List.of(), memory),
                session -> assertThatThrownBy(() -> number(session, "SELECT CAST('x' AS INTEGER)"))
                        .isInstanceOf(BelvedereException.class),
                session -> session.deliver("SELECT n FROM range(100000) t(n)", List.of(), memory)
                        .close(),
                session -> {
                    try (EngineSession.Rows rows = session.deliver("SELECT 1", List.of(), memory)) {
                        session.cancel();
                        assertThat(rows.batch().getRowCount()).isZero();
                    }
                });
        for (Used use : uses) {
            Path used = spillFolderOf(session -> {
                assertThat(number(session, "SELECT 1")).isEqualTo(1);
                use.by(session);
            });
            assertThat(spillFolderOf(
                            session -> assertThat(number(session, "SELECT 2")).isEqualTo(2)))
                    .isNotEqualTo(used);
        }
    }

    /** What a query does with its session. */
    private interface Used {
        void by(EngineSession session);
    }

    /** Where the database of a session would spill to, which no other database shares. */
    private Path spillFolderOf(Used used) {
        try (EngineSession session = engine.open()) {
            Path spill;
            try (EngineSession.Rows rows =
                    session.deliver("SELECT current_setting('temp_directory')", List.of(), memory)) {
                assertThat(rows.next()).isTrue();
                spill = Path.of(rows.batch().getVector(0).getObject(0).toString());
                assertThat(rows.next()).isFalse();
            }
            used.by(session);
            return spill;
        }
    }

    @Test
    void removesItsSpillFolder() throws Exception {
        Path spill = folder.resolve("spill");
        try (EngineSession session = engine.open()) {
            session.derive("t", "SELECT 1 AS n", List.of(), memory);
            try (Stream<Path> folders = Files.list(spill)) {
                assertThat(folders)
                        .isNotEmpty()
                        .allSatisfy(
                                each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                                        .isEqualTo("rwx------"));
            }
        }
        engine.close();
        try (Stream<Path> folders = Files.list(spill)) {
            assertThat(folders).isEmpty();
        }
    }

    private int number(EngineSession session, String sql) {
        try (EngineSession.Rows rows = session.deliver(sql, List.of(), memory)) {
            assertThat(rows.next()).isTrue();
            int value = ((IntVector) rows.batch().getVector(0)).get(0);
            // To the end, so that every value is computed.
            boolean more = rows.next();
            while (more) {
                more = rows.next();
            }
            return value;
        }
    }
}
