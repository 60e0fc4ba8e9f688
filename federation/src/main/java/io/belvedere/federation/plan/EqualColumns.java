package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Classes of columns that inner joins make equal: {@code a = b} and {@code b = c} say {@code a = c} too, so tables of one server that the
 * text joins only through a third can be joined where they stand. For one plan, by one thread.
 */
final class EqualColumns {
    /** Two columns of one type that are equal and not NULL. */
    record Pair(int one, int other) {}

    private final List<SortedSet<Integer>> classes = new ArrayList<>();

    /** The columns of a condition that is nothing but the equality of two columns of one type. */
    static Optional<Pair> pair(RexNode condition) {
        if (condition instanceof RexCall call
                && call.getKind() == SqlKind.EQUALS
                && call.getOperands().get(0) instanceof RexInputRef one
                && call.getOperands().get(1) instanceof RexInputRef other
                && SqlTypeUtil.equalSansNullability(one.getType(), other.getType())) {
            return Optional.of(new Pair(one.getIndex(), other.getIndex()));
        }
        return Optional.empty();
    }

    void join(Pair pair) {
        SortedSet<Integer> merged = new TreeSet<>(List.of(pair.one()));
        merged.add(pair.other());
        classes.removeIf(each -> {
            boolean touches = each.contains(pair.one()) || each.contains(pair.other());
            if (touches) {
                merged.addAll(each);
            }
            return touches;
        });
        classes.add(merged);
    }

    /** For each class that has columns on both sides: one of each. */
    List<Pair> between(List<Integer> one, List<Integer> other) {
        List<Pair> pairs = new ArrayList<>();
        for (SortedSet<Integer> equal : classes) {
            Optional<Integer> left = equal.stream().filter(one::contains).findFirst();
            Optional<Integer> right = equal.stream().filter(other::contains).findFirst();
            left.ifPresent(from -> right.ifPresent(to -> pairs.add(new Pair(from, to))));
        }
        return pairs;
    }

    /** The equalities that hold among the columns of one side once it is joined: rows without them find no partner. */
    List<Pair> within(List<Integer> columns) {
        List<Pair> pairs = new ArrayList<>();
        for (SortedSet<Integer> equal : classes) {
            List<Integer> here = equal.stream().filter(columns::contains).toList();
            for (int i = 1; i < here.size(); i++) {
                pairs.add(new Pair(here.getFirst(), here.get(i)));
            }
        }
        return pairs;
    }
}
