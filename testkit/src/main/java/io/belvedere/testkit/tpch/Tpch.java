package io.belvedere.testkit.tpch;

import io.belvedere.testkit.CacheFolder;
import io.belvedere.testkit.EmbeddedDatabase;
import io.belvedere.testkit.EmbeddedMariaDb;
import io.belvedere.testkit.EmbeddedPostgres;
import io.belvedere.testkit.FolderInUse;
import io.belvedere.testkit.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * TPC-H in running servers: one MariaDB and one PostgreSQL, loaded at a scale factor in the layouts that were asked for, and the catalog over
 * them. Thread safe; whoever loads it closes it, and the end of the JVM closes what was forgotten.
 */
public final class Tpch implements AutoCloseable {
    private static final int SHARDS = 4;
    private static final String VERSION = "1";

    /** Whether the databases stay for later runs, in the cache folder (about 2 GB a layout at scale factor 1). */
    public enum Keep {
        /** They go when they are closed; loading takes a few seconds at scale factor 0.1. */
        UNTIL_CLOSED,
        /** They stay, and the next load is a start of the servers. One process at a time has them; another one loads anew. */
        FOR_LATER
    }

    private final EmbeddedDatabase mariaDb;
    private final EmbeddedDatabase postgres;
    private final Set<Layout> layouts;

    private Tpch(EmbeddedDatabase mariaDb, EmbeddedDatabase postgres, Set<Layout> layouts) {
        this.mariaDb = mariaDb;
        this.postgres = postgres;
        this.layouts = EnumSet.copyOf(layouts);
    }

    /** Starts the servers, with all rows of {@code scale} in them. */
    public static Tpch load(double scale, Set<Layout> layouts, Keep keep) throws IOException, SQLException {
        if (keep == Keep.UNTIL_CLOSED) {
            return loadTemporary(scale, layouts);
        }
        var folder = CacheFolder.buildOnce(name(scale, layouts), aside -> loadInto(aside, scale, layouts));
        try {
            return start(Storage.kept(folder.resolve("mariadb")), Storage.kept(folder.resolve("postgres")), layouts);
        } catch (FolderInUse e) {
            return loadTemporary(scale, layouts);
        }
    }

    private static String name(double scale, Set<Layout> layouts) {
        return "tpch-" + VERSION + "-" + scale + "-"
                + String.join(
                        "-",
                        new TreeSet<>(layouts.stream()
                                .map(layout -> layout.name().toLowerCase(java.util.Locale.ROOT))
                                .toList()));
    }

    private static Tpch loadTemporary(double scale, Set<Layout> layouts) throws IOException, SQLException {
        var tpch = start(Storage.temporary(), Storage.temporary(), layouts);
        try {
            new Loading(scale, tpch.places()).run();
            return tpch;
        } catch (IOException | SQLException | RuntimeException e) {
            tpch.close();
            throw e;
        }
    }

    private static void loadInto(Path folder, double scale, Set<Layout> layouts) throws IOException {
        try (var tpch =
                start(Storage.kept(folder.resolve("mariadb")), Storage.kept(folder.resolve("postgres")), layouts)) {
            new Loading(scale, tpch.places()).run();
        } catch (SQLException e) {
            throw new IOException("TPC-H could not be loaded", e);
        }
    }

    // One after the other: the cache folder is built under a lock of the thread that asked for it.
    private static Tpch start(Storage ofMariaDb, Storage ofPostgres, Set<Layout> layouts) throws IOException {
        var mariaDb = EmbeddedMariaDb.start(ofMariaDb);
        try {
            return new Tpch(mariaDb, EmbeddedPostgres.start(ofPostgres), layouts);
        } catch (IOException | RuntimeException e) {
            mariaDb.close();
            throw e;
        }
    }

    /** Writes {@code sources/} and {@code views/} into {@code folder}: a catalog whose views {@code tpch.<table>} show a table each. */
    public void writeCatalog(Layout layout, Path folder) throws IOException {
        CatalogText.write(folder, sources(require(layout)));
    }

