package io.belvedere.federation.weave;

import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.sql.ValidationErrors;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.federation.sql.ViewBody.Target;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.schema.Table;
import org.apache.calcite.sql.SqlNode;

/** The weaving of one query; used by one thread, once. */
final class Weaving {
    private final ResolvedQuery query;
    private final Allow decision;
    private final Weaver.Values values;
    private final Compiler compiler = new Compiler();
    private final Masks masks;
    private final Map<ViewId, GovernedView> views = new HashMap<>();
    private final Map<TableName, SourceRelTable> leaves = new HashMap<>();

    Weaving(ResolvedQuery query, Allow decision, Weaver.Values values, HashKeys keys) {
        this.query = query;
        this.decision = decision;
        this.values = values;
        this.masks = new Masks(compiler.rex(), keys);
    }

    GovernedQuery weave() {
        Map<List<String>, Table> tables = new LinkedHashMap<>();
        for (ResolvedQuery.Reference reference : query.references()) {
            ViewId view = reference.view().orElseThrow(query::notFound).id();
            tables.put(reference.path(), view(view));
        }
        RelRoot root = callersQuery(tables);
        Output output = Output.of(Parameters.bare(root), compiler);
        RelNode tree = Groups.guarded(output.tree(), decision);
        WeaveCheck.require(tree, query, decision);
        return new GovernedQuery(
                tree,
                output.columns(),
                decision,
                Bounds.limits(query.views(), decision),
                Bounds.onSourceFailure(query.views()),
                RequiredTable.of(query));
    }

    private RelRoot callersQuery(Map<List<String>, Table> tables) {
        try {
            return compiler.validate(tree(), tables).convert(Compiler.Position.TOP);
        } catch (RuntimeException | AssertionError thrown) {
            throw ValidationErrors.findOurs(thrown)
                    .map(RuntimeException.class::cast)
                    .orElseGet(() -> ValidationErrors.toProblem(thrown));
        }
    }

    private SqlNode tree() {
        return switch (values) {
            case AS_CONSTANTS -> query.tree();
            case AS_PARAMETERS -> query.liftedTree();
        };
    }

    private GovernedView view(ViewId id) {
        GovernedView known = views.get(id);
        if (known != null) {
            return known;
        }
        ViewBody body = Optional.ofNullable(query.bodies().get(id)).orElseThrow(query::notFound);
        ViewAccess.Rows rows = decision.requireRows(id);
        GovernedView view;
        try {
            Compiler.Validated validated = compiler.validate(settled(body), tablesOf(body));
            GovernedView.Granted granted = new GovernedView.Granted(rows, decision.fingerprint(), masks);
            view = GovernedView.of(body.view(), validated, granted, compiler, query::notFound);
        } catch (RuntimeException | AssertionError thrown) {
            throw ValidationErrors.findOurs(thrown).orElseGet(query::notFound);
        }
        views.put(id, view);
        return view;
    }

    /**
     * The body's tree with every name bound. Where a nested view hides columns, the body is bound against all of its columns first:
     * else a name that means a hidden column would quietly come to mean another one.
     */
    private SqlNode settled(ViewBody body) {
        boolean hides = body.nested().stream()
                .anyMatch(nested -> decision.requireRows(nested.id()).columns().values().stream()
                        .anyMatch(Mask.Hidden.class::isInstance));
        if (!hides) {
            return body.tree(query.now());
        }
        Map<List<String>, Table> whole = new LinkedHashMap<>();
        body.tables()
                .forEach((path, target) -> whole.put(
                        path,
                        switch (target) {
                            case Target.Leaf leaf -> leaf(leaf);
                            case Target.Nested(var nested) -> new ContractTable(nested);
                        }));
        return compiler.validate(body.tree(query.now()), whole).tree();
    }

    private Map<List<String>, Table> tablesOf(ViewBody body) {
        Map<List<String>, Table> tables = new LinkedHashMap<>();
        body.tables()
                .forEach((path, target) -> tables.put(
                        path,
                        switch (target) {
                            case Target.Leaf leaf -> leaf(leaf);
                            case Target.Nested(var nested) -> view(nested.id());
                        }));
        return tables;
    }

    private SourceRelTable leaf(Target.Leaf leaf) {
        return leaves.computeIfAbsent(leaf.table().name(), _ -> new SourceRelTable(leaf.source(), leaf.table()));
    }
}
