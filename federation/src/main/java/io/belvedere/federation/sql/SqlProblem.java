package io.belvedere.federation.sql;

import io.belvedere.federation.FederationError;
import io.belvedere.model.error.BelvedereException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Something wrong at a place of an SQL text. Never leaves this module: a caller's query turns it into a
 * {@link BelvedereException}, a view's body into a diagnostic with its place in the file.
 *
 * <p>The message is ours: it may hold names that the text holds, never a literal and never a name that it does not hold.
 */
public final class SqlProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FederationError code;
    private final int line;
    private final int column;
    private final String words;

    /** A problem at a place; line and column from 1, or 0 for the text as a whole. */
    public SqlProblem(FederationError code, int line, int column, String words, @Nullable Throwable cause) {
        super(words, cause);
        this.code = code;
        this.line = line;
        this.column = column;
        this.words = words;
    }

    static SqlProblem at(FederationError code, SqlParserPos place, String words) {
        return new SqlProblem(code, place.getLineNum(), place.getColumnNum(), words, null);
    }

    static SqlProblem of(FederationError code, String words) {
        return new SqlProblem(code, 0, 0, words, null);
    }

    public FederationError code() {
        return code;
    }

    /** From 1; 0 for the text as a whole. */
    public int line() {
        return line;
    }

    /** From 1; 0 for the text as a whole. */
    public int column() {
        return column;
    }

    /** What is wrong and what to do, without the place. */
    public String words() {
        return words;
    }

    /** The same as an answer to the caller whose text it is. */
    public BelvedereException toError() {
        return code.error(line > 0 ? "Line " + line + ", column " + column + ": " + words : words, this);
    }
}
