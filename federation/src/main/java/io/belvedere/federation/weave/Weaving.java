package io.belvedere.federation.weave;

import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.sql.DimensionBody;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.sql.ValidationErrors;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.federation.sql.ViewBody.Target;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
    private final CacheSite cache;

    Weaving(ResolvedQuery query, Allow decision, AtHand atHand, Weaver.Values values, HashKeys keys) {
        this.query = query;
        this.cache = CacheSite.of(atHand, query.catalog());
        this.decision = decision;
        this.values = values;
        this.masks = new Masks(compiler.rex(), keys);
    }

    GovernedQuery weave() {
        RelRoot root = callersQuery(tables(), validated -> validated.convert(Compiler.Position.TOP));
        Output output = Output.of(Parameters.bare(root), compiler);
        RelNode tree = Groups.guarded(output.tree(), decision);
        WeaveCheck.require(tree, query, decision, cache);
        return new GovernedQuery(
                tree,
                output.columns(),
                decision,
                Bounds.limits(query.views(), decision),
                Bounds.onSourceFailure(query.views()),
                RequiredTable.of(query),
                cache);
    }

    Weaver.Described describe() {
        return callersQuery(
                tables(),
                validated -> new Weaver.Described(
                        Output.of(validated.convert(Compiler.Position.TOP), compiler)
                                .columns(),
                        validated.parameters()));
    }

    private Map<List<String>, Table> tables() {
        Map<List<String>, Table> tables = new LinkedHashMap<>();
        for (ResolvedQuery.Reference reference : query.references()) {
            ViewId view = reference.view().orElseThrow(query::notFound).id();
            tables.put(reference.path(), view(view));
        }
        return tables;
    }

    private <T> T callersQuery(Map<List<String>, Table> tables, Function<Compiler.Validated, T> then) {
        try {
            return then.apply(compiler.validate(tree(), tables));
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
            case LEFT_OPEN -> query.openTree();
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
                            case Target.Kept kept -> kept(kept);
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
                            case Target.Kept kept -> kept(kept);
                            case Target.Nested(var nested) -> view(nested.id());
                        }));
        return tables;
    }

    private Table leaf(Target.Leaf leaf) {
        return leaf.kept()
                .flatMap(dimension -> cache.find(dimension.name()))
                .<Table>map(StandIn::new)
                .orElseGet(() -> atSource(leaf));
    }

    private Table kept(Target.Kept kept) {
        return cache.find(kept.dimension().name()).<Table>map(StandIn::new).orElseGet(() -> switch (kept.body()) {
            case DimensionBody.Table(Target.Leaf leaf) -> new StandIn(atSource(leaf));
            case DimensionBody.Query body -> readThrough(kept.dimension(), body);
        });
    }

    private Table readThrough(DimensionDefinition dimension, DimensionBody.Query body) {
        Map<List<String>, Table> tables = new LinkedHashMap<>();
        body.tables().forEach((path, leaf) -> tables.put(path, atSource(leaf)));
        Compiler.Validated validated = compiler.validate(body.tree(query.now()), tables);
        return new ReadThrough(dimension, validated, compiler, query::notFound);
    }

    private SourceRelTable atSource(Target.Leaf leaf) {
        return leaves.computeIfAbsent(leaf.table().name(), _ -> new SourceRelTable(leaf.source(), leaf.table()));
    }
}