    /** The values of the {@code ${env:…}} names in the catalog's sources. */
    public Map<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        for (var server : List.of(mariaDb, postgres)) {
            variables.put(prefix(server) + "_HOST", EmbeddedDatabase.HOST);
            variables.put(prefix(server) + "_PORT", Integer.toString(server.port()));
            variables.put(prefix(server) + "_PASSWORD", server.password());
        }
        return variables;
    }

    /** A connection, for reading, to the one database that holds everything; the caller closes it. */
    public Connection openOracle() throws SQLException {
        require(Layout.ORACLE);
        return postgres.openAsReader("tpch_oracle");
    }

    /** A connection, for reading, to a database of a source; by hand, a program would work with these. The caller closes it. */
    public Connection open(Layout layout, String source, int shard) throws SQLException {
        for (var each : sources(require(layout))) {
            if (each.name().equals(source)) {
                var place = each.places().get(shard);
                return place.server().openAsReader(place.database());
            }
        }
        throw new IllegalArgumentException("There is no source " + source + " in " + layout);
    }

    /** The server of the source {@code reference}. */
    public EmbeddedDatabase mariaDb() {
        return mariaDb;
    }

    /** The server of all other sources, and of the oracle. */
    public EmbeddedDatabase postgres() {
        return postgres;
    }

    static String prefix(EmbeddedDatabase server) {
        return switch (server) {
            case EmbeddedMariaDb _ -> "TPCH_MARIADB";
            case EmbeddedPostgres _ -> "TPCH_POSTGRES";
        };
    }

    private Layout require(Layout layout) {
        if (!layouts.contains(layout)) {
            throw new IllegalArgumentException("The layout " + layout + " was not loaded");
        }
        return layout;
    }

    private List<Place> places() {
        var places = new LinkedHashMap<String, Place>();
        for (var layout : layouts) {
            for (var source : sources(layout)) {
                source.places().forEach(place -> places.put(place.database(), place));
            }
        }
        return List.copyOf(places.values());
    }

    private List<CatalogText.Source> sources(Layout layout) {
        return switch (layout) {
            case SPLIT ->
                List.of(
                        reference(),
                        postgres("sales", "tpch_sales", Relation.ORDERS, Relation.LINEITEM, Relation.PARTSUPP));
            case SHARDED ->
                List.of(
                        reference(),
                        new CatalogText.Source(
                                "sales",
                                "postgresql",
                                shards(),
                                Map.of(Relation.ORDERS, "o_orderkey", Relation.LINEITEM, "l_orderkey")),
                        postgres("supply", "tpch_supply", Relation.PARTSUPP));
            case ORACLE -> {
                var all = Place.whole(postgres, "tpch_oracle", "tpch", Relation.values());
                yield List.of(new CatalogText.Source("everything", "postgresql", List.of(all), Map.of()));
            }
        };
    }

    private CatalogText.Source reference() {
        var place = Place.whole(
                mariaDb,
                "tpch",
                "public",
                Relation.CUSTOMER,
                Relation.NATION,
                Relation.REGION,
                Relation.SUPPLIER,
                Relation.PART);
        return new CatalogText.Source("reference", "mariadb", List.of(place), Map.of());
    }

    private CatalogText.Source postgres(String source, String database, Relation... relations) {
        return new CatalogText.Source(
                source, "postgresql", List.of(Place.whole(postgres, database, "public", relations)), Map.of());
    }

    private List<Place> shards() {
        var shards = new ArrayList<Place>();
        for (var shard = 0; shard < SHARDS; shard++) {
            shards.add(new Place(
                    postgres,
                    "tpch_sales_" + shard,
                    "public",
                    List.of(Relation.ORDERS, Relation.LINEITEM),
                    SHARDS,
                    shard));
        }
        return shards;
    }

    @Override
    public void close() {
        mariaDb.close();
        postgres.close();
    }
}
