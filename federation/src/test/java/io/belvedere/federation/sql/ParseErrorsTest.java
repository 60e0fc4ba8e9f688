package io.belvedere.federation.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParseErrorsTest {
    private static SqlProblem problem(String sql) {
        try {
            Statement read = StatementParser.parse(new QueryText(sql, List.of()), Instant.EPOCH);
            throw new AssertionError("was read: " + read);
        } catch (SqlProblem problem) {
            return problem;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "SELECT a::date FROM t | 1 | 9 | CAST(x AS type)",
                "SELECT `a` FROM t | 1 | 8 | double quotes",
                "SELECT [a] FROM t | 1 | 8 | double quotes",
                "SELECT TOP 5 a FROM t | 1 | 12 | LIMIT 10",
                "SELECT a FROM t WHERE b > NOW() - INTERVAL '7 days' LIMIT 1 | 1 | 53 | INTERVAL '7' DAY",
                "SELECT a FROM t WHERE a ~ 'x' | 1 | 25 | LIKE or ILIKE",
                "SELECT a FROM t WHERE a REGEXP 'x' | 1 | 25 | LIKE or ILIKE",
                "SELECT a FROM t WHERE a == 1 | 1 | 25 | one sign",
                "SELECT a FROM t WHERE | 1 | 22 | ends where it has to go on",
                "SELECT LAST_VALUE(a IGNORE NULLS) OVER (ORDER BY b) FROM t | 1 | 21 | behind the parentheses",
                "SELECT a FROM t GROUP BY ALL | 1 | 29 | name their columns",
                "SELECT a FROM user WHERE 1 = 1 | 1 | 15 | reserved word",
                "SELECT a, FROM t | 1 | 11 | 'FROM' is not expected here"
            })
    void saysWhereAndWhatToWrite(String sql, int line, int column, String advice) {
        SqlProblem problem = problem(sql);
        assertThat(problem.words()).contains(advice);
        assertThat(List.of(problem.line(), problem.column())).isEqualTo(List.of(line, column));
    }

    @Test
    void countsLines() {
        SqlProblem problem = problem("SELECT a\nFROM t\nWHERE b > INTERVAL '7 days'\n  LIMIT 1");
        assertThat(List.of(problem.line(), problem.column())).isEqualTo(List.of(4, 3));
        assertThat(problem.words()).contains("INTERVAL '7' DAY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW TABLES",
                "USE crm",
                "PRAGMA x",
                "SET a = 1",
                "CREATE TABLE t (a INTEGER)",
                "BEGIN",
                "DESC t",
                "VACUUM",
                "COPY (SELECT 1) TO '/tmp/x'",
                "EXPORT DATABASE '/tmp/x'",
                "LOAD httpfs"
            })
    void aStatementThatIsNoQueryIsSaidToBeNone(String sql) {
        assertThatThrownBy(() -> StatementParser.parse(new QueryText(sql, List.of()), Instant.EPOCH))
                .hasMessageContaining("Only queries are offered");
    }

    @Test
    void saysWhereTheStatementBegins() {
        SqlProblem problem = problem("\n\n  COPY (SELECT 1) TO 'x'");
        assertThat(List.of(problem.line(), problem.column())).isEqualTo(List.of(3, 3));
    }

    @Test
    void aTextIsNeverSaidAgain() {
        assertThat(problem("SELECT a FROM t WHERE b = 'secret' 'x' 'y").words()).doesNotContain("secret");
        assertThat(problem("SELECT 'secret' 5 FROM t").words()).doesNotContain("secret");
    }
}
