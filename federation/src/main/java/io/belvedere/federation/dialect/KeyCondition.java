package io.belvedere.federation.dialect;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;

/**
 * The condition "these columns are among the shipped keys" while it is still part of a tree, and its place in the written statement.
 *
 * <p>In the text the place is marked by control characters. No dialect writes a control character in a literal or a name, so no
 * text of a caller can look like such a mark.
 */
public final class KeyCondition {
    private static final char OPEN = '\u0001';
    private static final char MIDDLE = '\u0002';
    private static final char CLOSE = '\u0003';
    /** Between a column and what is known of it. */
    private static final String OF = "\u0006";

    private static final SqlFunction OPERATOR = new SqlFunction(
            "BELVEDERE_KEYS",
            SqlKind.OTHER_FUNCTION,
            ReturnTypes.BOOLEAN_NOT_NULL,
            null,
            OperandTypes.VARIADIC,
            SqlFunctionCategory.USER_DEFINED_FUNCTION);

    private KeyCondition() {}

    public static RexNode of(RexBuilder builder, int shipment, List<? extends RexNode> columns) {
        List<RexNode> operands = new ArrayList<>();
        operands.add(builder.makeExactLiteral(BigDecimal.valueOf(shipment)));
        operands.addAll(columns);
        return builder.makeCall(OPERATOR, operands);
    }

    public static boolean isKeys(RexNode node) {
        return node instanceof RexCall call && call.getOperator().equals(OPERATOR);
    }

    public static List<RexNode> columns(RexCall call) {
        return call.getOperands().subList(1, call.getOperands().size());
    }

    /** @param known what the source says of a column, by how it is written */
    static String marker(RexCall call, List<String> columnsSql, Function<String, Optional<TextColumn>> known) {
        int shipment = LiteralValues.of((RexLiteral) call.getOperands().getFirst(), BigDecimal.class)
                .intValueExact();
        return columnsSql.stream()
                .map(column -> column
                        + known.apply(column)
                                .map(text -> OF + text.charset() + OF + text.collation())
                                .orElse(""))
                .collect(Collectors.joining(
                        String.valueOf(MIDDLE), OPEN + Integer.toString(shipment) + MIDDLE, String.valueOf(CLOSE)));
    }

    /** Cuts a written statement at its marks. */
    public static SqlTemplate template(String sql) {
        List<SqlTemplate.Part> parts = new ArrayList<>();
        int from = 0;
        for (int open = sql.indexOf(OPEN); open >= 0; open = sql.indexOf(OPEN, from)) {
            int middle = sql.indexOf(MIDDLE, open);
            int close = sql.indexOf(CLOSE, middle);
            parts.add(new SqlTemplate.Text(sql.substring(from, open)));
            parts.add(place(Integer.parseInt(sql, open + 1, middle, 10), sql.substring(middle + 1, close)));
            from = close + 1;
        }
        parts.add(new SqlTemplate.Text(sql.substring(from)));
        return new SqlTemplate(parts);
    }

    private static SqlTemplate.KeysPlace place(int shipment, String marked) {
        List<String> columns = new ArrayList<>();
        Map<String, TextColumn> texts = new HashMap<>();
        for (String column : marked.split(String.valueOf(MIDDLE), -1)) {
            String[] words = column.split(OF, -1);
            columns.add(words[0]);
            if (words.length > 1) {
                texts.put(words[0], new TextColumn(words[1], words[2]));
            }
        }
        return new SqlTemplate.KeysPlace(shipment, columns, texts);
    }
}
