package io.belvedere.federation.weave;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.SqlProblem;
import io.belvedere.federation.sql.ValidationErrors;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.federation.sql.ViewBody.Target;
import io.belvedere.model.Classification;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.Pushdown;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.Diagnostic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.schema.Table;

/** The compilation of one catalog; used by one thread, once. */
final class CatalogCheck {
    private static final int BROKEN = -1;

    private final Catalog catalog;
    /** How many views stand on each other from this one on, itself included; {@link #BROKEN} for one that may not serve. */
    private final Map<ViewId, Integer> heights = new HashMap<>();

    private final Set<ViewId> open = new HashSet<>();
    private final List<Diagnostic> problems = new ArrayList<>();

    CatalogCheck(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Whether the view may serve; what is wrong with it is noted once. */
    boolean isSound(ViewDefinition view) {
        return height(view) != BROKEN;
    }

    List<Diagnostic> problems() {
        return problems.stream().sorted().toList();
    }

    private int height(ViewDefinition view) {
        Integer known = heights.get(view.id());
        if (known != null) {
            return known;
        }
        open.add(view.id());
        int height = check(view);
        open.remove(view.id());
        heights.put(view.id(), height);
        return height;
    }

    private int check(ViewDefinition view) {
        int before = problems.size();
        ViewBody body;
        try {
            body = ViewBody.read(view, catalog);
        } catch (SqlProblem problem) {
            note(view, problem);
            return BROKEN;
        }
        int height = 1;
        for (ViewDefinition nested : body.nested()) {
            height = Math.max(height, 1 + nested(view, nested));
        }
        if (height > QueryResolver.NESTING_MAX) {
            note(view, "VIEW_TOO_DEEP", "More than " + QueryResolver.NESTING_MAX + " views stand on each other.");
        }
        if (problems.size() == before) {
            columns(view, body);
        }
        return problems.size() == before ? height : BROKEN;
    }

    private int nested(ViewDefinition view, ViewDefinition nested) {
        if (open.contains(nested.id())) {
            note(view, "VIEW_CYCLE", "The view stands on itself, through '" + nested.id() + "'.");
            return 0;
        }
        int height = height(nested);
        if (height == BROKEN) {
            note(view, "VIEW_DEPENDS_ON_BROKEN", "The view stands on '" + nested.id() + "', which is broken.");
        }
        return Math.max(0, height);
    }

    private void columns(ViewDefinition view, ViewBody body) {
        RelDataType row;
        List<Set<Classification>> classes;
        Set<TableName> unfiltered;
        try {
            Compiler compiler = new Compiler();
            Compiler.Validated validated = compiler.validate(body.tree(Instant.EPOCH), tablesOf(body));
            RelNode tree = validated.convert(Compiler.Position.INSIDE).project();
            row = validated.rowType();
            classes = new Lineage().of(tree);
            unfiltered = Unfiltered.in(tree);
        } catch (RuntimeException | AssertionError thrown) {
            note(view, ValidationErrors.toProblem(thrown));
            return;
        }
        new ContractCheck(
                        view,
                        (code, message) -> note(view, code, message),
                        (place, code, message) -> problems.add(
                                new Diagnostic(view.origin().file(), place.line(), place.column(), code, message)))
                .check(row, classes);
        pushdown(view, body, unfiltered);
    }

    private void pushdown(ViewDefinition view, ViewBody body, Set<TableName> unfiltered) {
        for (Pushdown.Required required : view.pushdown().require()) {
            List<TableName> tables = RequiredTable.named(required.table(), body);
            if (tables.isEmpty()) {
                note(
                        view,
                        required,
                        "VIEW_PUSHDOWN_UNKNOWN",
                        "The view's own query reads no table '" + required.table() + "' of a source.");
            } else if (tables.size() > 1) {
                note(
                        view,
                        required,
                        "VIEW_PUSHDOWN_UNKNOWN",
                        "More than one table is named '" + required.table() + "'; write source.table.");
            } else if (unfiltered.contains(tables.getFirst())) {
                note(
                        view,
                        required,
                        "VIEW_PUSHDOWN_IMPOSSIBLE",
                        "Every query would read '" + tables.getFirst() + "' whole: the view's query filters none of its"
                                + " columns, gives none out, and joins it by none that could carry keys to it.");
            }
        }
    }

    private void note(ViewDefinition view, Pushdown.Required at, String code, String message) {
        problems.add(new Diagnostic(view.origin().file(), at.line(), at.column(), code, message));
    }

    private static Map<List<String>, Table> tablesOf(ViewBody body) {
        Map<List<String>, Table> tables = new LinkedHashMap<>();
        body.tables()
                .forEach((path, target) -> tables.put(
                        path,
                        switch (target) {
                            case Target.Leaf(var source, var table, var _) -> new SourceRelTable(source, table);
                            case Target.Kept kept -> new DimensionTable(kept.dimension());
                            case Target.Nested(var nested) -> new ContractTable(nested);
                        }));
        return tables;
    }

    private void note(ViewDefinition view, SqlProblem problem) {
        Origin origin = view.origin();
        int line = Math.max(1, problem.line());
        int column = Math.max(1, problem.column());
        problems.add(new Diagnostic(
                origin.file(),
                origin.queryLine() + line - 1,
                origin.queryColumn() + column - 1,
                codeOf(problem.code()),
                problem.words()));
    }

    private void note(ViewDefinition view, String code, String message) {
        Origin origin = view.origin();
        problems.add(new Diagnostic(origin.file(), origin.queryLine(), origin.queryColumn(), code, message));
    }

    static String codeOf(FederationError code) {
        return switch (code) {
            case UNSUPPORTED -> "VIEW_QUERY_UNSUPPORTED";
            case LIMIT_EXCEEDED -> "VIEW_QUERY_TOO_LARGE";
            case VIEW_NOT_FOUND -> "VIEW_TABLE_UNKNOWN";
            default -> "VIEW_QUERY_INVALID";
        };
    }
}
