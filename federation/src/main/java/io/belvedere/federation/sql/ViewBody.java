package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;
import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.federation.FederationError;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
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
        /**
         * A table of a source.
         *
         * @param kept the dimension that may stand for it: it keeps the whole table, and the view says how old its rows may be
         */
        record Leaf(SourceDefinition source, SourceTable table, Optional<DimensionDefinition> kept) implements Target {}

        /** A dimension, and what it is at its source. */
        record Kept(DimensionDefinition dimension, DimensionBody body) implements Target {}

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

    /** The dimensions that the body reads, or may read in a table's stead. */
    public List<DimensionDefinition> dimensions() {
        return tables.values().stream()
                .flatMap(target -> switch (target) {
                    case Target.Leaf leaf -> leaf.kept().stream();
                    case Target.Kept kept -> Stream.of(kept.dimension());
                    case Target.Nested _ -> Stream.<DimensionDefinition>empty();
                })
                .distinct()
                .toList();
    }

    /**
     * Reads a view's body.
     *
     * @throws SqlProblem when it does not parse, or names what is neither a source's table nor a dimension nor a view, or more than one
     *     of them
     */
    public static ViewBody read(ViewDefinition view, Catalog catalog) {
        Statement statement = parse(view, Instant.EPOCH);
        refuseNaturalJoins(statement.tree());
        Map<List<String>, Target> tables = new LinkedHashMap<>();
        Map<List<String>, Long> reads = new LinkedHashMap<>();
        for (TableReference reference : statement.tables()) {
            tables.put(reference.path(), find(reference, view, catalog));
            reads.put(reference.path(), reference.reads());
        }
        return new ViewBody(view, tables, reads, statement.clock());
    }

    private static Statement parse(ViewDefinition view, Instant now) {
        return StatementParser.parseDefinition(view.query(), now);
    }

    private static Target find(TableReference reference, ViewDefinition view, Catalog catalog) {
        Optional<Target> table = findTable(reference.path(), catalog).map(leaf -> standIn(leaf, view, catalog));
        Optional<Target> kept = findDimension(reference.path(), catalog);
        Optional<Target> nested = ViewNames.find(reference.path(), catalog).map(Target.Nested::new);
        if (Stream.of(table, kept, nested).filter(Optional::isPresent).count() > 1) {
            throw problem(
                    QUERY_INVALID,
                    reference,
                    "'" + reference.typed() + "' is more than one of: a table of a source, a dimension, a view.");
        }
        return table.or(() -> kept)
                .or(() -> nested)
                .orElseThrow(() -> problem(VIEW_NOT_FOUND, reference, missing(reference, catalog)));
    }

    /** For authors of views, who may read the catalog's files; callers never meet a body that cannot be read. */
    private static String missing(TableReference reference, Catalog catalog) {
        List<String> path = reference.path();
        Optional<SourceDefinition> source = catalog.sources().stream()
                .filter(each -> each.name().value().equals(path.getFirst()))
                .findFirst();
        if (path.size() == 2 && source.isPresent()) {
            return "Source '" + path.getFirst() + "' lists no table '" + path.getLast() + "'.";
        }
        int pin = path.getLast().indexOf('@');
        if (path.size() == 2 && pin > 0) {
            List<String> unpinned = List.of(path.getFirst(), path.getLast().substring(0, pin));
            Optional<ViewDefinition> newest = ViewNames.find(unpinned, catalog);
            if (newest.isPresent()) {
                return "View '" + String.join(".", unpinned) + "' has no version '"
                        + path.getLast().substring(pin + 1) + "'; the latest is "
                        + newest.get().id().version() + ".";
            }
        }
        return "There is no table, no dimension and no view '" + reference.typed()
                + "'; write source.table or domain.view, and mend the file that defines it if that is broken.";
    }

    static Optional<Target.Leaf> findTable(List<String> path, Catalog catalog) {
        if (path.size() != 2) {
            return Optional.empty();
        }
        return catalog.sources().stream()
                .filter(source -> source.name().value().equals(path.getFirst()))
                .flatMap(source -> source.tables().stream()
                        .filter(table -> table.name().table().equals(path.getLast()))
                        .map(table -> new Target.Leaf(source, table, Optional.empty())))
                .findFirst();
    }

    /** A view that says nothing of its freshness gets the rows that the source has now. */
    private static Target standIn(Target.Leaf leaf, ViewDefinition view, Catalog catalog) {
        return view.freshness().staleMax().isEmpty()
                ? leaf
                : new Target.Leaf(
                        leaf.source(),
                        leaf.table(),
                        catalog.findDimensionOf(leaf.table().name()));
    }

    private static Optional<Target> findDimension(List<String> path, Catalog catalog) {
        return path.size() == 2
                ? catalog.dimensions().stream()
                        .filter(dimension -> dimension.name().source().value().equals(path.getFirst())
                                && dimension.name().table().equals(path.getLast()))
                        .findFirst()
                        .map(dimension -> new Target.Kept(dimension, DimensionBody.read(dimension, catalog)))
                : Optional.empty();
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
