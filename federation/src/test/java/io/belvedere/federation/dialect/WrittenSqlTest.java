package io.belvedere.federation.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.select.Select;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written for products that cannot be started here is SQL to a parser that somebody else wrote for several products. */
class WrittenSqlTest {
    private static final Path FOLDER = Path.of("src/test/resources/dialects");

    @ParameterizedTest
    @CsvSource({"mysql, false", "oracle, false", "sqlserver, true"})
    void aParserReadsEveryStatement(String product, boolean brackets) throws IOException {
        List<String> statements = statements(Files.readString(FOLDER.resolve(product + ".txt")));

        assertThat(statements).hasSizeGreaterThan(60);
        for (String sql : statements) {
            assertThat(parsed(sql, brackets)).as(sql).isInstanceOf(Select.class);
        }
    }

    /** The parser does not know constants in hexadecimal as these two products write them: a text takes their place. */
    private static Statement parsed(String sql, boolean brackets) {
        String known = sql.replaceAll("_utf8mb4 x'[0-9a-f]*'", "'x'").replaceAll("0x[0-9a-f]+", "N'x'");
        try {
            return CCJSqlParserUtil.parse(known, parser -> parser.withSquareBracketQuotation(brackets));
        } catch (JSQLParserException e) {
            throw new AssertionError("not read: " + sql, e);
        }
    }

    /** A statement begins on a line of its own and ends before the next one, or before what is left to the engine. */
    private static List<String> statements(String page) {
        List<String> statements = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : page.lines().toList()) {
            boolean ends = line.isEmpty() || line.startsWith("-- ") || line.startsWith("and the engine");
            if ((ends || line.startsWith("SELECT ")) && !open.isEmpty() && isWhole(open)) {
                statements.add(open.toString());
                open.setLength(0);
            }
            if (!ends) {
                open.append(line).append('\n');
            }
        }
        if (!open.isEmpty()) {
            statements.add(open.toString());
        }
        return statements;
    }

    private static boolean isWhole(StringBuilder sql) {
        return sql.chars().filter(c -> c == '(').count()
                == sql.chars().filter(c -> c == ')').count();
    }
}
