package io.belvedere.federation.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers write in other words, as planning sees it. */
class OtherWordsTest {
    private static String meant(String expression) {
        Statement statement =
                StatementParser.parse(new QueryText("SELECT " + expression, List.of()), FederationFixture.NOW);
        return statement
                .tree()
                .toString()
                .substring("SELECT ".length())
                .replace("`", "")
                .replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "CONCAT(a, '-', b) ~ CONCATENATED",
                "IF(a > 1, b, c) ~ CASE WHEN a > 1 THEN b ELSE c END",
                "NVL2(a, b, c) ~ CASE WHEN a IS NOT NULL THEN b ELSE c END",
                "STRPOS(a, 'x') ~ POSITION('x' IN a)",
                "LOCATE('x', a) ~ POSITION('x' IN a)",
                "STARTS_WITH(a, 'x') ~ POSITION('x' IN a) = 1",
                "ENDS_WITH(a, 'x') ~ RIGHT(a, CHAR_LENGTH('x')) = 'x'",
                "a ILIKE 'x%' ~ LOWER(a) LIKE LOWER('x%')",
                "a NOT ILIKE 'x%' ~ LOWER(a) NOT LIKE LOWER('x%')",
                "LTRIM(a) ~ TRIM(LEADING ' ' FROM a)",
                "BTRIM(a, 'xy') ~ TRIM(BOTH 'xy' FROM a)",
                "NOW() ~ TIMESTAMP '2026-11-22 12:00:00.000000'",
                "CURDATE() ~ DATE '2026-11-22'",
                "DATE_PART('year', a) ~ EXTRACT(YEAR FROM a)",
                "EXTRACT(DOW FROM a) ~ MOD(EXTRACT(ISODOW FROM a), 7)",
                "DATEADD('week', -2, a) ~ a + INTERVAL -'14' DAY(2)",
                "TIMESTAMPADD(QUARTER, 1, a) ~ a + INTERVAL '3' MONTH(1)",
                "DATEDIFF('year', a, b) ~ EXTRACT(YEAR FROM b) - EXTRACT(YEAR FROM a)",
                "DATEDIFF(b, a) ~ DAYS",
                "BOOL_AND(a) ~ MIN(a AND TRUE)",
                "SOME(a) ~ MAX(a OR FALSE)",
                "ANY_VALUE(DISTINCT a) ~ MIN(DISTINCT a)",
                "COUNT_IF(a) ~ COUNT(CASE WHEN a THEN 1 ELSE NULL END)",
                "MEDIAN(a) ~ MEDIAN(CAST(a AS DOUBLE))",
                "STRING_AGG(a, ', ') ~ STRING_AGG(CAST(a AS VARCHAR))",
                "STRING_AGG(DISTINCT a, ', ' ORDER BY a DESC) ~ STRING_AGG(DISTINCT CAST(a AS VARCHAR), CAST(a AS VARCHAR))",
                "LISTAGG(a) WITHIN GROUP (ORDER BY b DESC NULLS FIRST, c) ~ STRING_AGG(CAST(a AS VARCHAR), b, c)",
                "GROUP_CONCAT(a ORDER BY b SEPARATOR ';') ~ STRING_AGG(CAST(a AS VARCHAR), b)",
                "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY a) ~ PERCENTILE_CONT(CAST(a AS DOUBLE))",
                "PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY a) ~ PERCENTILE_DISC(a)",
                "REPEAT(a, 3) ~ REPEAT(a, 3)",
                "{fn UCASE(a)} ~ UPPER(a)",
                "{fn DAYOFWEEK(a)} ~ MOD(EXTRACT(ISODOW FROM a), 7) + 1",
                "{fn TIMESTAMPADD(SQL_TSI_DAY, 1, a)} ~ a + INTERVAL '1' DAY(1)",
                "CAST(a AS TEXT) ~ CAST(a AS VARCHAR)"
            })
    void saysAFunctionInSimplerOnes(String written, String simpler) {
        String expected = switch (simpler) {
            case "CONCATENATED" -> "COALESCE(CAST(a AS VARCHAR), '') || ('-' || COALESCE(CAST(b AS VARCHAR), ''))";
            case "DAYS" -> "(EXTRACT(EPOCH FROM FLOOR(b TO DAY)) - EXTRACT(EPOCH FROM FLOOR(a TO DAY))) / 86400";
            default -> simpler;
        };
        assertThat(meant(written)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "LOG(a) ~ LOG10",
                "TIMESTAMPDIFF(DAY, a, b) ~ DATEDIFF",
                "TO_CHAR(a, 'YYYY') ~ EXTRACT",
                "DAYOFWEEK(a) ~ ISODOW",
                "REGEXP_LIKE(a, 'x') ~ ILIKE",
                "MAX_BY(a, b) ~ QUALIFY",
                "ARRAY_AGG(a ORDER BY b) ~ STRING_AGG",
                "MODE() WITHIN GROUP (ORDER BY a) ~ COUNT(*)"
            })
    void saysWhatToWriteInsteadOfWhatIsNotOffered(String written, String instead) {
        assertThatThrownBy(() -> meant(written))
                .hasMessageContaining("is not offered")
                .hasMessageContaining(instead);
    }

    @Test
    void namesAFunctionThatGetsAnotherNumberOfArguments() {
        assertThatThrownBy(() -> meant("IF(a, b)"))
                .isInstanceOfSatisfying(
                        SqlProblem.class,
                        refusal -> assertThat(refusal.toError().detail()).contains("'IF'"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "STRING_AGG(a) ~ STRING_AGG(x, ', ' ORDER BY y)",
                "LISTAGG(a, b) ~ constant text",
                "LISTAGG(DISTINCT a, ',') WITHIN GROUP (ORDER BY b) ~ nothing but its texts",
                "STRING_AGG(a, ',') OVER (PARTITION BY b) ~ in groups",
                "PERCENTILE_CONT(0.5) ~ WITHIN GROUP (ORDER BY x)",
                "PERCENTILE_CONT(1.5) WITHIN GROUP (ORDER BY a) ~ from 0 to 1",
                "PERCENTILE_CONT(1E-999999999) WITHIN GROUP (ORDER BY a) ~ at most 18 digits",
                "PERCENTILE_DISC(1E999999999) WITHIN GROUP (ORDER BY a) ~ from 0 to 1",
                "PERCENTILE_CONT(a) WITHIN GROUP (ORDER BY a) ~ constant",
                "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY a DESC) ~ ascending"
            })
    void saysHowAnAggregateWithAnOrderIsWritten(String written, String how) {
        assertThatThrownBy(() -> meant(written)).hasMessageContaining(how);
    }
}
