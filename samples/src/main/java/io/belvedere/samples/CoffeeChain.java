package io.belvedere.samples;

import io.belvedere.testkit.EmbeddedDatabase;
import io.belvedere.testkit.EmbeddedMariaDb;
import io.belvedere.testkit.EmbeddedPostgres;
import io.belvedere.testkit.Storage;
import io.belvedere.testkit.fault.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The coffee chain's databases, running and loaded: a MariaDB with {@code crm}, {@code inventory} and {@code reference}, a PostgreSQL with {@code orders_0} and
 * {@code orders_1}, and another with {@code payments}. Thread safe; whoever starts it closes it, and the end of the JVM closes it too.
 */
public final class CoffeeChain implements AutoCloseable {
    private static final long SEED = 20_261_122;
    private static final int SHARDS = 2;
    private static final String ORACLE = "oracle";

    /** The servers, by what they hold. */
    public enum Server {
        /** {@code crm}, {@code inventory} and {@code reference}. */
        MARIADB,
        /** {@code orders_0} and {@code orders_1}. */
        ORDERS,
        /** {@code payments}, and the database that holds everything, when it was asked for. */
        PAYMENTS
    }

    /** What a start does now, in words for a person who waits. */
    @FunctionalInterface
    public interface Progress {
        void says(String what);
    }

    private final EmbeddedDatabase mariaDb;
    private final EmbeddedDatabase orders;
    private final EmbeddedDatabase payments;
    private final FaultProxy reference;
    private final Tables tables;
    private final @Nullable DataFolder folder;
    private boolean oracleLoaded; // guarded by this
    private boolean closed; // guarded by this

    private CoffeeChain(List<EmbeddedDatabase> servers, Tables tables, @Nullable DataFolder folder) {
        this.mariaDb = servers.get(0);
        this.orders = servers.get(1);
        this.payments = servers.get(2);
        this.reference = FaultProxy.before(mariaDb.port());
        this.tables = tables;
        this.folder = folder;
    }

    /** Starts the servers and loads what is not loaded yet. */
    public static CoffeeChain start(Scale scale, Keep keep) throws IOException {
        return start(scale, keep, Clock.systemUTC(), _ -> {});
    }

