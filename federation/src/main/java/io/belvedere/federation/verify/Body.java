package io.belvedere.federation.verify;

import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * What a view's own body does.
 *
 * @param origins of each of its columns, the columns of tables that it is made of, as table and column on two lines
 * @param concealed columns of tables that the caller sees masked or not at all
 * @param constants in its expressions, its policy's too
 * @param functions what its expressions are made of
 */
record Body(Map<String, Set<String>> origins, Set<String> concealed, Set<String> constants, Set<String> functions) {
    /** Stands among the functions where constants may be computed of others, such as a date of a date and an interval. */
    static final String COMPUTES = "computes constants";
    /** Stands among the functions where rows are grouped, or a sub-query may have to be. */
    static final String GROUPS = "groups";
    /** Stands among the functions where only some rows are given. */
    static final String CUTS = "cuts";

    static Body of(SecureFilter barrier, Set<Integer> hidden) {
        List<Set<String>> origins = new Origins(Map.of()).of(barrier.getInput());
        Set<String> concealed = new HashSet<>();
        Set<String> clear = new HashSet<>();
        for (int i = 0; i < origins.size(); i++) {
            if (hidden.contains(i)) {
                concealed.addAll(origins.get(i));
            } else if (isBare(barrier.getInput(), i)) {
                clear.addAll(origins.get(i));
            }
        }
        concealed.removeAll(clear);
        Map<String, Set<String>> byName = new HashMap<>();
        for (int i = 0; i < origins.size(); i++) {
            byName.put(barrier.getRowType().getFieldNames().get(i), origins.get(i));
        }
        Body body = new Body(byName, concealed, new HashSet<>(), new HashSet<>());
        body.collect(barrier);
        return body;
    }

    private void collect(RelNode rel) {
        if (rel instanceof SecureFilter barrier) {
            barrier.condition().accept(new Collector());
        }
        rel.accept(new Collector());
        if (rel instanceof Values values) {
            values.getTuples().forEach(tuple -> tuple.forEach(literal -> literal.accept(new Collector())));
        }
        if (rel instanceof Aggregate aggregate) {
            functions.add(GROUPS);
            aggregate
                    .getAggCallList()
                    .forEach(call -> functions.add(call.getAggregation().getName()));
        }
        if (rel instanceof Sort sort && (sort.fetch != null || sort.offset != null)) {
            functions.add(CUTS);
        }
        if (rel instanceof SetOp set && !(set.kind == SqlKind.UNION && set.all)) {
            functions.add(GROUPS);
        }
        rel.getInputs().forEach(this::collect);
    }

    private final class Collector extends RexShuttle {
        @Override
        public RexNode visitLiteral(RexLiteral literal) {
            constants.add(constant(literal));
            if (literal.getTypeName() == SqlTypeName.SARG
                    || SqlTypeName.INTERVAL_TYPES.contains(literal.getTypeName())) {
                functions.add(COMPUTES);
            }
            return literal;
        }

        @Override
        public RexNode visitCall(RexCall call) {
            functions.add(function(call));
            boolean arithmetic = switch (call.getKind()) {
                case PLUS, MINUS, TIMES, DIVIDE, MINUS_PREFIX, CAST -> true;
                default -> false;
            };
            if (arithmetic && call.getOperands().stream().anyMatch(RexLiteral.class::isInstance)) {
                functions.add(COMPUTES);
            }
            return super.visitCall(call);
        }

        @Override
        public RexNode visitOver(RexOver over) {
            functions.add(over.getAggOperator().getName());
            return super.visitOver(over);
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            functions.add(GROUPS);
            collect(query.rel);
            return super.visitSubQuery(query);
        }
    }

    /** The text of a constant, in the words of the product that spells all plainly. */
    static String constant(RexLiteral literal) {
        return Agreement.text(new TreeTerms(Product.DUCKDB, new Part(List.of(), List.of(), List.of())).term(literal));
    }

    static String function(RexCall call) {
        return call.getKind() == SqlKind.CAST ? "CAST" : call.getOperator().getName();
    }

    /** The tables that no barrier of their own covers. */
    static Set<TableName> tables(RelNode rel) {
        Set<TableName> found = new HashSet<>();
        collectTables(rel, found);
        return found;
    }

    private static void collectTables(RelNode rel, Set<TableName> found) {
        if (rel instanceof SecureFilter) {
            return;
        }
        if (rel instanceof TableScan scan) {
            found.add(table(scan));
        }
        rel.getInputs().forEach(input -> collectTables(input, found));
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                collectTables(query.rel, found);
                return super.visitSubQuery(query);
            }
        });
    }

    static TableName table(TableScan scan) {
        List<String> names = scan.getTable().getQualifiedName();
        return new TableName(new SourceName(names.get(names.size() - 2)), names.getLast());
    }

    static String column(TableScan scan, int index) {
        return table(scan) + "\n" + scan.getRowType().getFieldNames().get(index);
    }

    /** Whether a column is one of a table, as it is. */
    private static boolean isBare(RelNode rel, int column) {
        return switch (rel) {
            case TableScan _ -> true;
            case Project project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        && isBare(project.getInput(), ref.getIndex());
            case Aggregate aggregate ->
                column < aggregate.getGroupCount()
                        && isBare(aggregate.getInput(), aggregate.getGroupSet().nth(column));
            case Join join -> {
                int left = join.getLeft().getRowType().getFieldCount();
                yield column < left ? isBare(join.getLeft(), column) : isBare(join.getRight(), column - left);
            }
            default -> rel.getInputs().size() == 1 && isBare(rel.getInput(0), column);
        };
    }
}
