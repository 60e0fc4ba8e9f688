package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.InlinedRows;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.SelectWriter;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.dialect.ValuePlace;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** Writes a fragment in its source's dialect: keys as deep as they go, fences where a caller's expression could fail. */
final class FragmentWriter {
    private final Catalog catalog;
    private final PlanningClock clock;
    private final Dialects dialects;

    FragmentWriter(Catalog catalog, PlanningClock clock, Dialects dialects) {
        this.catalog = catalog;
        this.clock = clock;
        this.dialects = dialects;
    }

    Dialects dialects() {
        return dialects;
    }

    /** The tree as it is written: with the conditions on keys pushed down and the fences in place. */
    RelNode prepare(Fragment fragment, List<RexNode> keyConditions) {
        RelNode filtered = Trees.filter(fragment.body(), keyConditions);
        RelNode pushed = keyConditions.isEmpty()
                ? filtered
                : new Normaliser(catalog, clock, Normaliser.PolicyCopies.LEAVE, new SubQueries()).normalise(filtered);
        return fenced(Trees.withoutSearch(pushed), Exposure.SAFE);
    }

    private static RelNode fenced(RelNode rel, Exposure above) {
        if (BarrierLeaf.isGoverned(rel)) {
            // Masks are the weaver's own and total; what matters is what the caller wrote above them.
            SecureFilter barrier = BarrierLeaf.barrier(rel);
            boolean fence = above.needsFence(barrier.getInput());
            Exposure inside = fence ? Exposure.SAFE.inside(barrier) : above.inside(barrier);
            RelNode body = fenced(barrier.getInput(), inside);
            RelNode guarded = barrier.over(body, barrier.condition());
            RelNode governed =
                    rel instanceof Project masks ? masks.copy(masks.getTraitSet(), List.of(guarded)) : guarded;
            return fence ? new Fence(governed) : governed;
        }
        return Trees.mapInputs(rel, input -> fenced(input, above.belowInSource(rel)));
    }

    /** @param rows steps whose rows the statement reads like tables, each in its place */
    String write(Fragment fragment, RelNode prepared, List<String> names, List<String> rows) {
        Dialect dialect = dialects.of(fragment.source());
        return new SelectWriter(
                        dialect,
                        rel -> rel instanceof StepRef step
                                ? rows(fragment.source().kind(), dialect, step, rows)
                                : leaf(dialect, fragment.source(), rel),
                        dialects.spellings())
                .write(prepared, names);
    }

    private static SelectWriter.Leaf rows(SourceKind kind, Dialect dialect, StepRef step, List<String> rows) {
        int shipment = rows.indexOf(step.step());
        if (shipment < 0) {
            throw new NotOffered("a step in the statement of a source");
        }
        List<String> columns = new ArrayList<>();
        List<Optional<TextColumn>> texts = new ArrayList<>();
        for (RelDataTypeField field : step.getRowType().getFieldList()) {
            columns.add(dialect.identifier(Types.columnName(field.getIndex())));
            texts.add(InlinedRows.text(kind, field.getType()));
        }
        return new SelectWriter.Leaf(ValuePlace.rows(shipment), columns, texts);
    }

    /** What a fragment of the cache reads; the names of its tables there are those of the dimensions. */
    Step.CacheRead cacheRead(RelNode prepared, List<KeyShipment> keys) {
        Map<TableName, TableName> dimensions = new LinkedHashMap<>();
        new RelVisitor() {
            @Override
            public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
                if (node instanceof TableScan scan) {
                    dimensions.put(Trees.table(scan), dimension(scan));
                }
                super.visit(node, ordinal, parent);
            }
        }.go(prepared);
        return new Step.CacheRead(
                Set.copyOf(dimensions.values()),
                LookupTree.of(prepared, keys, scan -> dimensions.getOrDefault(Trees.table(scan), Trees.table(scan))));
    }

    private TableName dimension(TableScan scan) {
        String name = catalog.findTable(Trees.table(scan)).orElseThrow().remoteName();
        int dot = name.indexOf('.');
        return new TableName(new SourceName(name.substring(0, dot)), name.substring(dot + 1));
    }

    /** How a directory of shards is asked; empty for a source that has none. */
    Optional<Step.ShardPlaces> places(Site site) {
        return ShardMap.of(site.source()).directory().map(directory -> {
            SourceDefinition owner =
                    catalog.findSource(directory.table().source()).orElseThrow();
            SourceTable table = owner.findTable(directory.table()).orElseThrow();
            SourceColumn key = table.findColumn(directory.key()).orElseThrow();
            SourceColumn shard = table.findColumn(directory.shard()).orElseThrow();
            Dialect dialect = dialects.of(owner);
            String keySql = dialect.identifier(key.remoteName());
            SqlTemplate sql = new SqlTemplate(List.of(
                    new SqlTemplate.Text("SELECT " + keySql + ", " + dialect.identifier(shard.remoteName()) + " FROM "
                            + qualified(dialect, owner, table) + " WHERE "),
                    new SqlTemplate.KeysPlace(0, List.of(keySql))));
            return new Step.ShardPlaces(owner.name(), sql, key.type(), shard.type(), site.filters());
        });
    }

    private SelectWriter.Leaf leaf(Dialect dialect, SourceDefinition runner, RelNode rel) {
        if (!(rel instanceof TableScan scan)) {
            throw new NotOffered("the operator " + rel.getRelTypeName());
        }
        SourceTable table = catalog.findTable(Trees.table(scan)).orElseThrow();
        return new SelectWriter.Leaf(
                qualified(dialect, runner, table),
                table.columns().stream()
                        .map(SourceColumn::remoteName)
                        .map(dialect::identifier)
                        .toList(),
                dialects.texts(table));
    }

    private String qualified(Dialect dialect, SourceDefinition runner, SourceTable table) {
        String name = dialect.identifier(table.remoteName());
        if (table.remoteSchema().isPresent()) {
            return dialect.identifier(table.remoteSchema().get()) + "." + name;
        }
        boolean elsewhere = (runner.kind() == SourceKind.MARIADB || runner.kind() == SourceKind.MYSQL)
                && !table.name().source().equals(runner.name());
        if (!elsewhere) {
            return name;
        }
        SourceDefinition owner = catalog.findSource(table.name().source()).orElseThrow();
        String database = owner.shards().getFirst().connection().database();
        return dialect.identifier(database) + "." + name;
    }
}
