package io.belvedere.federation.dialect;

import java.math.BigDecimal;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;

/** The values of a tree's literals. */
public final class LiteralValues {
    private LiteralValues() {}

    /** The literal's value; throws {@link NotOffered} for NULL, or a literal that has no such value. */
    public static <T> T of(RexLiteral literal, Class<T> type) {
        T value = literal.getValueAs(type);
        if (value == null) {
            throw new NotOffered("a literal of type " + literal.getTypeName());
        }
        return value;
    }

    /** Whether an expression is a number written in the query, and this or more. */
    public static boolean isAtLeast(RexNode node, int least) {
        return node instanceof RexLiteral literal
                && !literal.isNull()
                && literal.getTypeName() == SqlTypeName.DECIMAL
                && of(literal, BigDecimal.class).compareTo(BigDecimal.valueOf(least)) >= 0;
    }
}
