package io.belvedere.federation.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.RowTest;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Condition.Operator;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract.Presence;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row of a text, a number, a decimal, a truth value, a date, a moment, a double and a NULL, of which the last could not be read. */
class RowTestsTest {
    private static final int TEXT = 0;
    private static final int NUMBER = 1;
    private static final int DECIMAL = 2;
    private static final int TRUTH = 3;
    private static final int DATE = 4;
    private static final int MOMENT = 5;
    private static final int DOUBLE = 6;
    private static final int NULL = 7;
    private static final int UNREAD = 8;

    private final RootAllocator memory = new RootAllocator();
    private final VectorSchemaRoot batch = VectorSchemaRoot.create(
            ArrowTypes.schema(List.of(
                    column("varchar"),
                    column("bigint"),
                    column("decimal(10,2)"),
                    column("boolean"),
                    column("date"),
                    column("timestamp"),
                    column("double"),
                    column("varchar"),
                    column("varchar"))),
            memory);

    private static OutputColumn column(String type) {
        return new OutputColumn("c", DataType.parse(type), Presence.OPTIONAL);
    }

    @BeforeEach
    void fill() {
        batch.allocateNew();
        ((VarCharVector) batch.getVector(TEXT)).setSafe(0, "é".getBytes(StandardCharsets.UTF_8));
        ((BigIntVector) batch.getVector(NUMBER)).set(0, 7);
        ((DecimalVector) batch.getVector(DECIMAL)).set(0, new BigDecimal("2.50"));
        ((BitVector) batch.getVector(TRUTH)).set(0, 1);
        ((DateDayVector) batch.getVector(DATE)).set(0, 1);
        ((TimeStampVector) batch.getVector(MOMENT)).set(0, 1);
        ((Float8Vector) batch.getVector(DOUBLE)).set(0, 1);
        batch.setRowCount(1);
    }

    @AfterEach
    void close() {
        batch.close();
        memory.close();
    }

    private boolean fails(RowTest test) {
        BitSet unread = new BitSet();
        unread.set(UNREAD);
        return new RowTests(batch, 0, unread).failOneOf(List.of(test));
    }

    private static RowTest is(int column, Operator operator, Literal value) {
        return new RowTest.Compared(column, operator, value);
    }

    private static Literal text(String value) {
        return new Literal.Text(value);
    }

    private static Literal number(String value) {
        return new Literal.Numeric(new BigDecimal(value));
    }

    @Test
    void textIsComparedByItsBytes() {
        assertThat(fails(is(TEXT, Operator.EQ, text("é")))).isFalse();
        assertThat(fails(is(TEXT, Operator.EQ, text("e")))).isTrue();
        assertThat(fails(is(TEXT, Operator.GT, text("z")))).isFalse();
        assertThat(fails(is(TEXT, Operator.EQ, text("é ")))).isTrue();
        assertThat(fails(is(TEXT, Operator.LT, text("é ")))).isFalse();
    }

    @Test
    void numbersAreComparedByTheirValues() {
        assertThat(fails(is(NUMBER, Operator.EQ, number("7.00")))).isFalse();
        assertThat(fails(is(NUMBER, Operator.GE, number("7.01")))).isTrue();
        assertThat(fails(is(DECIMAL, Operator.LE, number("2.5")))).isFalse();
        assertThat(fails(is(DECIMAL, Operator.NE, number("2.5")))).isTrue();
        assertThat(fails(is(TRUTH, Operator.EQ, new Literal.Bool(false)))).isTrue();
        assertThat(fails(is(TRUTH, Operator.EQ, new Literal.Bool(true)))).isFalse();
    }

    @Test
    void datesAndMomentsAreCompared() {
        assertThat(fails(is(DATE, Operator.EQ, new Literal.Date(LocalDate.of(1970, 1, 2)))))
                .isFalse();
        assertThat(fails(is(DATE, Operator.LT, new Literal.Date(LocalDate.of(1970, 1, 2)))))
                .isTrue();
        assertThat(fails(is(MOMENT, Operator.GT, new Literal.Timestamp(Instant.EPOCH))))
                .isFalse();
        assertThat(fails(is(MOMENT, Operator.EQ, new Literal.Timestamp(Instant.EPOCH.plusNanos(1_000)))))
                .isFalse();
        assertThat(fails(is(MOMENT, Operator.LT, new Literal.Timestamp(Instant.EPOCH))))
                .isTrue();
    }

    @Test
    void aComparisonWithNullIsNotMetAndNeitherIsItsOpposite() {
        RowTest unknown = is(NULL, Operator.EQ, text("a"));
        assertThat(fails(unknown)).isTrue();
        assertThat(fails(new RowTest.Not(unknown))).isTrue();
        assertThat(fails(new RowTest.Absent(NULL))).isFalse();
        assertThat(fails(new RowTest.Not(new RowTest.Absent(NULL)))).isTrue();
        assertThat(fails(new RowTest.Any(List.of(unknown, is(NUMBER, Operator.EQ, number("7"))))))
                .isFalse();
        assertThat(fails(new RowTest.Any(List.of(unknown, is(NUMBER, Operator.EQ, number("8"))))))
                .isTrue();
    }

    @Test
    void whatCouldNotBeReadDecidesNothing() {
        RowTest open = is(UNREAD, Operator.EQ, text("a"));
        RowTest met = is(NUMBER, Operator.EQ, number("7"));
        assertThat(fails(open)).isFalse();
        assertThat(fails(new RowTest.Not(open))).isFalse();
        assertThat(fails(new RowTest.Absent(UNREAD))).isFalse();
        assertThat(fails(new RowTest.Not(new RowTest.Absent(UNREAD)))).isFalse();
        assertThat(fails(new RowTest.Any(List.of(open, new RowTest.Not(met))))).isFalse();
        assertThat(fails(new RowTest.All(List.of(open, new RowTest.Not(met))))).isTrue();
        assertThat(fails(new RowTest.Not(new RowTest.All(List.of(open, is(NULL, Operator.EQ, text("a")))))))
                .isFalse();
    }

    @Test
    void whatIsComparedInAWayThatIsNotKnownHereDecidesNothing() {
        assertThat(fails(is(DOUBLE, Operator.EQ, number("2")))).isFalse();
        assertThat(fails(is(NUMBER, Operator.EQ, text("8")))).isFalse();
        assertThat(fails(is(TEXT, Operator.EQ, number("8")))).isFalse();
        assertThat(fails(is(DATE, Operator.EQ, new Literal.Timestamp(Instant.EPOCH))))
                .isFalse();
    }
}
