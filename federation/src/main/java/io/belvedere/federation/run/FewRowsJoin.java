package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.HeldRows;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.plan.FewRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Joins rows that are held, without the engine: a session of it costs some milliseconds, more than the whole of a selective query. A row
 * of a result in the making is one place in each input, so nothing is copied but the result. Used by one thread.
 */
final class FewRowsJoin {
    /** Rows in the making; a query with more is one for the engine, which can spill. */
    static final int ROWS_MAX = 100_000;

    private static final int BATCH_ROWS = 2_048;

    private final Map<String, HeldRows> inputs;
    private final BufferAllocator memory;

    /**
     * @param inputs by step; the caller closes them, after the result's batches were made
     */
    FewRowsJoin(Map<String, HeldRows> inputs, BufferAllocator memory) {
        this.inputs = Map.copyOf(inputs);
        this.memory = memory;
    }

    /** One row of one input. */
    record Place(VectorSchemaRoot batch, int row) {}

    /** A column: of which input, and where there. */
    record Column(int input, int at) {}

    /**
     * Rows in the making.
     *
     * @param inputs how many inputs they come from
     * @param rows the places of each in the inputs; null where an outer join found no partner
     */
    record Table(List<Column> columns, int inputs, List<@Nullable Place[]> rows) {
        @Nullable
        Place at(@Nullable Place[] row, int column) {
            return row[columns.get(column).input()];
        }
    }

