package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.testkit.TestDatabases;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Real accounts, with rights that were granted to them in each way there is. */
class WriteRightsIT {
    private static final SourceName NAME = new SourceName("s");

    private static List<WriteRights.Account> ask(SourceKind kind, TestDatabases.Fresh database) {
        try (Sources sources = sources(kind, database, database.port())) {
            return new WriteRights(sources).ask(List.of(NAME));
        }
    }

    private static Sources sources(SourceKind kind, TestDatabases.Fresh database, int port) {
        Shard shard = new Shard(
                "only",
                new Connection(
                        database.host(),
                        port,
                        database.name(),
                        database.user(),
                        new SecretReference.Environment("PASSWORD"),
                        Connection.TlsMode.DISABLED));
        SourceTable table = new SourceTable(
                new TableName(NAME, "goods"),
                Optional.empty(),
                "goods",
                List.of(new SourceColumn(
                        new ColumnName("id"),
                        "id",
                        DataType.Simple.BIGINT,
                        Presence.OPTIONAL,
                        KeyPart.NONE,
                        Set.of())));
        SourceDefinition definition = new SourceDefinition(
                NAME, kind, "", List.of(shard), Optional.empty(), List.of(table), SourceLimits.DEFAULT, "hash");
        return new Sources(
                new Catalog(List.of(definition), List.of()), Secrets.of(Map.of("PASSWORD", database.password())));
    }

    private static void assertRights(SourceKind kind, TestDatabases.Fresh database, String... rights) {
        assertThat(ask(kind, database)).singleElement().satisfies(account -> {
            assertThat(account.source()).isEqualTo(NAME);
            assertThat(account.rights()).containsExactly(rights);
        });
    }

    @Test
    void postgresTellsEachWayToWrite() throws Exception {
        try (var database = TestDatabases.freshPostgres("rights")) {
            String reader = database.user();
            database.execute("CREATE TABLE goods (id bigint, note text)", "GRANT SELECT ON goods TO " + reader);
            assertRights(SourceKind.POSTGRESQL, database);
            database.execute("GRANT UPDATE (note) ON goods TO " + reader);
            assertRights(SourceKind.POSTGRESQL, database, "UPDATE");
            database.execute("REVOKE UPDATE (note) ON goods FROM " + reader, "GRANT DELETE ON goods TO PUBLIC");
            assertRights(SourceKind.POSTGRESQL, database, "DELETE");
            database.execute(
                    "REVOKE DELETE ON goods FROM PUBLIC",
                    "CREATE SCHEMA other",
                    "GRANT CREATE ON SCHEMA other TO " + reader);
            assertRights(SourceKind.POSTGRESQL, database, "CREATE in a schema");
        }
    }

    @Test
    void mariaDbTellsWhateverIsNotReading() throws Exception {
        try (var database = TestDatabases.freshMariaDb("rights")) {
            String account = "'" + database.user() + "'@'127.0.0.1'";
            database.execute("CREATE TABLE goods (id BIGINT, note TEXT)");
            assertRights(SourceKind.MARIADB, database);
            database.execute("GRANT INSERT, DELETE ON " + database.name() + ".* TO " + account);
            assertRights(SourceKind.MARIADB, database, "DELETE", "INSERT");
            database.execute(
                    "REVOKE INSERT, DELETE ON " + database.name() + ".* FROM " + account,
                    "GRANT UPDATE (note) ON " + database.name() + ".goods TO " + account);
            assertRights(SourceKind.MARIADB, database, "UPDATE");
            database.execute("REVOKE UPDATE (note) ON " + database.name() + ".goods FROM " + account);
            assertRights(SourceKind.MARIADB, database);
        }
    }

    @Test
    void aSourceThatIsDownHasNoAnswer() throws Exception {
        try (var database = TestDatabases.freshPostgres("rights");
                Sources sources = sources(SourceKind.POSTGRESQL, database, 1)) {
            assertThat(new WriteRights(sources).ask(List.of(NAME))).isEmpty();
        }
    }
}
