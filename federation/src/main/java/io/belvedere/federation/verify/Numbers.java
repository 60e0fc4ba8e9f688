package io.belvedere.federation.verify;

import java.math.BigDecimal;
import java.util.Optional;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/** The number that a constant of a tree is. */
final class Numbers {
    private Numbers() {}

    /** Empty for what is no number. */
    static Optional<BigDecimal> of(RexNode node) {
        return node instanceof RexLiteral literal
                ? Optional.ofNullable(literal.getValueAs(BigDecimal.class))
                : Optional.empty();
    }
}
