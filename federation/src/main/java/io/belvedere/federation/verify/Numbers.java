package io.belvedere.federation.verify;

import java.math.BigDecimal;
import java.util.Optional;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;

/** The number that a constant of a tree is. */
final class Numbers {
    private Numbers() {}

    /** Empty for what is no number. */
    static Optional<BigDecimal> of(RexNode node) {
        return node instanceof RexLiteral literal && isNumber(literal.getTypeName())
                ? Optional.ofNullable(literal.getValueAs(BigDecimal.class))
                : Optional.empty();
    }

    /** An interval is kept as a number of months or milliseconds. */
    private static boolean isNumber(SqlTypeName type) {
        return SqlTypeName.NUMERIC_TYPES.contains(type) || SqlTypeName.INTERVAL_TYPES.contains(type);
    }
}