    /** Signals that there are too many rows after all. */
    private static final class TooManyRows extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyRows() {
            super(null, null, false, false);
        }
    }

    /**
     * Hands the result over in batches, one at a time.
     *
     * @param taker owns each batch it is given; says whether it wants another
     * @return false, before anything was handed over, when there are too many rows to be made here
     */
    boolean run(FewRows wanted, List<OutputColumn> columns, Predicate<VectorSchemaRoot> taker) {
        Table table;
        try {
            table = table(wanted);
        } catch (TooManyRows e) {
            return false;
        }
        boolean more = true;
        for (int from = 0; more && from < table.rows().size(); from += BATCH_ROWS) {
            more = taker.test(batch(
                    columns, table, from, Math.min(BATCH_ROWS, table.rows().size() - from)));
        }
        return true;
    }

    private VectorSchemaRoot batch(List<OutputColumn> columns, Table table, int from, int count) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
        boolean made = false;
        try {
            fill(batch, table, from, count);
            made = true;
            return batch;
        } catch (OutOfMemoryException e) {
            throw QueryMemory.exhausted(e);
        } finally {
            if (!made) {
                batch.close();
            }
        }
    }

    private static void fill(VectorSchemaRoot batch, Table table, int from, int count) {
        for (int column = 0; column < table.columns().size(); column++) {
            FieldVector to = batch.getVector(column);
            to.setInitialCapacity(count);
            to.allocateNew();
            Column source = table.columns().get(column);
            for (int row = 0; row < count; row++) {
                Place place = table.rows().get(from + row)[source.input()];
                if (place == null) {
                    to.setNull(row);
                } else {
                    FieldVector values = place.batch().getVector(source.at());
                    requireType(values, to);
                    to.copyFromSafe(place.row(), row, values);
                }
            }
        }
        batch.setRowCount(count);
    }

    private static void requireType(FieldVector values, FieldVector promised) {
        if (values.getClass() != promised.getClass()
                || !values.getField().getType().equals(promised.getField().getType())) {
            throw FederationError.ENGINE_FAILED.error("A step gave another type than the plan promises.");
        }
    }

    private Table table(FewRows wanted) {
        return switch (wanted) {
            case FewRows.Of(String step, int width) -> input(step, width);
            case FewRows.Chosen(FewRows input, List<Integer> columns) -> {
                Table table = table(input);
                yield new Table(columns.stream().map(table.columns()::get).toList(), table.inputs(), table.rows());
            }
            case FewRows.Matched matched -> matched(matched);
            case FewRows.First first -> first(first);
        };
    }

    private Table input(String step, int width) {
        HeldRows held = inputs.get(step);
        if (held == null || held.columns().size() != width) {
            throw FederationError.PLAN_REFUSED.error("The plan joins a step that it does not have.");
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            columns.add(new Column(0, i));
        }
        List<@Nullable Place[]> rows = new ArrayList<>();
        for (VectorSchemaRoot batch : held.batches()) {
            for (int row = 0; row < batch.getRowCount(); row++) {
                add(rows, new Place[] {new Place(batch, row)});
            }
        }
        return new Table(columns, 1, rows);
    }

    private Table matched(FewRows.Matched matched) {
        Table left = table(matched.left());
        Table right = table(matched.right());
        Map<Object, List<@Nullable Place[]>> byKey = new HashMap<>();
        for (@Nullable Place[] row : right.rows()) {
            key(right, row, matched.rightKeys())
                    .ifPresent(key ->
                            byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(row));
        }
        List<@Nullable Place[]> rows = new ArrayList<>();
        for (@Nullable Place[] row : left.rows()) {
            List<@Nullable Place[]> partners = key(left, row, matched.leftKeys())
                    .map(key -> byKey.getOrDefault(key, List.of()))
                    .orElse(List.of());
            switch (matched.kind()) {
                case INNER -> partners.forEach(partner -> add(rows, both(row, partner)));
                case LEFT -> {
                    partners.forEach(partner -> add(rows, both(row, partner)));
                    if (partners.isEmpty()) {
                        add(rows, both(row, new Place[right.inputs()]));
                    }
                }
                case SEMI -> {
                    if (!partners.isEmpty()) {
                        add(rows, row);
                    }
                }
                case ANTI -> {
                    if (partners.isEmpty()) {
                        add(rows, row);
                    }
                }
            }
        }
        return switch (matched.kind()) {
            case INNER, LEFT -> {
                List<Column> columns = new ArrayList<>(left.columns());
                right.columns().forEach(column -> columns.add(new Column(left.inputs() + column.input(), column.at())));
                yield new Table(columns, left.inputs() + right.inputs(), rows);
            }
            case SEMI, ANTI -> new Table(left.columns(), left.inputs(), rows);
        };
    }

    private static void add(List<@Nullable Place[]> rows, @Nullable Place[] row) {
        if (rows.size() == ROWS_MAX) {
            throw new TooManyRows();
        }
        rows.add(row);
    }

    private static @Nullable Place[] both(@Nullable Place[] one, @Nullable Place[] other) {
        @Nullable Place[] both = new Place[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** Empty where a part of the key is NULL. */
    private static Optional<Object> key(Table table, @Nullable Place[] row, List<Integer> columns) {
        List<Object> key = new ArrayList<>(columns.size());
        for (int column : columns) {
            Place place = table.at(row, column);
            if (place == null) {
                return Optional.empty();
            }
            FieldVector values =
                    place.batch().getVector(table.columns().get(column).at());
            if (values.isNull(place.row())) {
                return Optional.empty();
            }
            Object value = value(values, place.row());
            if (columns.size() == 1) {
                return Optional.of(value);
            }
            key.add(value);
        }
        return Optional.of(key);
    }

    /** Equal exactly where the engine says so. */
    private static Object value(FieldVector values, int row) {
        return switch (values) {
            case IntVector numbers -> (long) numbers.get(row);
            case BigIntVector numbers -> numbers.get(row);
            case DateDayVector days -> (long) days.get(row);
            case TimeStampVector moments -> moments.get(row);
            case VarCharVector texts -> ByteBuffer.wrap(texts.get(row));
            // What is left are decimals of one scale.
            default -> values.getObject(row);
        };
    }

    private Table first(FewRows.First first) {
        Table input = table(first.input());
        List<@Nullable Place[]> rows = new ArrayList<>(input.rows());
        if (!first.order().isEmpty()) {
            rows.sort(new PlaceOrder(first.order(), input));
        }
        int from = (int) Math.min(rows.size(), first.offset());
        int to = (int) Math.min(rows.size(), from + Math.min(rows.size(), first.rowsMax()));
        return new Table(input.columns(), input.inputs(), rows.subList(from, to));
    }
}
