package io.belvedere.federation.run;

import io.belvedere.federation.plan.Step;
import io.belvedere.federation.run.FewRowsJoin.Place;
import io.belvedere.federation.run.FewRowsJoin.Table;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** The order of rows that are places in inputs. */
final class PlaceOrder implements Comparator<@Nullable Place[]> {
    private final List<Step.SortKey> keys;
    private final Table table;

    PlaceOrder(List<Step.SortKey> keys, Table table) {
        this.keys = List.copyOf(keys);
        this.table = table;
    }

    @Override
    public int compare(@Nullable Place[] one, @Nullable Place[] other) {
        for (Step.SortKey key : keys) {
            int compared = compare(key, table.at(one, key.column()), table.at(other, key.column()));
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    }

    private int compare(Step.SortKey key, @Nullable Place one, @Nullable Place other) {
        int at = table.columns().get(key.column()).at();
        boolean oneIsNull = one == null || one.batch().getVector(at).isNull(one.row());
        boolean otherIsNull = other == null || other.batch().getVector(at).isNull(other.row());
        if (one == null || other == null || oneIsNull || otherIsNull) {
            return RowOrder.nulls(key, oneIsNull, otherIsNull);
        }
        FieldVector left = one.batch().getVector(at);
        FieldVector right = other.batch().getVector(at);
        return RowOrder.directed(key, RowOrder.values(left).compare(left, one.row(), right, other.row()));
    }
}
