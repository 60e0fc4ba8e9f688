package io.belvedere.testkit.tpch;

import io.belvedere.testkit.EmbeddedDatabase;
import io.belvedere.testkit.EmbeddedMariaDb;
import io.belvedere.testkit.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/**
 * One database and what stands in it.
 *
 * @param schema where its tables stand; MariaDB has none, and takes the database's name
 * @param shards over how many such databases orders and line items are split
 * @param shard which of them this is
 */
record Place(EmbeddedDatabase server, String database, String schema, List<Relation> relations, int shards, int shard) {

    static Place whole(EmbeddedDatabase server, String database, String schema, Relation... relations) {
        return new Place(server, database, schema, List.of(relations), 1, 0);
    }

    boolean holds(long key) {
        return Math.floorMod(key, shards) == shard;
    }

    /** A table to write rows into; the caller closes it. */
    TableLoad open(Relation relation) throws SQLException, IOException {
        return switch (server) {
            case EmbeddedPostgres postgres -> new PostgresLoad(postgres.openAsAdmin(database), schema, relation);
            case EmbeddedMariaDb mariaDb -> new MariaDbLoad(mariaDb.openAsAdmin(database), relation);
        };
    }
}
