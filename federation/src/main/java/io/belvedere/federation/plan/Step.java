package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.RowTest;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.hash.HashedColumn;
import io.belvedere.federation.shard.ShardFilter;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One step of a plan. A plan is a short program: fetches from sources, joins of what was fetched, and one delivery at the end.
 * A step may use only what stands before it; steps that do not need each other run side by side.
 */
public sealed interface Step {
    /** Unique in its plan; also the table's name in the engine. Lower-case ASCII. */
    String name();

    List<OutputColumn> columns();

    /**
     * Runs one statement at a source, on every shard it names, and gives the rows of all.
     *
     * @param sql in the source's dialect, with places for shipped keys
     * @param shards indexes into the source's shards, of those that can hold rows
     * @param places what has to be asked for the shards; empty where the rule of the split says them
     * @param keys what is shipped into the statement; several are joined by AND
     * @param rows of earlier steps, which the statement reads like tables
     * @param values of sub-queries, which stand in the statement as literals
     * @param use whether the rows are read once, in order, or kept for several readers
     * @param volume how many rows may come
     * @param hashed columns that are hashed before anything sees the rows; no value of them is known beyond this step
     * @param cache the dimensions that the statement reads, whose rows are in memory; empty for a statement that a source is asked
     * @param tests which every row meets that a later step has a use for, of the columns as the source gives them
     */
    record Fetch(
            String name,
            SourceName source,
            SqlTemplate sql,
            List<Integer> shards,
            Optional<ShardPlaces> places,
            List<KeyShipment> keys,
            List<RowShipment> rows,
            List<ValueShipment> values,
            Use use,
            Volume volume,
            List<HashedColumn> hashed,
            Optional<CacheRead> cache,
            List<RowTest> tests,
            List<OutputColumn> columns)
            implements Step {
        public Fetch {
            rows = List.copyOf(rows);
            tests = List.copyOf(tests);
            hashed = List.copyOf(hashed);
            shards = List.copyOf(shards);
            keys = List.copyOf(keys);
            values = List.copyOf(values);
            columns = List.copyOf(columns);
        }

        /** The columns as the source gives them, before any is hashed. */
        public List<OutputColumn> columnsAtSource() {
            return inTheClear(columns, hashed);
        }

        /** The same fetch at one of its shards. */
        public Fetch at(int shard) {
            return new Fetch(
                    name,
                    source,
                    sql,
                    List.of(shard),
                    places,
                    keys,
                    rows,
                    values,
                    use,
                    volume,
                    hashed,
                    cache,
                    tests,
                    columns);
        }

        /** The statement for people, with {@code <keys of STEP.COLUMN>} and {@code <value of STEP>} where these go. */
        public String describedSql() {
            return sql.describe(
                    shipment -> keys.get(shipment).describe(),
                    shipment -> "value of " + values.get(shipment).from(),
                    shipment -> "rows of " + rows.get(shipment).from());
        }

        /** The same fetch with another statement. */
        Fetch withSql(SqlTemplate statement) {
            return new Fetch(
                    name, source, statement, shards, places, keys, rows, values, use, volume, hashed, cache, tests,
                    columns);
        }

        /** The same fetch with literals in the places of its values. */
        public Fetch with(List<String> literals) {
            return new Fetch(
                    name,
                    source,
                    sql.ship(literals),
                    shards,
                    places,
                    keys,
                    rows,
                    List.of(),
                    use,
                    volume,
                    hashed,
                    cache,
                    tests,
                    columns);
        }

        /** The same fetch with rows in the places of its shipments of rows. */
        public Fetch inline(List<SqlTemplate.KnownRows> known) {
            return new Fetch(
                    name,
                    source,
                    sql.inline(known),
                    shards,
                    places,
                    keys,
                    List.of(),
                    values,
                    use,
                    volume,
                    hashed,
                    cache,
                    tests,
                    columns);
        }

        /** A fetch whose statement reads no rows of other steps. */
        public Fetch(
                String name,
                SourceName source,
                SqlTemplate sql,
                List<Integer> shards,
                Optional<ShardPlaces> places,
                List<KeyShipment> keys,
                List<ValueShipment> values,
                Use use,
                Volume volume,
                List<HashedColumn> hashed,
                Optional<CacheRead> cache,
                List<OutputColumn> columns) {
            this(name, source, sql, shards, places, keys, List.of(), values, use, volume, hashed, cache, columns);
        }

        /** A fetch of rows of which nothing is known. */
        public Fetch(
                String name,
                SourceName source,
                SqlTemplate sql,
                List<Integer> shards,
                Optional<ShardPlaces> places,
                List<KeyShipment> keys,
                List<RowShipment> rows,
                List<ValueShipment> values,
                Use use,
                Volume volume,
                List<HashedColumn> hashed,
                Optional<CacheRead> cache,
                List<OutputColumn> columns) {
            this(name, source, sql, shards, places, keys, rows, values, use, volume, hashed, cache, List.of(), columns);
        }

        /** The same fetch with what every row meets that is used. */
        Fetch testing(List<RowTest> met) {
            return new Fetch(
                    name, source, sql, shards, places, keys, rows, values, use, volume, hashed, cache, met, columns);
        }

        /** The same fetch under another name. */
        Fetch named(String other) {
            return new Fetch(
                    other, source, sql, shards, places, keys, rows, values, use, volume, hashed, cache, tests, columns);
        }

        /** The same fetch for several readers. */
        Fetch kept() {
            return new Fetch(
                    name, source, sql, shards, places, keys, rows, values, Use.KEPT, volume, hashed, cache, tests,
                    columns);
        }

        /** A fetch that a source is asked for. */
        public Fetch(
                String name,
                SourceName source,
                SqlTemplate sql,
                List<Integer> shards,
                Optional<ShardPlaces> places,
                List<KeyShipment> keys,
                List<ValueShipment> values,
                Use use,
                Volume volume,
                List<HashedColumn> hashed,
                List<OutputColumn> columns) {
            this(name, source, sql, shards, places, keys, values, use, volume, hashed, Optional.empty(), columns);
        }

        /** A fetch that hashes nothing. */
        public Fetch(
                String name,
                SourceName source,
                SqlTemplate sql,
                List<Integer> shards,
                Optional<ShardPlaces> places,
                List<KeyShipment> keys,
                List<ValueShipment> values,
                Use use,
                Volume volume,
                List<OutputColumn> columns) {
            this(name, source, sql, shards, places, keys, values, use, volume, List.of(), Optional.empty(), columns);
        }

        /** A fetch of which nobody knows how many rows it gives. */
        public Fetch(
                String name,
                SourceName source,
                SqlTemplate sql,
                List<Integer> shards,
                List<KeyShipment> keys,
                Use use,
                List<OutputColumn> columns) {
            this(name, source, sql, shards, Optional.empty(), keys, List.of(), use, Volume.MANY, columns);
        }
    }

