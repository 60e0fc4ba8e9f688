package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;
import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.federation.FederationError;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ViewDefinition;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/**
 * A view's body, parsed, with what each of its tables is. Immutable: read once for a catalog, it serves every query on the view.
 *
 * @param view the version it is the body of
 * @param tables by the path that the body writes
 * @param reads how often the body reads each of them
 * @param clock how long it means the same
 */
public record ViewBody(
        ViewDefinition view, Map<List<String>, Target> tables, Map<List<String>, Long> reads, Clockwork.Use clock) {
    public ViewBody {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        reads = Map.copyOf(reads);
    }

    /** What a table in a body is. */
    public sealed interface Target {
        /** A table of a source. */
        record Leaf(SourceDefinition source, SourceTable table) implements Target {}

        /** Another view, pinned. */
        record Nested(ViewDefinition view) implements Target {}
    }

    /**
     * The query as a tree of the caller's own: validation writes into it.
     *
     * @param now what CURRENT_DATE and CURRENT_TIMESTAMP mean
     */
    public SqlNode tree(Instant now) {
        return parse(view, now).tree();
    }

    /** The views that the body is directly built on. */
    public List<ViewDefinition> nested() {
        return tables.values().stream()
                .flatMap(target ->
                        target instanceof Target.Nested(ViewDefinition nested) ? Stream.of(nested) : Stream.empty())
                .toList();
    }

    /**
     * Reads a view's body.
     *
     * @throws SqlProblem when it does not parse, or names a table that is neither a source's nor a view, or is both
     */
    public static ViewBody read(ViewDefinition view, Catalog catalog) {
        Statement statement = parse(view, Instant.EPOCH);
        refuseNaturalJoins(statement.tree());
        Map<List<String>, Target> tables = new LinkedHashMap<>();
        Map<List<String>, Long> reads = new LinkedHashMap<>();
        for (TableReference reference : statement.tables()) {
            tables.put(reference.path(), find(reference, catalog));
            reads.put(reference.path(), reference.reads());
        }
        return new ViewBody(view, tables, reads, statement.clock());
    }

    private static Statement parse(ViewDefinition view, Instant now) {
        return StatementParser.parse(new QueryText(view.query(), List.of()), now);
    }

    private static Target find(TableReference reference, Catalog catalog) {
        Optional<Target> table = findTable(reference.path(), catalog);
        Optional<Target> nested = ViewNames.find(reference.path(), catalog).map(Target.Nested::new);
        if (table.isPresent() && nested.isPresent()) {
            throw problem(
                    QUERY_INVALID, reference, "'" + reference.typed() + "' is both a table of a source and a view.");
        }
        return table.or(() -> nested)
                .orElseThrow(() -> problem(
                        VIEW_NOT_FOUND,
                        reference,
                        "There is no table and no view '" + reference.typed()
                                + "'; write source.table or domain.view."));
    }

    private static Optional<Target> findTable(List<String> path, Catalog catalog) {
        if (path.size() != 2) {
            return Optional.empty();
        }
        return catalog.sources().stream()
                .filter(source -> source.name().value().equals(path.getFirst()))
                .flatMap(source -> source.tables().stream()
                        .filter(table -> table.name().table().equals(path.getLast()))
                        .map(table -> (Target) new Target.Leaf(source, table)))
                .findFirst();
    }

    /** A natural join changes its meaning with the columns that are visible. */
    private static void refuseNaturalJoins(SqlNode tree) {
        tree.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
                if (call instanceof SqlJoin join && join.isNatural()) {
                    throw SqlProblem.at(
                            UNSUPPORTED, join.getParserPosition(), "A view says what it joins on: write ON or USING.");
                }
                return super.visit(call);
            }
        });
    }

    private static SqlProblem problem(FederationError code, TableReference reference, String words) {
        return new SqlProblem(code, reference.line(), reference.column(), words, null);
    }
}
