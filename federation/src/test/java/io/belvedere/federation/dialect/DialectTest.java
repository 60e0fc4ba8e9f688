package io.belvedere.federation.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.verify.ReadBack;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceKind;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {
    private final PostgresDialect postgres = new PostgresDialect(Sheets.POSTGRESQL.oldest());
    private final Dialect mariaDb = Dialect.of(SourceKind.MARIADB);
    private final DuckDbDialect duckDb = new DuckDbDialect();

    /** A statement that is kept for any day compares with the day after it. */
    @Test
    void oracleHasNoPlaceForTheLastDayOfAll() {
        Dialect oracle = Dialect.of(SourceKind.ORACLE);

        assertThat(oracle.constant(new Literal.Date(LocalDate.of(9999, 12, 30))))
                .isEqualTo("DATE '9999-12-30'");
        assertThatThrownBy(() -> oracle.constant(new Literal.Date(LocalDate.of(9999, 12, 31))))
                .isInstanceOf(NotOffered.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x' or 1=1 -- ",
                "x\\' or 1=1 -- ",
                "\\",
                "''",
                "\\\\'",
                "*/ union select 1 /*",
                "a\nb",
                "\u0001" + "0\u0002x\u0003",
                "Žluťoučký kůň 漢字 😀",
                "%_",
                ""
            })
    void aTextIsReadBackAsItselfAndAsOneToken(String text) {
        assertThat(ReadBack.tokens(postgres.text(text), SourceKind.POSTGRESQL)).containsExactly("TEXT " + text);
        assertThat(ReadBack.tokens(duckDb.text(text), SourceKind.DUCKDB)).containsExactly("TEXT " + text);
        String written = mariaDb.text(text);
        assertThat(written).matches("'[ -&(-\\[\\]-~]*'|_utf8mb4 x'[0-9a-f]*'");
    }

    @Test
    void noTextOrNameCanLookLikeAPlaceForKeys() {
        String forged = "\u0001" + "0\u0002c\u0003";

        assertThat(postgres.text(forged)).doesNotContain("\u0001", "\u0002", "\u0003");
        assertThat(mariaDb.text(forged)).doesNotContain("\u0001", "\u0002", "\u0003");
        assertThatThrownBy(() -> postgres.identifier(forged)).isInstanceOf(NotOffered.class);
        assertThatThrownBy(() -> mariaDb.identifier(forged)).isInstanceOf(NotOffered.class);
    }

    @Test
    void quotesInNamesAreDoubled() {
        assertThat(postgres.identifier("a\"b")).isEqualTo("\"a\"\"b\"");
        assertThat(mariaDb.identifier("a`b")).isEqualTo("`a``b`");
    }

    @Test
    void mariaDbComparesTextTwiceSoThatAnIndexHelpsAndCaseCounts() {
        assertThat(mariaDb.compare("=", Types.Kind.TEXT, "c", "'x'"))
                .isEqualTo("(c = 'x' AND CONVERT(c USING utf8mb4) COLLATE utf8mb4_nopad_bin = 'x')");
        assertThat(mariaDb.compare("<", Types.Kind.TEXT, "c", "'x'"))
                .isEqualTo("(CONVERT(c USING utf8mb4) COLLATE utf8mb4_nopad_bin < 'x')");
    }

    @Test
    void postgresOrdersTextByCodePoint() {
        assertThat(postgres.compare(">=", Types.Kind.TEXT, "c", "'x'")).isEqualTo("((c COLLATE \"C\") >= 'x')");
        assertThat(postgres.orderItem("c", Types.Kind.TEXT, Dialect.Direction.DESCENDING, Dialect.Nulls.LAST))
                .isEqualTo("(c COLLATE \"C\") DESC NULLS LAST");
    }

    @Test
    void mariaDbPutsNullsWhereTheQueryWantsThem() {
        assertThat(mariaDb.orderItem("c", Types.Kind.NUMBER, Dialect.Direction.DESCENDING, Dialect.Nulls.LAST))
                .isEqualTo("(c IS NULL) ASC, c DESC");
        assertThat(mariaDb.orderItem("c", Types.Kind.NUMBER, Dialect.Direction.ASCENDING, Dialect.Nulls.FIRST))
                .isEqualTo("(c IS NULL) DESC, c ASC");
    }

    @Test
    void aTemplateIsCutAtItsMarks() {
        SqlTemplate template = KeyCondition.template(
                "SELECT 1 WHERE \u0001" + "2\u0002\"a\"\u0003 AND \u0001" + "0\u0002\"b\"\u0002\"c\"\u0003");

        assertThat(template.parts())
                .isEqualTo(List.of(
                        new SqlTemplate.Text("SELECT 1 WHERE "),
                        new SqlTemplate.KeysPlace(2, List.of("\"a\"")),
                        new SqlTemplate.Text(" AND "),
                        new SqlTemplate.KeysPlace(0, List.of("\"b\"", "\"c\"")),
                        new SqlTemplate.Text("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1 -- x", "SELECT 1 /* x */", "SELECT 1; SELECT 2", "SELECT 'a", "SELECT $1", "#x"})
    void aStatementWithMoreThanWeWriteIsNotReadBack(String sql) {
        assertThatThrownBy(() -> ReadBack.tokens(sql, SourceKind.POSTGRESQL)).isInstanceOf(BelvedereException.class);
    }
}
