package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import java.time.Instant;
import java.util.function.Function;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;

/**
 * Text to one clean query. Unquoted names fold to lower-case, names in double quotes stay as they are, and both are compared
 * exactly.
 */
final class StatementParser {
    static final int IDENTIFIER_MAX = 128;
    /** Of a statement that is none. */
    static final String QUERIES_ONLY =
            "Only queries are offered: SELECT, VALUES, WITH. The catalog says which views there are, and their columns.";
    /** A text of 64 KiB cannot nest deeper than this holds; the memory is taken only as it is used. */
    private static final long STACK_BYTES = 256L * 1024 * 1024;

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
        return parse(text.sql(), now, clock -> new Cleaner(text.parameters(), clock));
    }

    /**
     * As {@link #parse(QueryText, Instant)}, of the query of a view or of a dimension: it has no parameters.
     *
     * @throws SqlProblem also where a parameter stands, at its place
     */
    static Statement parseDefinition(String sql, Instant now) {
        return parse(sql, now, Cleaner::refusingParameters);
    }

    private static Statement parse(String sql, Instant now, Function<Clockwork, Cleaner> cleaner) {
        SqlText.check(sql);
        return DeepStack.call(STACK_BYTES, () -> {
            SqlNode statement = query(sql);
            StatementLimits.check(statement);
            Clockwork clock = new Clockwork(now);
            SqlNode clean = cleaner.apply(clock).clean(statement);
            return new Statement(clean, TableReferences.in(clean), clock.use());
        });
    }

    /**
     * As {@link #parse(QueryText, Instant)}, of a text whose parameters have no values yet; they stay in the tree, with no type.
     *
     * @throws SqlProblem as {@link #parse(QueryText, Instant)}
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
            throw ParseErrors.toProblem(sql, unreadable);
        }
        if (statements.size() != 1) {
            throw SqlProblem.of(UNSUPPORTED, "Send one statement at a time.");
        }
        SqlNode statement = statements.get(0);
        if (!SqlKind.QUERY.contains(statement.getKind())) {
            throw SqlProblem.at(UNSUPPORTED, statement.getParserPosition(), QUERIES_ONLY);
        }
        return statement;
    }
}
