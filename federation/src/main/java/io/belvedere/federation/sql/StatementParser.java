package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.FederationError;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Text to one clean query. Unquoted names fold to lower-case, names in double quotes stay as they are, and both are compared
 * exactly.
 */
final class StatementParser {
    static final int IDENTIFIER_MAX = 128;
    /** A text of 64 KiB cannot nest deeper than this holds; the memory is taken only as it is used. */
    private static final long STACK_BYTES = 256L * 1024 * 1024;

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");
    private static final SqlParser.Config CONFIG = SqlParser.config()
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.TO_LOWER)
            .withQuotedCasing(Casing.UNCHANGED)
            .withCaseSensitive(true)
            .withIdentifierMaxLength(QueryText.LENGTH_MAX)
            .withConformance(Dialect.INSTANCE);

    private StatementParser() {}

    /**
     * Parses one query.
     *
     * @param now what CURRENT_DATE and CURRENT_TIMESTAMP mean
     * @throws SqlProblem when the text is not one query, is past a limit or uses what is not offered
     */
    static Statement parse(QueryText text, Instant now) {
        if (text.parameters().size() > QueryText.PARAMETERS_MAX) {
            throw SqlProblem.of(LIMIT_EXCEEDED, "There are more than " + QueryText.PARAMETERS_MAX + " parameters.");
        }
        SqlText.check(text.sql());
        return DeepStack.call(STACK_BYTES, () -> {
            SqlNode statement = query(text.sql());
            StatementLimits.check(statement);
            Clockwork clock = new Clockwork(now);
            SqlNode clean = new Cleaner(text.parameters(), clock).clean(statement);
            return new Statement(clean, TableReferences.in(clean), clock.use());
        });
    }

    /**
     * As {@link #parse}, of a text whose parameters have no values yet; they stay in the tree, with no type.
     *
     * @throws SqlProblem as {@link #parse}
     */
    static Open parseOpen(String sql, Instant now) {
        SqlText.check(sql);
        return DeepStack.call(STACK_BYTES, () -> {
            SqlNode statement = query(sql);
            StatementLimits.check(statement);
            Cleaner cleaner = Cleaner.leavingParameters(new Clockwork(now));
            SqlNode clean = cleaner.clean(statement);
            if (cleaner.parametersSeen() > QueryText.PARAMETERS_MAX) {
                throw SqlProblem.of(LIMIT_EXCEEDED, "There are more than " + QueryText.PARAMETERS_MAX + " parameters.");
            }
            return new Open(clean, cleaner.parametersSeen());
        });
    }

    /** A query that parsed without values for its parameters. */
    record Open(SqlNode tree, int parameters) {}

    private static SqlNode query(String sql) {
        SqlNodeList statements;
        try {
            statements = SqlParser.create(sql, CONFIG).parseStmtList();
        } catch (SqlParseException unreadable) {
            throw unreadable(sql, unreadable);
        }
        if (statements.size() != 1) {
            throw SqlProblem.of(UNSUPPORTED, "Send one statement at a time.");
        }
        SqlNode statement = statements.get(0);
        if (!SqlKind.QUERY.contains(statement.getKind())) {
            throw SqlProblem.at(
                    UNSUPPORTED, statement.getParserPosition(), "Only queries are offered: SELECT, VALUES, WITH.");
        }
        return statement;
    }

    private static SqlProblem unreadable(String sql, SqlParseException cause) {
        SqlParserPos place = Optional.ofNullable(cause.getPos()).orElse(SqlParserPos.ZERO);
        String words = wordAt(sql, place)
                .map(word ->
                        "'" + word + "' is not expected here; a name that is a reserved word stands in double quotes.")
                .orElse("The text cannot be read as SQL from here on.");
        FederationError code = QUERY_INVALID;
        return new SqlProblem(code, place.getLineNum(), place.getColumnNum(), words, cause);
    }

    /** The word at a place; empty where a literal or a sign stands. */
    private static Optional<String> wordAt(String sql, SqlParserPos place) {
        List<String> lines = sql.lines().toList();
        if (place.getLineNum() < 1 || place.getLineNum() > lines.size()) {
            return Optional.empty();
        }
        String line = lines.get(place.getLineNum() - 1);
        int from = place.getColumnNum() - 1;
        if (from < 0 || from >= line.length() || (from > 0 && Character.isLetterOrDigit(line.charAt(from - 1)))) {
            return Optional.empty();
        }
        Matcher word = WORD.matcher(line).region(from, line.length());
        return word.lookingAt() && (word.end() == line.length() || line.charAt(word.end()) != '\'')
                ? Optional.of(word.group())
                : Optional.empty();
    }
}
