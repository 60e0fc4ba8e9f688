package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a row filter: a UCAST condition tree on columns of one view.
 *
 * <ul>
 *   <li>{@code {"type":"field","operator":"eq|ne|lt|le|gt|ge","field":"region","value":"EU"}}
 *   <li>{@code {"type":"field","operator":"in","field":"region","value":["EU","US"]}}
 *   <li>{@code {"type":"field","operator":"exists","field":"region","value":true}}: not NULL; {@code false}: NULL
 *   <li>{@code {"type":"compound","operator":"and|or","value":[condition, …]}}
 *   <li>{@code {"type":"compound","operator":"not","value":[condition]}}
 * </ul>
 *
 * <p>One instance reads one filter.
 */
final class ConditionReader {
    private static final Set<String> FIELD = Set.of("type", "operator", "field", "value");
    private static final Set<String> COMPOUND = Set.of("type", "operator", "value");

    private final Map<ColumnName, DataType> columns;
    private final String at;
    private int nodes;

    ConditionReader(ViewDefinition view, String at) {
        this.columns =
                view.columns().stream().collect(Collectors.toMap(column -> column.name(), column -> column.type()));
        this.at = at;
    }

    Condition read(JsonNode condition) {
        return read(condition, 1);
    }

    private Condition read(JsonNode node, int depth) {
        if (depth > Condition.DEPTH_MAX || ++nodes > Condition.NODES_MAX) {
            throw ReplyFields.invalid(at, "the condition is too large");
        }
        ReplyFields condition = new ReplyFields(node, at);
        return switch (condition.text("type")) {
            case "field" -> field(condition.only(FIELD));
            case "compound" -> compound(condition.only(COMPOUND), depth);
            default -> throw ReplyFields.invalid(at, "a condition of an unknown type");
        };
    }

    private Condition compound(ReplyFields condition, int depth) {
        List<Condition> parts = new ArrayList<>();
        for (JsonNode part : list(condition, Condition.NODES_MAX)) {
            parts.add(read(part, depth + 1));
        }
        return switch (condition.text("operator")) {
            case "and" -> new Condition.And(parts);
            case "or" -> new Condition.Or(parts);
            case "not" -> {
                if (parts.size() != 1) {
                    throw ReplyFields.invalid(at, "'not' has one condition");
                }
                yield new Condition.Not(parts.getFirst());
            }
            default -> throw ReplyFields.invalid(at, "an unknown operator of compound conditions");
        };
    }

    private Condition field(ReplyFields condition) {
        ColumnName field = column(condition.text("field"));
        return switch (condition.text("operator")) {
            case "eq" -> comparison(field, Condition.Operator.EQ, condition);
            case "ne" -> comparison(field, Condition.Operator.NE, condition);
            case "lt" -> comparison(field, Condition.Operator.LT, condition);
            case "le" -> comparison(field, Condition.Operator.LE, condition);
            case "gt" -> comparison(field, Condition.Operator.GT, condition);
            case "ge" -> comparison(field, Condition.Operator.GE, condition);
            case "in" -> in(field, condition);
            case "exists" -> exists(field, condition.value("value"));
            default -> throw ReplyFields.invalid(at, "an unknown operator of field conditions");
        };
    }

    private Condition comparison(ColumnName field, Condition.Operator operator, ReplyFields condition) {
        Literal value = literal(field, condition.value("value"));
        boolean ordered = operator != Condition.Operator.EQ && operator != Condition.Operator.NE;
        if (ordered && value instanceof Literal.Bool) {
            throw ReplyFields.invalid(at, "truth values have no order");
        }
        return new Condition.Comparison(field, operator, value);
    }

    private Condition in(ColumnName field, ReplyFields condition) {
        List<Literal> values = new ArrayList<>();
        for (JsonNode value : list(condition, Condition.LIST_MAX)) {
            values.add(literal(field, value));
        }
        return new Condition.In(field, values);
    }

    private Condition exists(ColumnName field, JsonNode value) {
        if (!value.isBoolean()) {
            throw ReplyFields.invalid(at, "'exists' is true or false");
        }
        Condition isNull = new Condition.IsNull(field);
        return value.booleanValue() ? new Condition.Not(isNull) : isNull;
    }

    private JsonNode list(ReplyFields condition, int max) {
        JsonNode list = condition.value("value");
        if (!list.isArray() || list.isEmpty() || list.size() > max) {
            throw ReplyFields.invalid(at, "not a list of 1 to " + max);
        }
        return list;
    }

    private ColumnName column(String name) {
        for (ColumnName column : columns.keySet()) {
            if (column.value().equals(name)) {
                return column;
            }
        }
        throw ReplyFields.invalid(at, "a condition on a column that the view does not have");
    }

    private Literal literal(ColumnName field, JsonNode value) {
        DataType type = columns.get(field);
        if (type == null) {
            throw new IllegalStateException("a column was found without its type");
        }
        return LiteralReader.find(value, type)
                .orElseThrow(() -> ReplyFields.invalid(at + " on " + field, "a value that does not fit " + type));
    }
}
