package io.belvedere.federation.plan;

import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSyntax;

/** An operator in words, with the names of its columns; for readers with full detail, as constants stand in it. */
final class OperatorWords {
    private static final int LENGTH_MAX = 240;

    private OperatorWords() {}

    static String of(RelNode rel) {
        String words = switch (rel) {
            case GroupBarrier groups -> "least group size of " + groups.view();
            case SecureFilter barrier -> "row filter of " + barrier.view();
            case Filter filter -> "filter " + text(filter.getCondition(), names(filter.getInput()));
            case Join join ->
                join.getJoinType().name().toLowerCase(Locale.ROOT) + " join on "
                        + text(join.getCondition(), names(join.getLeft(), join.getRight()));
            case Aggregate aggregate -> aggregate(aggregate);
            case Sort sort -> sort(sort);
            case Project project -> project(project);
            case Union union -> union.all ? "union all" : "union";
            default -> rel.getRelTypeName().replace("Logical", "").toLowerCase(Locale.ROOT);
        };
        return words.length() <= LENGTH_MAX ? words : words.substring(0, LENGTH_MAX) + " …";
    }

    private static String aggregate(Aggregate aggregate) {
        List<String> columns = names(aggregate.getInput());
        String calls = aggregate.getAggCallList().stream()
                .map(call -> call(call, columns))
                .collect(Collectors.joining(", "));
        String keys =
                aggregate.getGroupSet().asList().stream().map(columns::get).collect(Collectors.joining(", "));
        return "aggregate " + calls + (keys.isEmpty() ? "" : (calls.isEmpty() ? "by " : " by ") + keys);
    }

    private static String call(AggregateCall call, List<String> columns) {
        String arguments = call.getArgList().isEmpty()
                ? "*"
                : call.getArgList().stream().map(columns::get).collect(Collectors.joining(", "));
        String name = call.getAggregation().getName().toLowerCase(Locale.ROOT).replace("$sum0", "sum");
        return name + "(" + (call.isDistinct() ? "distinct " : "") + arguments + ")";
    }

    private static String sort(Sort sort) {
        List<String> columns = names(sort.getInput());
        String keys = sort.getCollation().getFieldCollations().stream()
                .map(key -> columns.get(key.getFieldIndex())
                        + (key.direction == RelFieldCollation.Direction.DESCENDING ? " descending" : ""))
                .collect(Collectors.joining(", "));
        String first = sort.fetch == null ? "" : "first " + sort.fetch + " rows";
        String skipped = sort.offset == null ? "" : " after " + sort.offset;
        return (first + skipped + (keys.isEmpty() ? "" : (first.isEmpty() ? "sort by " : " by ") + keys)).strip();
    }

    private static String project(Project project) {
        List<String> columns = names(project.getInput());
        return "columns "
                + project.getProjects().stream()
                        .filter(each -> !(each instanceof RexInputRef))
                        .map(each -> text(each, columns))
                        .collect(Collectors.joining(", "));
    }

    private static List<String> names(RelNode... inputs) {
        List<String> names = new ArrayList<>();
        for (RelNode input : inputs) {
            names.addAll(input.getRowType().getFieldNames());
        }
        return names;
    }

    private static String text(RexNode node, List<String> columns) {
        if (node instanceof RexInputRef ref) {
            return ref.getIndex() < columns.size() ? columns.get(ref.getIndex()) : node.toString();
        }
        if (!(node instanceof RexCall call) || call.getKind() == SqlKind.SEARCH) {
            return node.toString();
        }
        List<String> operands =
                call.getOperands().stream().map(each -> text(each, columns)).toList();
        SqlOperator operator = call.getOperator();
        if (operator.getSyntax() == SqlSyntax.BINARY && operands.size() > 1) {
            boolean logical = call.getKind() == SqlKind.AND || call.getKind() == SqlKind.OR;
            String joined = String.join(" " + operator.getName() + " ", operands);
            return logical ? "(" + joined + ")" : joined;
        }
        if (operator.getSyntax() == SqlSyntax.POSTFIX) {
            return operands.getFirst() + " " + operator.getName();
        }
        return operator.getName() + "(" + String.join(", ", operands) + ")";
    }
}
