package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.arrow.HeldRows;
import io.belvedere.federation.plan.FewRows;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FewRowsJoinTest {
    private static final OutputColumn NUMBER = new OutputColumn("c0", DataType.Simple.INTEGER, Presence.OPTIONAL);
    private static final OutputColumn WIDE = new OutputColumn("c0", DataType.Simple.BIGINT, Presence.OPTIONAL);
    private static final OutputColumn TEXT = new OutputColumn("c1", DataType.Simple.VARCHAR, Presence.OPTIONAL);
    private static final FewRows LEFT = new FewRows.Of("left", 2);
    private static final FewRows RIGHT = new FewRows.Of("right", 2);

    private final BufferAllocator memory = new RootAllocator();
    private final Map<String, HeldRows> inputs = new HashMap<>();

    /** A row of both inputs; null is NULL. */
    private record Row(@Nullable Long key, @Nullable String text) {}

    private static Row row(@Nullable Integer key, @Nullable String text) {
        return new Row(key == null ? null : Long.valueOf(key), text);
    }

    @AfterEach
    void close() {
        inputs.values().forEach(HeldRows::close);
        memory.close();
    }

    /** Each batch of its own, so that places in several batches meet. */
    private void hold(String step, OutputColumn key, List<Row> rows) {
        BatchQueue queue = new BatchQueue(1);
        HeldRows held = new HeldRows(List.of(key, TEXT));
        inputs.put(step, held);
        var _ = Thread.startVirtualThread(() -> {
            for (int from = 0; from < rows.size(); from += 2) {
                queue.put(batch(key, rows.subList(from, Math.min(from + 2, rows.size()))));
            }
            queue.finish();
        });
        assertThat(held.fill(queue)).isTrue();
    }

    private VectorSchemaRoot batch(OutputColumn key, List<Row> rows) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(List.of(key, TEXT)), memory);
        batch.allocateNew();
        for (int i = 0; i < rows.size(); i++) {
            Long number = rows.get(i).key();
            String text = rows.get(i).text();
            if (number == null) {
                batch.getVector(0).setNull(i);
            } else if (batch.getVector(0) instanceof IntVector narrow) {
                narrow.setSafe(i, number.intValue());
            } else {
                ((BigIntVector) batch.getVector(0)).setSafe(i, number);
            }
            if (text == null) {
                batch.getVector(1).setNull(i);
            } else {
                ((VarCharVector) batch.getVector(1)).setSafe(i, text.getBytes(StandardCharsets.UTF_8));
            }
        }
        batch.setRowCount(rows.size());
        return batch;
    }

    private List<String> run(FewRows wanted, OutputColumn... columns) {
        List<OutputColumn> named = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            named.add(new OutputColumn("r" + i, columns[i].type(), Presence.OPTIONAL));
        }
        List<String> found = new ArrayList<>();
        boolean done = new FewRowsJoin(inputs, memory).run(wanted, named, batch -> {
            try (batch) {
                for (int row = 0; row < batch.getRowCount(); row++) {
                    List<String> cells = new ArrayList<>();
                    for (int column = 0; column < columns.length; column++) {
                        cells.add(String.valueOf(batch.getVector(column).getObject(row)));
                    }
                    found.add(String.join(" ", cells));
                }
            }
            return true;
        });
        assertThat(done).isTrue();
        return found;
    }

    private static FewRows matched(FewRows.Kind kind) {
        return new FewRows.Matched(kind, LEFT, RIGHT, List.of(0), List.of(0));
    }

    private void holdBoth() {
        hold("left", NUMBER, List.of(row(1, "one"), row(2, "two"), row(null, "none"), row(2, "zwei")));
        hold("right", WIDE, List.of(row(2, "B"), row(null, "N"), row(3, "C"), row(2, null)));
    }

    @Test
    void matchesIntegersOfAnyWidthAndNoNulls() {
        holdBoth();

        assertThat(run(matched(FewRows.Kind.INNER), NUMBER, TEXT, WIDE, TEXT))
                .containsExactlyInAnyOrder("2 two 2 B", "2 two 2 null", "2 zwei 2 B", "2 zwei 2 null");
    }

    @Test
    void keepsLeftRowsWithoutAPartner() {
        holdBoth();

        assertThat(run(matched(FewRows.Kind.LEFT), NUMBER, TEXT, WIDE, TEXT))
                .containsExactlyInAnyOrder(
                        "1 one null null",
                        "2 two 2 B",
                        "2 two 2 null",
                        "null none null null",
                        "2 zwei 2 B",
                        "2 zwei 2 null");
    }

    @Test
    void tellsRowsWithAPartnerFromThoseWithout() {
        holdBoth();

        assertThat(run(matched(FewRows.Kind.SEMI), NUMBER, TEXT)).containsExactly("2 two", "2 zwei");
        assertThat(run(matched(FewRows.Kind.ANTI), NUMBER, TEXT)).containsExactly("1 one", "null none");
    }

    @Test
    void matchesTextByItsBytes() {
        hold("left", NUMBER, List.of(row(1, "a"), row(2, "A"), row(3, "a "), row(4, null)));
        hold("right", WIDE, List.of(row(7, "a"), row(8, null)));
        FewRows byText = new FewRows.Matched(FewRows.Kind.INNER, LEFT, RIGHT, List.of(1), List.of(1));

        assertThat(run(byText, NUMBER, TEXT, WIDE, TEXT)).containsExactly("1 a 7 a");
    }

    @Test
    void ordersJoinedRowsWithNullsWhereTheyAreSaid() {
        holdBoth();
        FewRows ordered = new FewRows.First(
                matched(FewRows.Kind.LEFT),
                List.of(
                        new Step.SortKey(3, Step.Order.DESCENDING, Step.NullPlace.LAST),
                        new Step.SortKey(1, Step.Order.ASCENDING, Step.NullPlace.FIRST)),
                1,
                3);

        assertThat(run(new FewRows.Chosen(ordered, List.of(1, 3)), TEXT, TEXT))
                .containsExactly("zwei B", "none null", "one null");
    }

    @Test
    void joinsThreeInputsAndAnOuterRowToNothing() {
        holdBoth();
        hold("third", WIDE, List.of(row(2, "x"), row(9, "y")));
        FewRows third = new FewRows.Of("third", 2);
        FewRows all =
                new FewRows.Matched(FewRows.Kind.INNER, matched(FewRows.Kind.LEFT), third, List.of(2), List.of(0));

        assertThat(run(new FewRows.Chosen(all, List.of(5, 1, 3)), TEXT, TEXT, TEXT))
                .containsExactlyInAnyOrder("x two B", "x two null", "x zwei B", "x zwei null");
    }

    @Test
    void leavesManyRowsToTheEngine() {
        List<Row> same = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            same.add(row(1, "t"));
        }
        hold("left", NUMBER, same);
        hold("right", WIDE, same);

        AtomicInteger batches = new AtomicInteger();
        assertThat(new FewRowsJoin(inputs, memory)
                        .run(matched(FewRows.Kind.INNER), List.of(NUMBER, TEXT, WIDE, TEXT), batch -> {
                            batch.close();
                            return batches.incrementAndGet() > 0;
                        }))
                .isFalse();
        assertThat(batches).hasValue(0);
    }

    @Test
    void makesNoMoreBatchesThanAreWanted() {
        List<Row> same = Collections.nCopies(100, row(1, "t"));
        hold("left", NUMBER, same);
        hold("right", WIDE, same);

        AtomicInteger batches = new AtomicInteger();
        boolean done = new FewRowsJoin(inputs, memory)
                .run(matched(FewRows.Kind.INNER), List.of(NUMBER, TEXT, WIDE, TEXT), batch -> {
                    batch.close();
                    return batches.incrementAndGet() < 2;
                });
        assertThat(done).isTrue();
        assertThat(batches).hasValue(2);
    }
}
