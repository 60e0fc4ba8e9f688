package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.DimensionIndex;
import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.federation.plan.Lookup;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * A lookup in a dimension's rows: by its key where the tests name one, else row by row. Whole batches are shared, chosen rows are copied.
 * Used by one thread.
 */
final class CacheLookup {
    private static final int BATCH_ROWS = 2_048;

    private final Lookup lookup;
    private final DimensionRows rows;
    private final List<Optional<ShippedKeys>> keys;
    private final BufferAllocator memory;

    /**
     * @param keys by shipment; empty where no condition is wanted
     */
    CacheLookup(Lookup lookup, DimensionRows rows, List<Optional<ShippedKeys>> keys, BufferAllocator memory) {
        this.lookup = lookup;
        this.rows = rows;
        this.keys = List.copyOf(keys);
        this.memory = memory;
    }

    /**
     * Hands the rows over in batches.
     *
     * @param taker owns each batch it is given; says whether it wants another
     * @return whether it wanted them all
     */
    boolean run(List<OutputColumn> columns, Predicate<VectorSchemaRoot> taker) {
        List<RowTest> tests = RowTest.of(lookup.tests(), keys, rows.definition());
        if (tests.isEmpty()) {
            return whole(columns, taker);
        }
        PrimitiveIterator.OfInt candidates = byKey().map(BitSet::stream)
                .orElseGet(() -> IntStream.range(0, rows.rowCount()))
                .iterator();
        List<DimensionRows.Place> chosen = new ArrayList<>();
        while (candidates.hasNext()) {
            DimensionRows.Place place = rows.place(candidates.nextInt());
            if (tests.stream().allMatch(test -> test.passes(place))) {
                chosen.add(place);
            }
            if (chosen.size() == BATCH_ROWS) {
                if (!taker.test(batch(columns, chosen))) {
                    return false;
                }
                chosen.clear();
            }
        }
        return chosen.isEmpty() || taker.test(batch(columns, chosen));
    }

    private boolean whole(List<OutputColumn> columns, Predicate<VectorSchemaRoot> taker) {
        try (ArrowReader reader = rows.reader(memory)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot from = reader.getVectorSchemaRoot();
                VectorSchemaRoot to = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
                for (int i = 0; i < lookup.columns().size(); i++) {
                    FieldVector values = from.getVector(lookup.columns().get(i));
                    requireType(values, to.getVector(i));
                    values.makeTransferPair(to.getVector(i)).transfer();
                }
                to.setRowCount(from.getRowCount());
                if (!taker.test(to)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw FederationError.ENGINE_FAILED.error("A dimension's rows could not be read.", e);
        }
    }

    /** The numbers of the rows that a key leads to; empty where no test names whole keys. */
    private Optional<BitSet> byKey() {
        return rows.index()
                .flatMap(index -> lookup.tests().stream()
                        .flatMap(test -> keysOf(test, index).stream())
                        .findFirst()
                        .map(wanted -> {
                            BitSet found = new BitSet();
                            wanted.forEach(key -> index.find(key).ifPresent(found::set));
                            return found;
                        }));
    }

    /** The keys that a row has to have one of, in the order of the index; empty where the test does not say. */
    private Optional<List<List<Object>>> keysOf(Lookup.Test test, DimensionIndex index) {
        List<SourceColumn> columns = rows.definition().columns();
        List<Integer> key = index.key().stream().map(columns::indexOf).toList();
        return switch (test) {
            case Lookup.Compared(int column, Lookup.Operator operator, Literal value)
            when operator == Lookup.Operator.EQUAL && key.equals(List.of(column)) ->
                Optional.of(List.of(List.of(RowTest.value(value))));
            case Lookup.OneOf(int column, List<Literal> values)
            when key.equals(List.of(column)) ->
                Optional.of(values.stream()
                        .map(value -> List.of(RowTest.value(value)))
                        .toList());
            case Lookup.OneOfKeys(int shipment, List<Integer> targets)
            when targets.containsAll(key) && keys.get(shipment).isPresent() -> {
                ShippedKeys shipped = keys.get(shipment).get();
                List<List<Object>> found = new ArrayList<>();
                for (int row = 0; row < shipped.count(); row++) {
                    List<Object> one = new ArrayList<>();
                    for (int column : key) {
                        one.add(RowTest.value(shipped.columns().get(targets.indexOf(column)), row));
                    }
                    found.add(one);
                }
                yield Optional.of(found);
            }
            case Lookup.Compared _, Lookup.OneOf _, Lookup.OneOfKeys _, Lookup.IsNull _, Lookup.IsNotNull _ ->
                Optional.empty();
        };
    }

    private VectorSchemaRoot batch(List<OutputColumn> columns, List<DimensionRows.Place> places) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
        boolean made = false;
        try {
            for (int i = 0; i < lookup.columns().size(); i++) {
                FieldVector to = batch.getVector(i);
                to.setInitialCapacity(places.size());
                to.allocateNew();
                for (int row = 0; row < places.size(); row++) {
                    DimensionRows.Place place = places.get(row);
                    FieldVector values =
                            place.batch().getVector(lookup.columns().get(i));
                    requireType(values, to);
                    to.copyFromSafe(place.row(), row, values);
                }
            }
            batch.setRowCount(places.size());
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

    private static void requireType(FieldVector values, FieldVector promised) {
        if (values.getClass() != promised.getClass()
                || !values.getField().getType().equals(promised.getField().getType())) {
            throw FederationError.ENGINE_FAILED.error("A dimension has another type than the plan promises.");
        }
    }
}
