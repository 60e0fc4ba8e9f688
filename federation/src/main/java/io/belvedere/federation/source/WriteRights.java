package io.belvedere.federation.source;

import io.belvedere.federation.source.Sources.Source;
import io.belvedere.model.SourceName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Whether the accounts that sources are read with may do more than read. Every statement of ours runs in a read-only transaction; an
 * account that cannot write is the lock behind that door.
 *
 * <p>PostgreSQL and MariaDB say what an account may do; other products are not asked, and files are always opened for reading.
 */
public final class WriteRights {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Rights of a role, of a table or one of its columns, of a schema, of the database; and roles that reach the server's files. */
    private static final String POSTGRES = """
            SELECT DISTINCT held FROM (
              SELECT u.held FROM pg_catalog.pg_roles r,
                LATERAL (VALUES (r.rolsuper, 'SUPERUSER'), (r.rolcreaterole, 'CREATEROLE'), (r.rolcreatedb, 'CREATEDB'),
                  (r.rolreplication, 'REPLICATION'), (r.rolbypassrls, 'BYPASSRLS')) u(has, held)
                WHERE r.rolname = current_user AND u.has
              UNION ALL
              SELECT p.held FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
                LATERAL (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) p(held)
                WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
                  AND CASE WHEN p.held IN ('INSERT', 'UPDATE')
                    THEN has_any_column_privilege(c.oid, p.held) ELSE has_table_privilege(c.oid, p.held) END
              UNION ALL
              SELECT 'CREATE in a schema' FROM pg_catalog.pg_namespace n
                WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'CREATE')
              UNION ALL
              SELECT 'CREATE in the database' WHERE has_database_privilege(current_database(), 'CREATE')
              UNION ALL
              SELECT r.rolname::text FROM pg_catalog.pg_roles r
                WHERE r.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_write_all_data')
                  AND pg_has_role(current_user, r.oid, 'MEMBER')
            ) every_right ORDER BY held""";

    /** Whatever is not known to be harmless: a right that a later version brings is reported until somebody has looked at it. */
    private static final String MARIADB = """
            SELECT DISTINCT PRIVILEGE_TYPE FROM (
              SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
              UNION ALL SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
              UNION ALL SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES
              UNION ALL SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.COLUMN_PRIVILEGES
            ) every_right
            WHERE PRIVILEGE_TYPE NOT IN ('USAGE', 'SELECT', 'SHOW VIEW', 'SHOW DATABASES', 'PROCESS', 'CREATE TEMPORARY TABLES',
                'REPLICATION CLIENT', 'BINLOG MONITOR', 'SLAVE MONITOR', 'REPLICA MONITOR')
              AND (REPLACE(GRANTEE, '''', '') = CURRENT_USER() OR GRANTEE NOT LIKE '%@%' OR GRANTEE LIKE '%@''''')
            ORDER BY PRIVILEGE_TYPE""";

    private final Sources sources;

    public WriteRights(Sources sources) {
        this.sources = sources;
    }

    /**
     * What the account of one shard may do besides reading.
     *
     * @param rights in the product's own words; empty for an account that can only read
     */
    public record Account(SourceName source, String shard, List<String> rights) {
        public Account {
            rights = List.copyOf(rights);
        }
    }

    /**
     * Asks every shard that can be asked, all at once, for {@code PATIENCE} at most. A shard that does not answer is not in the answer.
     *
     * @param asked the sources to ask
     */
    public List<Account> ask(Collection<SourceName> asked) {
        ConcurrentLinkedQueue<Account> answers = new ConcurrentLinkedQueue<>();
        Deadline deadline = Deadline.after(PATIENCE);
        List<Thread> threads = new ArrayList<>();
        for (SourceName name : asked) {
            Source source = sources.require(name);
            Optional<String> question = question(source.definition().kind());
            for (ShardPool shard : question.isPresent() ? source.shards() : List.<ShardPool>of()) {
                threads.add(Thread.ofVirtual()
                        .name("belvedere-rights-" + shard)
                        .start(() -> ask(shard, question.get(), deadline)
                                .ifPresent(rights -> answers.add(new Account(name, shard.shardName(), rights)))));
            }
        }
        for (Thread thread : threads) {
            await(thread, deadline);
        }
        return List.copyOf(answers);
    }

    private static Optional<String> question(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> Optional.of(POSTGRES);
            case MARIADB, MYSQL -> Optional.of(MARIADB);
            case ORACLE, SQLSERVER, DUCKDB, PARQUET, CSV -> Optional.empty();
        };
    }

    private static void await(Thread thread, Deadline deadline) {
        try {
            thread.join(deadline.remaining().plusMillis(1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<List<String>> ask(ShardPool shard, String question, Deadline deadline) {
        try (ShardConnection connection = shard.borrowForLookup(deadline, PATIENCE)) {
            List<String> rights = rights(connection.jdbc(), question);
            connection.finished();
            return Optional.of(rights);
        } catch (SQLException failure) {
            shard.failed(failure);
            return Optional.empty();
        } catch (BelvedereException unavailable) {
            return Optional.empty();
        }
    }

    private static List<String> rights(Connection connection, String question) throws SQLException {
        List<String> rights = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            while (rows.next()) {
                rights.add(rows.getString(1));
            }
        }
        return rights;
    }
}
