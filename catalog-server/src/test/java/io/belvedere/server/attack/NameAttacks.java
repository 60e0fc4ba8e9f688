package io.belvedere.server.attack;

import static io.belvedere.server.attack.Attack.attack;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Attacks by names: versions, cases, metadata, plans, functions of the engines behind. */
final class NameAttacks {
    private static final String SIX = "[[\"6\"]]";
    private static final String UNSUPPORTED = "UNSUPPORTED";
    private static final String NOT_FOUND = "VIEW_NOT_FOUND";

    private NameAttacks() {}

    static List<Attack> names() {
        return List.of(
                attack("A20", "the same value under a mask in two places")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer c JOIN {s}.people p ON c.ssn = p.ssn AND c.id = p.id",
                                SIX)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE ssn LIKE '***%' AND LENGTH(ssn) = 5", SIX)
                        .done(),
                attack("A40", "a column that is given another class")
                        .refused("SELECT ssn FROM {s}.relabelled", 404, NOT_FOUND)
                        .as("carol")
                        .refused("SELECT ssn FROM {s}.relabelled", 404, NOT_FOUND)
                        .done(),
                attack("A41", "tenants that some collation takes for one's own")
                        .rows(
                                "SELECT COUNT(*) AS n, MIN(tenant) AS a, MAX(tenant) AS b FROM {s}.customer",
                                "[[\"6\",\"A\",\"A\"]]")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE tenant IN ('a', 'A ', 'Ａ', 'Ä', ' A', 'B')",
                                "[[\"0\"]]")
                        .as("ada")
                        .rows(
                                "SELECT COUNT(DISTINCT tenant) AS n, MIN(tenant) AS a, MAX(tenant) AS b FROM {s}.customer",
                                "[[\"1\",\"a\",\"a\"]]")
                        .done(),
                attack("A44", "an older version of a view")
                        .rows("SELECT MIN(ssn) AS a, COUNT(*) AS n FROM {s}.\"customer@1.0.0\"", "[[\"***11\",\"6\"]]")
                        .rows("SELECT MIN(ssn) AS a, COUNT(*) AS n FROM {s}.\"customer@1\"", "[[\"***11\",\"6\"]]")
                        .rows(
                                new Ask.Get("/api/v1/views/{s}.customer@1.0.0/rows?columns=id,ssn&id=1"),
                                "[[\"1\",\"***11\"]]")
                        .refused("SELECT code FROM {s}.\"customer@1.0.0\"", 400, "QUERY_INVALID")
                        .refused("SELECT id FROM {s}.\"customer@2\"", 404, NOT_FOUND)
                        .done(),
                attack("A46", "a view over a view that shows what the caller may not see")
                        .unlike("carol", Ask.sql("SELECT COUNT(*) AS n FROM {s}.codes"))
                        .refused("SELECT * FROM {s}.codes", 404, NOT_FOUND)
                        .refused("SELECT id FROM {s}.codes", 404, NOT_FOUND)
                        .rows("SELECT MIN(ssn) AS a, COUNT(*) AS n FROM {s}.people", "[[\"***11\",\"6\"]]")
                        .done(),
                attack("A29", "keys from hidden rows shipped to another source")
                        .rows("SELECT COUNT(*) AS n, MAX(amount) AS a FROM mix.{s}_order360", "[[\"12\",\"10.51\"]]")
                        .rows(
                                "SELECT COUNT(*) AS n, SUM(o.amount) AS a FROM {s}.customer c JOIN {o}.orders o ON o.customer_id = c.id",
                                "[[\"12\",\"126.06\"]]")
                        .rows(
                                "SELECT c.id, COUNT(*) AS n FROM {o}.orders o JOIN {s}.customer c ON o.customer_id = c.id WHERE c.rating <= 1 GROUP BY c.id",
                                "[[\"1\",\"2\"]]")
                        .done());
    }

    static List<Attack> metadata() {
        return List.of(
                attack("A47", "plans")
                        .text(
                                Ask.sql("EXPLAIN SELECT ssn FROM {s}.customer WHERE salary > 0"),
                                200,
                                List.of("view {s}.customer"),
                                List.of("SELECT", "expected", "'A'", "tenant", "wovenTree"))
                        .text(
                                Ask.sql("EXPLAIN (FORMAT JSON) SELECT ssn FROM {s}.customer"),
                                200,
                                List.of("shape"),
                                List.of("wovenTree", "estimate", "tenant"))
                        .text(
                                Ask.sql("EXPLAIN ANALYZE SELECT ssn FROM {s}.customer"),
                                200,
                                List.of("6 rows"),
                                List.of("SELECT", "expected", "actual", "tenant"))
                        .text(
                                Ask.explain(
                                        "SELECT COUNT(*) AS n FROM {s}.customer c JOIN {o}.orders o ON o.customer_id = c.id"),
                                200,
                                List.of("view "),
                                List.of("SELECT", "keys of", "expected"))
                        .unlike("alice", Ask.sql("EXPLAIN SELECT id FROM {s}.customer"))
                        .as("mallory")
                        .refused("EXPLAIN SELECT ssn FROM {s}.customer", 404, NOT_FOUND)
                        .as("rita")
                        .refused("EXPLAIN SELECT id FROM {s}.customer", 403, "FORBIDDEN")
                        .done(),
                attack("A49", "catalogs of the databases behind")
                        .refused("SELECT * FROM information_schema.tables", 404, NOT_FOUND)
                        .refused("SELECT * FROM pg_catalog.pg_class", 404, NOT_FOUND)
                        .refused("SELECT * FROM pg_stats", 404, NOT_FOUND)
                        .refused("SELECT * FROM mysql.innodb_table_stats", 404, NOT_FOUND)
                        .refused("SELECT * FROM raw_{s}.customer", 404, NOT_FOUND)
                        .refused("SHOW TABLES", 400, UNSUPPORTED)
                        .refused("DESCRIBE TABLE {s}.customer", 400, UNSUPPORTED)
                        .refused("ANALYZE {s}.customer", 400, UNSUPPORTED)
                        .text(
                                new Ask.Get("/api/v1/views"),
                                200,
                                List.of("{s}.customer"),
                                List.of("vault", "secret", "\"code\"", "SELECT", "raw_"))
                        .text(
                                new Ask.Get("/api/v1/views/{s}.customer"),
                                200,
                                List.of("ssn"),
                                List.of("\"code\"", "secret", "SELECT", "raw_"))
                        .unlike("carol", new Ask.Get("/api/v1/views/vault.{s}_customer"))
                        .refused(new Ask.Get("/api/v1/views/vault.{s}_customer"), 404, NOT_FOUND)
                        .done(),
                attack("A53", "what a result says of a masked column besides its values")
                        .text(
                                Ask.sql("SELECT salary, ssn FROM {s}.customer WHERE id = 1"),
                                200,
                                List.of("\\[\\[null,\"\\*\\*\\*11\"]]"),
                                List.of("77001", "12\\.50"))
                        .done());
    }

    static List<Attack> functions() {
        Attack.Builder files = attack("A74", "files, network and settings of the engine");
        Stream.of(
                        "read_csv('/etc/passwd')",
                        "read_text('/etc/passwd')",
                        "glob('/*')",
                        "sniff_csv('/etc/passwd')",
                        "duckdb_settings()",
                        "query('SELECT 1')",
                        "duckdb_secrets()")
                .forEach(call -> {
                    files.refused("SELECT * FROM " + call, 400, UNSUPPORTED);
                    files.refused("SELECT * FROM TABLE(" + call + ")", 400, UNSUPPORTED);
                });
        Stream.of("getenv('HOME')", "current_setting('temp_directory')", "version()", "read_blob('/etc/passwd')")
                .forEach(call -> files.refused("SELECT " + call + " AS n FROM {s}.customer", 400, UNSUPPORTED));
        files.refused("SELECT * FROM \"/etc/passwd\"", 404, NOT_FOUND)
                .refused("SELECT * FROM 'file.parquet'", 400, "QUERY_INVALID");
        Stream.of(
                        "COPY (SELECT 1) TO '/tmp/x'",
                        "ATTACH ':memory:'",
                        "INSTALL httpfs",
                        "LOAD httpfs",
                        "EXPORT DATABASE '/tmp/x'",
                        "PRAGMA database_list")
                .forEach(statement -> files.refused(statement, 400, UNSUPPORTED));
        Attack.Builder xml = attack("A77", "functions of the planner's libraries");
        Stream.of(
                        "EXTRACT_XML(note, 'a')",
                        "XML_TRANSFORM(note, 'a')",
                        "EXISTS_NODE(note, 'a')",
                        "JSON_VALUE(note, '$.a')",
                        "REFLECT('java.lang.System', 'exit')")
                .forEach(call -> xml.refused("SELECT " + call + " AS n FROM {s}.customer", 400, UNSUPPORTED));
        Attack.Builder remote = attack("A80", "functions of the databases behind");
        Stream.of(
                        "pg_read_file('/etc/passwd')",
                        "lo_import('/etc/passwd')",
                        "pg_sleep(10)",
                        "dblink('a', 'b')",
                        "LOAD_FILE('/etc/passwd')",
                        "SLEEP(10)",
                        "BENCHMARK(1, 1)",
                        "UTL_HTTP.REQUEST('http://x')",
                        "DATABASE()",
                        "USER()")
                .forEach(call -> remote.refused("SELECT " + call + " AS n FROM {s}.customer", 400, UNSUPPORTED));
        remote.refused("SELECT @@version AS n FROM {s}.customer", 400, "QUERY_INVALID");
        remote.refused("SELECT id FROM {s}.customer INTO OUTFILE '/tmp/x'", 400, "QUERY_INVALID");
        return List.of(files.done(), xml.done(), remote.done());
    }

    static List<Attack> requests() {
        return List.of(
                attack("A38", "parameters that would end a literal")
                        .rows(
                                Ask.sql(
                                        "SELECT COUNT(*) AS n FROM {s}.customer WHERE name <> ? AND rating > -1 - -?",
                                        "\"' OR 1=1 --\"",
                                        "0"),
                                SIX)
                        .rows(
                                Ask.sql(
                                        "SELECT COUNT(*) AS n FROM {s}.customer WHERE name <> ?",
                                        "\"\\\\'); DROP TABLE customer; --\""),
                                SIX)
                        .done(),
                attack("A70", "names that are paths or quotes")
                        .refused("SELECT 1 AS n FROM {s}.\"x/allow\"", 404, NOT_FOUND)
                        .refused("SELECT 1 AS n FROM {s}.\"a%2f..\"", 404, NOT_FOUND)
                        .refused("SELECT 1 AS n FROM {s}.\"v\"\"] ; true\"", 404, NOT_FOUND)
                        .refused(new Ask.Get("/api/v1/views/{s}.x%2fallow"), 404, NOT_FOUND)
                        .as("quote")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer", SIX)
                        .done(),
                attack("A73", "callers with no role and with thousands")
                        .as("mallory")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer", 404, NOT_FOUND)
                        .as("crowd")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer", SIX)
                        .rows("SELECT MIN(ssn) AS n FROM {s}.customer", "[[\"***11\"]]")
                        .done(),
                attack("A88", "tokens that nobody was given")
                        .as("nobody")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer", 401, "NOT_AUTHENTICATED")
                        .as("")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer", 401, "NOT_AUTHENTICATED")
                        .refused(
                                header(
                                        "Authorization",
                                        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYXJvbCIsInJvbGVzIjpbImFkbWluIl19."),
                                401,
                                "NOT_AUTHENTICATED")
                        .refused(header("Authorization", "Basic Y2Fyb2w6dG9rLWNhcm9s"), 401, "NOT_AUTHENTICATED")
                        .refused(
                                header("Cookie", "Authorization=tok-carol; q_session=tok-carol"),
                                401,
                                "NOT_AUTHENTICATED")
                        .refused(header("X-Forwarded-User", "carol"), 401, "NOT_AUTHENTICATED")
                        .done(),
                attack("A89", "requests of another site's page")
                        .refused(body("text/plain"), 415, "MEDIA_TYPE_UNSUPPORTED")
                        .refused(body("application/x-www-form-urlencoded"), 415, "MEDIA_TYPE_UNSUPPORTED")
                        .refused(body("multipart/form-data; boundary=x"), 415, "MEDIA_TYPE_UNSUPPORTED")
                        .refused(new Ask.Get("/api/v1/query?sql=SELECT+1"), 405, "METHOD_NOT_ALLOWED")
                        .done(),
                attack("A94", "the roles of those who run the server")
                        .as("olga")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer", 403, "FORBIDDEN")
                        .as("rita")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer", 403, "FORBIDDEN")
                        .done());
    }

    private static Ask header(String name, String value) {
        return new Ask.Post(
                "/api/v1/query",
                Map.of("Content-Type", Ask.JSON, name, value),
                "{\"sql\": \"SELECT COUNT(*) AS n FROM {s}.customer\"}");
    }

    private static Ask body(String type) {
        return new Ask.Post(
                "/api/v1/query", Map.of("Content-Type", type), "{\"sql\": \"SELECT COUNT(*) AS n FROM {s}.customer\"}");
    }
}
