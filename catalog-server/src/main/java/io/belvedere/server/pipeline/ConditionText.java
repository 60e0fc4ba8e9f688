package io.belvedere.server.pipeline;

import io.belvedere.model.ColumnName;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A condition of policy with its values, for those with full detail. */
final class ConditionText {
    private ConditionText() {}

    static String of(Condition condition) {
        return switch (condition) {
            case Condition.And(List<Condition> parts) -> joined(parts, " and ");
            case Condition.Or(List<Condition> parts) -> joined(parts, " or ");
            case Condition.Not(Condition inner) -> "not (" + of(inner) + ")";
            case Condition.Comparison comparison ->
                comparison.field() + " " + sign(comparison.operator()) + " " + value(comparison.value());
            case Condition.In in ->
                in.field() + " in ("
                        + in.values().stream().map(ConditionText::value).collect(Collectors.joining(", ")) + ")";
            case Condition.IsNull(var field) -> field + " is null";
        };
    }

    /** The columns that a condition reads. */
    static Set<ColumnName> fields(Condition condition) {
        Set<ColumnName> fields = new TreeSet<>();
        collect(condition, fields);
        return fields;
    }

    private static void collect(Condition condition, Set<ColumnName> fields) {
        switch (condition) {
            case Condition.And(List<Condition> parts) -> parts.forEach(part -> collect(part, fields));
            case Condition.Or(List<Condition> parts) -> parts.forEach(part -> collect(part, fields));
            case Condition.Not(Condition inner) -> collect(inner, fields);
            case Condition.Comparison comparison -> fields.add(comparison.field());
            case Condition.In in -> fields.add(in.field());
            case Condition.IsNull(var field) -> fields.add(field);
        }
    }

    private static String sign(Condition.Operator operator) {
        return operator.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String value(Literal value) {
        return switch (value) {
            case Literal.Text(String text) -> "'" + text.replace("'", "''") + "'";
            case Literal.Numeric(var number) -> number.toPlainString();
            case Literal.Bool(boolean flag) -> Boolean.toString(flag);
            case Literal.Date(var date) -> date.toString();
            case Literal.Timestamp(var instant) -> instant.toString();
        };
    }

    private static String joined(List<Condition> parts, String word) {
        return parts.stream().map(ConditionText::of).collect(Collectors.joining(word, "(", ")"));
    }
}
