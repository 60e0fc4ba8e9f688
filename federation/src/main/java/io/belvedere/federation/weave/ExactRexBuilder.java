package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Constants;
import io.belvedere.federation.sql.MomentText;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Leaves it to the engine to write constants as text: Calcite would write {@code TRUE} where every engine writes {@code true}, and drop fractions of
 * seconds. Reads texts that say a day or a moment where one is wanted, so that a source can be asked for it.
 */
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
                : moment(value, type)
                        .orElseGet(() -> super.makeCast(place, type, value, matchNullability, safe, format));
    }

    private Optional<RexNode> moment(RexNode value, RelDataType type) {
        boolean text =
                value instanceof RexLiteral literal && !literal.isNull() && SqlTypeUtil.isCharacter(literal.getType());
        if (!text) {
            return Optional.empty();
        }
        String said = String.valueOf(((RexLiteral) value).getValueAs(String.class));
        return switch (type.getSqlTypeName()) {
            case DATE -> MomentText.day(said).map(day -> makeDateLiteral(Constants.dateString(day)));
            case TIMESTAMP ->
                MomentText.moment(said)
                        .map(moment -> makeTimestampLiteral(
                                Constants.timestampString(moment.toInstant(ZoneOffset.UTC)), type.getPrecision()));
            default -> Optional.empty();
        };
    }
}
