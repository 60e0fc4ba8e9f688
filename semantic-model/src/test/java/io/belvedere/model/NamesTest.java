package io.belvedere.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Condition.And;
import io.belvedere.model.expr.Condition.In;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, versions, references, types and conditions: what they accept, and that what they refuse is never repeated. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "A", "1a", "_a", "a-b", "a.b", "a b", "a\n", "é", "a\"", "a;drop"})
    void aNameIsALowerCaseWord(String text) {
        refuses(text, () -> new ColumnName(text));
        refuses(text, () -> new SourceName(text));
        refuses(text, () -> new TableName(new SourceName("a"), text));
        refuses(text, () -> new ViewName("a", text));
    }

    @Test
    void aNameHasALength() {
        assertThat(new ColumnName("a".repeat(128)).value()).hasSize(128);
        refuses("a".repeat(129), () -> new ColumnName("a".repeat(129)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.0",
                "1.0.0.0",
                "01.0.0",
                "1.0.0-rc1",
                "v1.0.0",
                "1000000.0.0",
                " 1.0.0",
                "1.0.0\n",
                "١.0.0"
            })
    void aVersionHasThreePlainNumbers(String text) {
        refuses(text, () -> Version.parse(text));
    }

    @Test
    void versionsSortByNumberNotByText() {
        assertThat(Version.parse("1.10.0")).isGreaterThan(Version.parse("1.9.9"));
        assertThat(ViewId.parse("a.b@1.10.0")).hasToString("a.b@1.10.0").isGreaterThan(ViewId.parse("a.b@1.9.0"));
    }

    @ParameterizedTest
    @CsvSource({
        "a.b, 1.2.3, true",
        "a.b@1, 1.9.0, true",
        "a.b@1, 2.0.0, false",
        "a.b@1.2, 1.2.9, true",
        "a.b@1.2, 1.3.0, false",
        "a.b@1.2.3, 1.2.3, true",
        "a.b@1.2.3, 1.2.4, false"
    })
    void aReferenceAcceptsTheVersionsOfItsPin(String reference, String version, boolean accepted) {
        assertThat(ViewReference.parse(reference).pin().accepts(Version.parse(version)))
                .isEqualTo(accepted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.b@",
                "a.b@x",
                "a.b@1.",
                "a.b@1.2.3.4",
                "a.b@-1",
                "a.b@1@2",
                "a.b.c",
                "a.b@9999999",
                ".b",
                "a."
            })
    void aReferenceIsANameAndAPin(String text) {
        refuses(text, () -> ViewReference.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "BIGINT, bigint",
        "' timestamp  with time zone ', timestamp with time zone",
        "'Decimal( 12 , 2 )', 'decimal(12,2)'",
        "'decimal(38,38)', 'decimal(38,38)'"
    })
    void aTypeIsReadInAnyLayoutAndWrittenInOne(String text, String type) {
        assertThat(DataType.parse(text)).hasToString(type);
        assertThat(DataType.parse(type)).isEqualTo(DataType.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "int",
                "decimal",
                "decimal(0,0)",
                "decimal(39,0)",
                "decimal(2,3)",
                "decimal(2)",
                "varchar(10)",
                "decimal(-1,0)"
            })
    void anUnknownTypeIsRefused(String text) {
        assertThatThrownBy(() -> DataType.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "pix.", "PII", "pii..email", "pii email"})
    void aClassificationIsDottedWords(String text) {
        refuses(text, () -> new Classification(text));
    }

    @Test
    void aConditionHasSomethingToSay() {
        ColumnName field = new ColumnName("region");
        Literal eu = new Literal.Text("EU");
        Literal one = new Literal.Numeric(BigDecimal.ONE);
        assertThatThrownBy(() -> new And(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new In(field, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new In(field, List.of(eu, one))).isInstanceOf(IllegalArgumentException.class);
        assertThat(new In(field, Collections.nCopies(Condition.LIST_MAX, eu)).values())
                .hasSize(Condition.LIST_MAX);
        assertThatThrownBy(() -> new In(field, Collections.nCopies(Condition.LIST_MAX + 1, eu)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLiteralNeverShowsItsValue() {
        assertThat(new Literal.Text("canary").toString()).doesNotContain("canary");
        assertThat(new In(new ColumnName("a"), List.of(new Literal.Text("canary"))).toString())
                .doesNotContain("canary");
    }

    private static void refuses(String text, Runnable make) {
        assertThatThrownBy(make::run)
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(error -> assertThat(
                                text.length() < 3 || !error.getMessage().contains(text))
                        .isTrue());
    }
}
