package io.belvedere.federation.sql;

import io.belvedere.model.expr.Literal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A caller's SQL with the values of its {@code ?} parameters, in order; an empty value is NULL.
 *
 * <p>The text is parsed and re-generated from its tree; it reaches no source and no engine as it stands.
 */
public record QueryText(String sql, List<Optional<Literal>> parameters) {
    public static final int LENGTH_MAX = 64 * 1024;
    public static final int PARAMETERS_MAX = 1_000;

    public QueryText {
        parameters = List.copyOf(parameters);
    }

    /**
     * A text before its parameters have values: each is NULL. Throws {@code QUERY_INVALID}, {@code UNSUPPORTED} or {@code LIMIT_EXCEEDED} for what is
     * not one query.
     */
    public static QueryText open(String sql) {
        try {
            return new QueryText(
                    sql,
                    Collections.nCopies(
                            StatementParser.parseOpen(sql, Instant.EPOCH).parameters(), Optional.empty()));
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
    }
}
