package io.belvedere.policy;

import static io.belvedere.policy.Replies.VIEW;
import static io.belvedere.policy.Replies.assertInvalid;
import static io.belvedere.policy.Replies.compound;
import static io.belvedere.policy.Replies.eq;
import static io.belvedere.policy.Replies.filtered;
import static io.belvedere.policy.Replies.in;
import static io.belvedere.policy.Replies.nested;
import static io.belvedere.policy.Replies.read;
import static io.belvedere.policy.Replies.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Operation;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A row filter is a condition on columns of its view, with constants of their types, or it is refused. */
class ReplyConditionTest {
    @Test
    void theOperatorsOfFieldsAreRead() {
        for (Condition.Operator operator : Condition.Operator.values()) {
            String word = operator.name().toLowerCase(java.util.Locale.ROOT);
            assertThat(filter("{\"type\":\"field\",\"operator\":\"" + word + "\",\"field\":\"n\",\"value\":7}"))
                    .isEqualTo(new Condition.Comparison(
                            new ColumnName("n"), operator, new Literal.Numeric(BigDecimal.valueOf(7))));
        }
        assertThat(filter("{\"type\":\"field\",\"operator\":\"in\",\"field\":\"t\",\"value\":[\"a\",\"b\"]}"))
                .isEqualTo(
                        new Condition.In(new ColumnName("t"), List.of(new Literal.Text("a"), new Literal.Text("b"))));
        Condition isNull = new Condition.IsNull(new ColumnName("x"));
        assertThat(filter("{\"type\":\"field\",\"operator\":\"exists\",\"field\":\"x\",\"value\":false}"))
                .isEqualTo(isNull);
        assertThat(filter("{\"type\":\"field\",\"operator\":\"exists\",\"field\":\"x\",\"value\":true}"))
                .isEqualTo(new Condition.Not(isNull));
    }

    @Test
    void compoundConditionsAreRead() {
        Condition a = filter(eq("t", "\"a\""));
        Condition b = filter(eq("o", "true"));
        assertThat(filter(compound("and", eq("t", "\"a\""), eq("o", "true"))))
                .isEqualTo(new Condition.And(List.of(a, b)));
        assertThat(filter(compound("or", eq("t", "\"a\""), eq("o", "true"))))
                .isEqualTo(new Condition.Or(List.of(a, b)));
        assertThat(filter(compound("not", eq("t", "\"a\"")))).isEqualTo(new Condition.Not(a));
    }