    /**
     * What a fetch reads in memory.
     *
     * @param dimensions by the names that the statement gives them
     * @param lookup the same without the engine; empty where there is more to do than to choose rows and columns of one dimension
     */
    record CacheRead(Set<TableName> dimensions, Optional<Lookup> lookup) {
        public CacheRead {
            dimensions = Collections.unmodifiableSet(new LinkedHashSet<>(dimensions));
        }
    }

    private static List<OutputColumn> inTheClear(List<OutputColumn> columns, List<HashedColumn> hashed) {
        List<OutputColumn> clear = new ArrayList<>(columns);
        for (HashedColumn each : hashed) {
            OutputColumn given = columns.get(each.column());
            clear.set(each.column(), new OutputColumn(given.name(), each.type(), given.presence()));
        }
        return List.copyOf(clear);
    }

    /**
     * A question to a directory of shards: a column of keys and one with a shard's name or index. Nothing of it reaches the caller.
     *
     * @param sql with one place for the keys that a query needs
     * @param filters what is known of the shard key of every row that the fetch wants
     */
    record ShardPlaces(
            SourceName source, SqlTemplate sql, DataType keyType, DataType shardType, List<ShardFilter> filters) {
        public ShardPlaces {
            filters = List.copyOf(filters);
        }
    }

