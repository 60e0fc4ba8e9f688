package io.belvedere.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the data folder that every PostgreSQL server begins with. */
final class PostgresTemplate {

    private PostgresTemplate() {}

    static void build(Path binaries, Path folder, String admin, String reader, Secrets secrets) throws IOException {
        var data = Files.createDirectory(folder.resolve("data"));
        var passwordFile = Files.writeString(folder.resolve("initdb.pw"), secrets.admin() + "\n");
        ServerUser.CURRENT.own(data);
        ServerUser.CURRENT.own(passwordFile);
        Tool.run(
                ServerUser.CURRENT.command(List.of(
                        binaries.resolve("bin/initdb").toString(),
                        "--pgdata=" + data,
                        "--username=" + admin,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                        "--no-sync",
                        "--no-instructions")),
                "");
        Files.delete(passwordFile);
        addReader(
                binaries, data, "postgres", "CREATE ROLE " + reader + " LOGIN PASSWORD '" + secrets.reader() + "';\n");
        // A new database is a copy of template1, default privileges included.
        addReader(binaries, data, "template1", """
                ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO %1$s;
                ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO %1$s;
                REVOKE TEMPORARY ON DATABASE template1 FROM PUBLIC;
                """.formatted(reader));
    }

    private static void addReader(Path binaries, Path data, String database, String sql) throws IOException {
        Tool.run(
                ServerUser.CURRENT.command(List.of(
                        binaries.resolve("bin/postgres").toString(),
                        "--single",
                        "-D",
                        data.toString(),
                        "-c",
                        "exit_on_error=true",
                        database)),
                sql);
    }
}
