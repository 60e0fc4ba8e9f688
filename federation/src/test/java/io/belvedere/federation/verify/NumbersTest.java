package io.belvedere.federation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.junit.jupiter.api.Test;

class NumbersTest {
    private final RexBuilder rex = new RexBuilder(new JavaTypeFactoryImpl());

    @Test
    void aConstantNumberIsOne() {
        assertThat(Numbers.of(rex.makeExactLiteral(new BigDecimal("-1.50")))).hasValue(new BigDecimal("-1.50"));
        assertThat(Numbers.of(rex.makeApproxLiteral(new BigDecimal("2.5"))))
                .hasValueSatisfying(value -> assertThat(value).isEqualByComparingTo("2.5"));
    }

    @Test
    void aConstantOfAnotherKindIsNone() {
        assertThat(Numbers.of(rex.makeLiteral(true))).isEmpty();
        assertThat(Numbers.of(rex.makeLiteral("17"))).isEmpty();
        assertThat(Numbers.of(rex.makeBinaryLiteral(ByteString.of("17", 16)))).isEmpty();
        assertThat(Numbers.of(rex.makeDateLiteral(new DateString(2026, 1, 2)))).isEmpty();
        assertThat(Numbers.of(rex.makeTimeLiteral(new TimeString(1, 2, 3), 0))).isEmpty();
        assertThat(Numbers.of(rex.makeTimestampLiteral(new TimestampString(2026, 1, 2, 3, 4, 5), 0)))
                .isEmpty();
        assertThat(Numbers.of(rex.makeNullLiteral(rex.getTypeFactory().createSqlType(SqlTypeName.INTEGER))))
                .isEmpty();
    }

    @Test
    void whatIsNoConstantIsNone() {
        assertThat(Numbers.of(rex.makeInputRef(rex.getTypeFactory().createSqlType(SqlTypeName.INTEGER), 0)))
                .isEmpty();
    }
}