    /**
     * Starts the servers and loads what is not loaded yet.
     *
     * @param clock tells the day for which "late" is meant
     */
    public static CoffeeChain start(Scale scale, Keep keep, Clock clock, Progress progress) throws IOException {
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        var folder = keep == Keep.FOR_LATER ? DataFolder.open(scale, today).orElse(null) : null;
        if (folder == null) {
            return startEmpty(scale, today, null, progress);
        }
        try {
            return folder.isLoaded()
                    ? startLoaded(scale, folder, progress)
                    : startEmpty(scale, today, folder, progress);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static CoffeeChain startLoaded(Scale scale, DataFolder folder, Progress progress) throws IOException {
        try {
            return new CoffeeChain(startServers(folder, progress), tables(scale, folder.day()), folder);
        } catch (IllegalStateException e) {
            // A machine that went down in the middle of a run can leave a folder that no server starts in.
            progress.says("The kept databases do not start; they are loaded anew");
            folder.discard();
            return startEmpty(scale, folder.day(), folder, progress);
        }
    }

    private static CoffeeChain startEmpty(Scale scale, LocalDate today, @Nullable DataFolder folder, Progress progress)
            throws IOException {
        var chain = new CoffeeChain(startServers(folder, progress), tables(scale, today), folder);
        try {
            progress.says("Loading %,d customers and %,d orders".formatted(scale.customers(), scale.orders()));
            chain.load();
            if (folder != null) {
                folder.markLoaded();
            }
            return chain;
        } catch (IOException | RuntimeException e) {
            chain.closeServers();
            throw e;
        }
    }

    private static Tables tables(Scale scale, LocalDate day) {
        return new Tables(new CoffeeChainData(SEED, scale, day));
    }

    private static List<EmbeddedDatabase> startServers(@Nullable DataFolder folder, Progress progress)
            throws IOException {
        progress.says("Starting MariaDB and two PostgreSQL servers");
        var started = new ArrayList<EmbeddedDatabase>();
        try {
            return AtOnce.run(List.of(
                    () -> noted(started, EmbeddedMariaDb.start(storage(folder, "mariadb"))),
                    () -> noted(started, EmbeddedPostgres.start(storage(folder, "orders"))),
                    () -> noted(started, EmbeddedPostgres.start(storage(folder, "payments")))));
        } catch (RuntimeException e) {
            started.forEach(EmbeddedDatabase::close);
            throw e;
        }
    }

    private static EmbeddedDatabase noted(List<EmbeddedDatabase> started, EmbeddedDatabase server) {
        synchronized (started) {
            started.add(server);
        }
        return server;
    }

    private static Storage storage(@Nullable DataFolder folder, String name) {
        return folder == null ? Storage.temporary() : Storage.kept(folder.path().resolve(name));
    }

    private void load() {
        var work = new ArrayList<Callable<Boolean>>();
        for (var shard = 0; shard < SHARDS; shard++) {
            var rows = tables.orders(Tables.shard(shard, SHARDS));
            var name = "orders_" + shard;
            work.add(() -> loadPostgres(orders, name, rows));
        }
        work.add(() -> loadPostgres(payments, "payments", tables.payments("method")));
        work.add(() -> loadMariaDb("crm", tables.crm())
                && loadMariaDb("inventory", tables.inventory())
                && loadMariaDb("reference", tables.reference()));
        AtOnce.run(work);
    }

    private static boolean loadPostgres(EmbeddedDatabase server, String database, List<Table> tables)
            throws SQLException {
        server.createDatabase(database);
        try (var connection = server.openAsAdmin(database)) {
            Loader.loadPostgres(connection, "public", tables);
            return true;
        }
    }

    private boolean loadMariaDb(String database, List<Table> tables) throws SQLException {
        mariaDb.createDatabase(database);
        try (var connection = mariaDb.openAsAdmin(database)) {
            Loader.loadMariaDb(connection, tables);
            return true;
        }
    }

    /** The values of the {@code ${env:…}} names in the sample's sources. */
    public Map<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        put(variables, "CRM", mariaDb);
        put(variables, "INVENTORY", mariaDb);
        put(variables, "REFERENCE", mariaDb);
        variables.put("REFERENCE_PORT", Integer.toString(reference.port()));
        put(variables, "ORDERS", orders);
        put(variables, "ORDERS_0", orders);
        put(variables, "ORDERS_1", orders);
        put(variables, "PAYMENTS", payments);
        return Map.copyOf(variables);
    }

    private static void put(Map<String, String> variables, String prefix, EmbeddedDatabase server) {
        variables.put(prefix + "_HOST", EmbeddedDatabase.HOST);
        variables.put(prefix + "_PORT", Integer.toString(server.port()));
        variables.put(prefix + "_PASSWORD", server.password());
    }

    /** The sample's catalog: below {@code belvedere.root}, else in a folder above the working folder. */
    public static Path catalogFolder() {
        var root = Optional.ofNullable(System.getProperty("belvedere.root"));
        for (var folder = Path.of(root.orElse("")).toAbsolutePath(); folder != null; folder = folder.getParent()) {
            var catalog = folder.resolve("samples/coffee-chain");
            if (Files.isDirectory(catalog)) {
                return catalog;
            }
        }
        throw new IllegalStateException("There is no samples/coffee-chain here or above; set -Dbelvedere.root");
    }

    /** The server itself, for what this class does not offer. */
    public EmbeddedDatabase server(Server which) {
        return switch (which) {
            case MARIADB -> mariaDb;
            case ORDERS -> orders;
            case PAYMENTS -> payments;
        };
    }

    /** The line to the source {@code reference}, which shares its server with others and can so be lost alone. */
    public FaultProxy reference() {
        return reference;
    }

    /** Ends a server as a crash would; {@link #restart} brings it back on the same port. */
    public void kill(Server which) {
        server(which).kill();
    }

    public void restart(Server which) {
        server(which).restart();
    }

    /**
     * The JDBC URL of one PostgreSQL database that holds everything, in schemas {@code chain, crm, inventory, orders, payments} with the catalog's
     * names of dimensions, tables and columns, so that a view's own SQL runs in it. Loaded at the first call; user and password are those of the other databases.
     */
    public synchronized String oracleJdbcUrl() throws SQLException {
        if (!oracleLoaded) {
            payments.dropDatabase(ORACLE);
            payments.createDatabase(ORACLE);
            AtOnce.run(List.of(
                    () -> loadOracle("chain", tables.reference()),
                    () -> loadOracle("crm", tables.crm()),
                    () -> loadOracle("inventory", tables.inventory()),
                    () -> loadOracle("orders", tables.orders(_ -> true)),
                    () -> loadOracle("payments", tables.payments("paid_with"))));
            oracleLoaded = true;
        }
        return payments.jdbcUrl(ORACLE);
    }

    private boolean loadOracle(String schema, List<Table> rows) throws SQLException {
        try (var connection = payments.openAsAdmin(ORACLE)) {
            Loader.loadPostgres(connection, schema, rows);
            return true;
        }
    }

    /** Whether the databases stay for later runs; they do not while another process has the kept ones. */
    public boolean isKept() {
        return folder != null;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        closeServers();
        try {
            if (folder != null) {
                folder.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeServers() {
        reference.close();
        AtOnce.run(List.of(closing(mariaDb), closing(orders), closing(payments)));
    }

    private static Callable<Boolean> closing(EmbeddedDatabase server) {
        return () -> {
            server.close();
            return true;
        };
    }
}
