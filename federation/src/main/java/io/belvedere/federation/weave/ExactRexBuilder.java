package io.belvedere.federation.weave;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** Leaves it to the engine to write constants as text: Calcite would write {@code TRUE} where every engine writes {@code true}, and drop fractions of seconds. */
final class ExactRexBuilder extends RexBuilder {
    ExactRexBuilder(RelDataTypeFactory types) {
        super(types);
    }

    @Override
    public RexNode makeCast(
            org.apache.calcite.sql.parser.SqlParserPos place,
            RelDataType type,
            RexNode value,
            boolean matchNullability,
            boolean safe,
            RexLiteral format) {
        boolean printed = value instanceof RexLiteral literal
                && !literal.isNull()
                && SqlTypeUtil.isCharacter(type)
                && !SqlTypeUtil.isCharacter(literal.getType());
        return printed
                ? makeAbstractCast(place, type, value, safe, format)
                : super.makeCast(place, type, value, matchNullability, safe, format);
    }
}