    @Test
    void constantsAreReadAsTheColumnsType() {
        assertThat(literal("i", "-2147483648")).isEqualTo(new Literal.Numeric(new BigDecimal("-2147483648")));
        assertThat(literal("n", "9223372036854775807"))
                .isEqualTo(new Literal.Numeric(new BigDecimal("9223372036854775807")));
        assertThat(literal("m", "9999.99")).isEqualTo(new Literal.Numeric(new BigDecimal("9999.99")));
        assertThat(literal("f", "1e300")).isEqualTo(new Literal.Numeric(new BigDecimal("1e300")));
        assertThat(literal("o", "false")).isEqualTo(new Literal.Bool(false));
        assertThat(literal("d", "\"2024-02-29\"")).isEqualTo(new Literal.Date(LocalDate.of(2024, 2, 29)));
        assertThat(literal("s", "\"2026-01-31T23:59:59.123456Z\""))
                .isEqualTo(new Literal.Timestamp(Instant.parse("2026-01-31T23:59:59.123456Z")));
        assertThat(literal("z", "\"2026-01-31T00:00:00Z\""))
                .isEqualTo(new Literal.Timestamp(Instant.parse("2026-01-31T00:00:00Z")));
        assertThat(literal("t", "\"it's \\\"quoted\\\"\\n\"")).isEqualTo(new Literal.Text("it's \"quoted\"\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "t|1",
                "t|true",
                "t|null",
                "t|[\"a\"]",
                "t|{\"a\":1}",
                "t|\"a\\u0000b\"",
                "t|\"\\ud800\"",
                "n|\"1\"",
                "n|1.0",
                "n|9223372036854775808",
                "i|2147483648",
                "f|1e400",
                "f|1e999999999",
                "f|\"NaN\"",
                "m|10000",
                "m|0.001",
                "m|1e999999999",
                "m|\"1\"",
                "o|1",
                "o|\"true\"",
                "d|\"2026-02-30\"",
                "d|\"2026-1-1\"",
                "d|\"2026-01-01T00:00:00Z\"",
                "d|20260101",
                "s|\"2026-01-01\"",
                "s|\"2026-01-01T00:00:00\"",
                "s|\"2026-01-01T24:00:00Z\"",
                "s|\"2026-01-01T00:00:00.1234567Z\"",
                "s|\"2026-01-01T00:00:00+01:00\"",
                "h|\"12:00:00\"",
                "x|\"00\"",
                "nosuch|1",
                "T|\"a\"",
                "a.b.t|\"a\"",
                "``|1"
            })
    void aFilterThatDoesNotFitItsColumnIsRefused(String column, String value) {
        assertInvalid(Operation.QUERY, filtered(eq(column, value)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "\"t = 'a'\"",
                "true",
                "{\"type\":\"field\",\"operator\":\"eq\",\"field\":\"t\"}",
                "{\"type\":\"field\",\"operator\":\"eq\",\"value\":\"a\"}",
                "{\"type\":\"field\",\"field\":\"t\",\"value\":\"a\"}",
                "{\"operator\":\"eq\",\"field\":\"t\",\"value\":\"a\"}",
                "{\"type\":\"field\",\"operator\":\"eq\",\"field\":\"t\",\"value\":\"a\",\"negate\":true}",
                "{\"type\":\"field\",\"operator\":\"like\",\"field\":\"t\",\"value\":\"%\"}",
                "{\"type\":\"field\",\"operator\":\"EQ\",\"field\":\"t\",\"value\":\"a\"}",
                "{\"type\":\"field\",\"operator\":\"lt\",\"field\":\"o\",\"value\":true}",
                "{\"type\":\"field\",\"operator\":\"in\",\"field\":\"t\",\"value\":[]}",
                "{\"type\":\"field\",\"operator\":\"in\",\"field\":\"t\",\"value\":\"a\"}",
                "{\"type\":\"field\",\"operator\":\"in\",\"field\":\"t\",\"value\":[\"a\",null]}",
                "{\"type\":\"field\",\"operator\":\"in\",\"field\":\"t\",\"value\":[\"a\",1]}",
                "{\"type\":\"field\",\"operator\":\"exists\",\"field\":\"t\",\"value\":\"true\"}",
                "{\"type\":\"field\",\"operator\":\"exists\",\"field\":\"t\",\"value\":null}",
                "{\"type\":\"compound\",\"operator\":\"and\",\"value\":[]}",
                "{\"type\":\"compound\",\"operator\":\"xor\",\"value\":[]}",
                "{\"type\":\"compound\",\"operator\":\"and\"}",
                "{\"type\":\"compound\",\"operator\":\"and\",\"value\":{}}",
                "{\"type\":\"compound\",\"operator\":\"and\",\"value\":[true]}",
                "{\"type\":\"document\",\"operator\":\"where\",\"value\":\"1=1\"}"
            })
    void aFilterThatIsNoConditionIsRefused(String filter) {
        assertInvalid(Operation.QUERY, filtered(filter));
    }

    @Test
    void notHasExactlyOneCondition() {
        assertInvalid(Operation.QUERY, filtered(compound("not", eq("n", "1"), eq("n", "2"))));
    }

    @Test
    void aConditionHasAtMostItsDepth() {
        String deepest = nested(Condition.DEPTH_MAX - 1);
        assertThat(filter(deepest)).isInstanceOf(Condition.Not.class);
        assertInvalid(Operation.QUERY, filtered(nested(Condition.DEPTH_MAX)));
        assertInvalid(Operation.QUERY, filtered(nested(10_000)));
    }

    @Test
    void aConditionHasAtMostItsNodes() {
        String[] most = Stream.generate(() -> eq("n", "1"))
                .limit(Condition.NODES_MAX - 1)
                .toArray(String[]::new);
        assertThat(filter(compound("or", most))).isInstanceOf(Condition.Or.class);
        String[] tooMany =
                Stream.generate(() -> eq("n", "1")).limit(Condition.NODES_MAX).toArray(String[]::new);
        assertInvalid(Operation.QUERY, filtered(compound("or", tooMany)));
    }

    @Test
    void aListHasAtMostItsValues() {
        assertThat(filter(in(Condition.LIST_MAX))).isInstanceOf(Condition.In.class);
        assertInvalid(Operation.QUERY, filtered(in(Condition.LIST_MAX + 1)));
    }

    private static Condition filter(String filter) {
        ViewAccess.Rows rows = ((Allow) read(Operation.QUERY, filtered(filter))).requireRows(VIEW.id());
        return ((ViewAccess.RowRule.Matching) rows.rule()).condition();
    }

    private static Literal literal(String column, String value) {
        return ((Condition.Comparison) filter(eq(column, value))).value();
    }
}
