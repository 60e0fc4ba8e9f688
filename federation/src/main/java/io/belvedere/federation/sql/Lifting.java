package io.belvedere.federation.sql;

import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlAbstractDateTimeLiteral;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of a text that a plan need not know: those that a column is compared with, in WHERE and ON. A value in LIMIT, an
 * interval, GROUP BY, ORDER BY, HAVING, a function or the select list is part of what the query means and stays.
 *
 * <p>A value is found again in the tree by the place where it stands; where tree and text do not agree it stays too.
 */
final class Lifting {
    private static final int MICROSECONDS = 6;

    private final Map<Long, Integer> places = new HashMap<>();
    private final List<Wording.Value> values;
    private final SortedSet<Integer> found = new TreeSet<>();
    /** Of these values each becomes a parameter; of no other. */
    private final SortedSet<Integer> lifted;

    private Lifting(Wording wording, SortedSet<Integer> lifted) {
        this.values = wording.values();
        this.lifted = lifted;
        for (int i = 0; i < values.size(); i++) {
            places.put(place(values.get(i).line(), values.get(i).column()), i);
        }
    }

    /** The indexes of the values that can be lifted out of a clean tree. */
    static SortedSet<Integer> find(SqlNode clean, Wording wording) {
        Lifting lifting = new Lifting(wording, Collections.emptySortedSet());
        lifting.query(clean);
        return lifting.found;
    }

    /** Replaces them in the tree by parameters of their type: {@code CAST(? AS BIGINT)}, numbered from 0 in their order. */
    static void lift(SqlNode clean, Wording wording, SortedSet<Integer> indexes) {
        new Lifting(wording, indexes).query(clean);
    }

    private static long place(int line, int column) {
        return ((long) line << 32) | column;
    }

    private void query(@Nullable SqlNode node) {
        switch (node) {
            case SqlSelect select -> {
                from(select.getFrom());
                condition(select.getWhere());
            }
            case SqlOrderBy order -> query(order.query);
            case SqlWith with -> {
                with.withList.forEach(item -> query(((SqlWithItem) item).query));
                query(with.body);
            }
            case SqlCall call
            when SqlKind.SET_QUERY.contains(call.getKind()) ->
                call.getOperandList().forEach(this::query);
            case null, default -> {}
        }
    }

    private void from(@Nullable SqlNode node) {
        switch (node) {
            case SqlJoin join -> {
                from(join.getLeft());
                from(join.getRight());
                if (join.getConditionType() == JoinConditionType.ON) {
                    condition(join.getCondition());
                }
            }
            case SqlCall call when call.getKind() == SqlKind.AS -> from(call.operand(0));
            case null, default -> query(node);
        }
    }

    private void condition(@Nullable SqlNode node) {
        if (!(node instanceof SqlBasicCall call)) {
            return;
        }
        switch (call.getKind()) {
            case AND, OR, NOT -> call.getOperandList().forEach(this::condition);
            case EXISTS -> query(call.operand(0));
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> {
                if (isColumn(call.operand(0))) {
                    value(call, 1);
                } else if (isColumn(call.operand(1))) {
                    value(call, 0);
                }
            }
            case BETWEEN -> {
                if (isColumn(call.operand(0))) {
                    value(call, 1);
                    value(call, 2);
                }
            }
            // Whatever else is compared with, its value may decide what the query is.
            default -> {}
        }
    }

    private static boolean isColumn(SqlNode node) {
        return node instanceof SqlIdentifier name && !name.isStar();
    }

    private void value(SqlBasicCall call, int operand) {
        if (!(call.operand(operand) instanceof SqlLiteral literal)) {
            return;
        }
        SqlParserPos place = literal.getParserPosition();
        OptionalInt index = index(place);
        if (index.isEmpty() || !isSame(literal, values.get(index.getAsInt()))) {
            return;
        }
        Optional<SqlDataTypeSpec> type = type(values.get(index.getAsInt()), place);
        if (type.isEmpty()) {
            return;
        }
        found.add(index.getAsInt());
        if (lifted.contains(index.getAsInt())) {
            int number = lifted.headSet(index.getAsInt()).size();
            call.setOperand(
                    operand,
                    SqlStdOperatorTable.CAST.createCall(place, new SqlDynamicParam(number, place), type.get()));
        }
    }

    private OptionalInt index(SqlParserPos place) {
        Integer index = places.get(place(place.getLineNum(), place.getColumnNum()));
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /** Whether tree and text mean the same value; a moment has only the tree's form, and stands where the text has a parameter. */
    private static boolean isSame(SqlLiteral literal, Wording.Value value) {
        if (value.constant().isEmpty()) {
            return false;
        }
        return switch (value.constant().get()) {
            case Literal.Text(String text) ->
                literal instanceof SqlCharStringLiteral && text.equals(literal.getValueAs(String.class));
            case Literal.Numeric(BigDecimal number) ->
                literal instanceof SqlNumericLiteral && number.compareTo(literal.bigDecimalValue()) == 0;
            case Literal.Date _, Literal.Timestamp _ -> literal instanceof SqlAbstractDateTimeLiteral;
            case Literal.Bool _ -> false;
        };
    }

    /** The type in which a value of the kind is planned; empty for one that is not lifted. */
    private static Optional<SqlDataTypeSpec> type(Wording.Value value, SqlParserPos place) {
        return value.constant()
                .flatMap(constant -> typeName(constant, value.kind(), place))
                .map(name -> new SqlDataTypeSpec(name, place));
    }

    private static Optional<SqlTypeNameSpec> typeName(Literal constant, String kind, SqlParserPos place) {
        return switch (constant) {
            case Literal.Text _ ->
                kind.equals("text")
                        ? Optional.of(new SqlBasicTypeNameSpec(SqlTypeName.VARCHAR, place))
                        : Optional.empty();
            case Literal.Numeric(BigDecimal _) ->
                kind.equals("integer")
                        ? Optional.of(new SqlBasicTypeNameSpec(SqlTypeName.BIGINT, place))
                        : Optional.empty();
            case Literal.Date _ -> Optional.of(new SqlBasicTypeNameSpec(SqlTypeName.DATE, place));
            case Literal.Timestamp _ ->
                Optional.of(new SqlBasicTypeNameSpec(SqlTypeName.TIMESTAMP, MICROSECONDS, place));
            case Literal.Bool _ -> Optional.empty();
        };
    }

    /** The values at the indexes. */
    static List<Literal> values(Wording wording, SortedSet<Integer> indexes) {
        List<Literal> lifted = new ArrayList<>();
        for (int index : indexes) {
            lifted.add(wording.values().get(index).constant().orElseThrow());
        }
        return List.copyOf(lifted);
    }
}