    /**
     * Computes a table in the engine from earlier steps, and keeps it.
     *
     * @param hashed columns that are hashed on their way from the statement to the table
     */
    record Derive(String name, String sql, List<String> inputs, List<HashedColumn> hashed, List<OutputColumn> columns)
            implements Step {
        public Derive {
            inputs = List.copyOf(inputs);
            hashed = List.copyOf(hashed);
            columns = List.copyOf(columns);
        }

        /** A table that nothing is hashed for. */
        public Derive(String name, String sql, List<String> inputs, List<OutputColumn> columns) {
            this(name, sql, inputs, List.of(), columns);
        }

        /** The columns as the statement gives them, before any is hashed. */
        public List<OutputColumn> columnsOfStatement() {
            return inTheClear(columns, hashed);
        }
    }

    /**
     * Computes the result in the engine from earlier steps, and streams it. Always the last step.
     *
     * @param few the same without the engine, for when all inputs hold few rows; empty where there is more to do than to match columns
     */
    record Deliver(String name, String sql, List<String> inputs, Optional<FewRows> few, List<OutputColumn> columns)
            implements Step {
        public Deliver {
            inputs = List.copyOf(inputs);
            columns = List.copyOf(columns);
        }

        /** A delivery by the engine, however few the rows. */
        public Deliver(String name, String sql, List<String> inputs, List<OutputColumn> columns) {
            this(name, sql, inputs, Optional.empty(), columns);
        }
    }

    /**
     * The last step of a plan whose result is one fragment, which the engine does not see. Values of sub-queries may come before it.
     *
     * @param merge how the rows of several shards are put together
     */
    record PassThrough(Fetch fetch, Merge merge) implements Step {
        /** The rows as they come. */
        public PassThrough(Fetch fetch) {
            this(fetch, Merge.NONE);
        }

        @Override
        public String name() {
            return fetch.name();
        }

        @Override
        public List<OutputColumn> columns() {
            return merge.isNone()
                    ? fetch.columns()
                    : merge.columns().stream().map(fetch.columns()::get).toList();
        }
    }

    /**
     * How the rows of several shards, each in order, become one result.
     *
     * @param keys the order of each shard's rows; none for any order
     * @param offset rows that are left out at the beginning
     * @param rowsMax rows that are given after that
     * @param columns which of the fetch's columns are given
     */
    record Merge(List<SortKey> keys, long offset, long rowsMax, List<Integer> columns) {
        /** All rows and columns, in any order. */
        public static final Merge NONE = new Merge(List.of(), 0, Long.MAX_VALUE, List.of());

        public Merge {
            keys = List.copyOf(keys);
            columns = List.copyOf(columns);
        }

        public boolean isNone() {
            return columns.isEmpty();
        }
    }

    /** One column of an order. */
    record SortKey(int column, Order order, NullPlace nulls) {}

    /** A direction. */
    enum Order {
        ASCENDING,
        DESCENDING
    }

    /** Where NULL stands in an order, whatever its direction. */
    enum NullPlace {
        FIRST,
        LAST
    }

    /** How a step's rows are used. */
    enum Use {
        /** Read once by one later step: may stream. */
        ONCE,
        /** Read several times, or read for keys: kept as a table in the engine. */
        KEPT
    }

    /** What is known of the number of a fetch's rows. */
    enum Volume {
        /** Certainly at most {@value Step#FEW_ROWS} of each shard, whatever the data are: read at once. */
        FEW,
        /** Expected to be at most {@value Step#FEW_ROWS_EXPECTED}, which may be wrong: read at once as far as {@value Step#FEW_ROWS_AT_ONCE}, else bit by bit. */
        FEW_EXPECTED,
        /** Any number: read bit by bit. */
        MANY;

        /**
         * @param bound rows that a shard can give at most
         * @param expected rows that a shard is expected to give
         */
        static Volume of(double bound, double expected) {
            if (bound <= FEW_ROWS) {
                return FEW;
            }
            return expected <= FEW_ROWS_EXPECTED ? FEW_EXPECTED : MANY;
        }
    }

    /** Rows that a statement may give and still be read at once. */
    int FEW_ROWS = 1_000;

    /** Rows that a statement may be expected to give and still be tried to be read at once. */
    int FEW_ROWS_EXPECTED = 2_000;

    /** Rows that are read at once of a statement of which no more than {@value #FEW_ROWS_EXPECTED} were expected. */
    int FEW_ROWS_AT_ONCE = 4_000;
}
