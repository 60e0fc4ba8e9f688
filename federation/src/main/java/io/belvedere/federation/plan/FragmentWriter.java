package io.belvedere.federation.plan;

import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;

/** Writes a fragment in its source's dialect: keys as deep as they go, fences where a caller's expression could fail. */
final class FragmentWriter {
    private final Catalog catalog;
    private final PlanningClock clock;

    FragmentWriter(Catalog catalog, PlanningClock clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /** The tree as it is written: with the conditions on keys pushed down and the fences in place. */
    RelNode prepare(Fragment fragment, List<RexNode> keyConditions) {
        RelNode filtered = Trees.filter(fragment.body(), keyConditions);
        RelNode pushed = keyConditions.isEmpty()
                ? filtered
                : new Normaliser(catalog, clock, Normaliser.PolicyCopies.LEAVE).normalise(filtered);
        return fenced(Trees.withoutSearch(pushed), Exposure.SAFE);
    }

    /** Whether something above could raise an error on a row that a barrier below would hold back. */
    enum Exposure {
        SAFE,
        EXPOSED
    }

    private static RelNode fenced(RelNode rel, Exposure above) {
        if (BarrierLeaf.isGoverned(rel)) {
            // Masks are the weaver's own and total; what matters is what the caller wrote above them.
            RelNode inside = Trees.mapInputs(rel, input -> fenced(input, Exposure.SAFE));
            return above == Exposure.EXPOSED ? new Fence(inside) : inside;
        }
        Exposure here = above == Exposure.SAFE && LeakProof.isTotal(rel) ? Exposure.SAFE : Exposure.EXPOSED;
        return Trees.mapInputs(rel, input -> fenced(input, here));
    }

    String write(Fragment fragment, RelNode prepared, List<String> names) {
        Dialect dialect = Dialect.of(fragment.source().kind());
        return new SelectWriter(dialect, rel -> leaf(dialect, fragment.source(), rel)).write(prepared, names);
    }

    private SelectWriter.Leaf leaf(Dialect dialect, SourceDefinition runner, RelNode rel) {
        if (!(rel instanceof TableScan scan)) {
            throw new NotOffered("an earlier step inside a source");
        }
        SourceTable table = catalog.findTable(Trees.table(scan)).orElseThrow();
        return new SelectWriter.Leaf(
                qualified(dialect, runner, table),
                table.columns().stream()
                        .map(SourceColumn::remoteName)
                        .map(dialect::identifier)
                        .toList());
    }

    private String qualified(Dialect dialect, SourceDefinition runner, SourceTable table) {
        String name = dialect.identifier(table.remoteName());
        if (table.remoteSchema().isPresent()) {
            return dialect.identifier(table.remoteSchema().get()) + "." + name;
        }
        boolean elsewhere =
                runner.kind() != SourceKind.POSTGRESQL && !table.name().source().equals(runner.name());
        if (!elsewhere) {
            return name;
        }
        SourceDefinition owner = catalog.findSource(table.name().source()).orElseThrow();
        String database = owner.shards().getFirst().connection().database();
        return dialect.identifier(database) + "." + name;
    }
}
