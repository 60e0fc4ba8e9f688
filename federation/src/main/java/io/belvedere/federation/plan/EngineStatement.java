package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.SelectWriter;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.dialect.ValuePlace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelNode;

/** A tree over earlier steps as a statement of the engine; a sub-query's value is read where it is needed. */
final class EngineStatement {
    private EngineStatement() {}

    /** @param names of the statement's columns */
    static String sql(RelNode rel, List<String> names) {
        Dialect dialect = Dialect.engine();
        String sql = new SelectWriter(dialect, each -> leaf(dialect, each)).write(rel, names);
        Map<Integer, String> steps =
                SubQueries.in(rel).stream().collect(Collectors.toMap(SubQueryValue::getIndex, SubQueryValue::step));
        return ValuePlace.replaceShipped(
                sql,
                index -> "(SELECT " + dialect.identifier(Types.columnName(0)) + " FROM "
                        + dialect.identifier(steps.getOrDefault(index, "")) + ")");
    }

    private static SelectWriter.Leaf leaf(Dialect dialect, RelNode leaf) {
        if (!(leaf instanceof StepRef step)) {
            throw new NotOffered("a table of a source in the engine");
        }
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < step.getRowType().getFieldCount(); i++) {
            columns.add(dialect.identifier(Types.columnName(i)));
        }
        return new SelectWriter.Leaf(dialect.identifier(step.step()), columns);
    }

    /** The steps that the statement reads. */
    static List<String> inputs(RelNode rel) {
        Set<String> names = new LinkedHashSet<>();
        collectInputs(rel, names);
        SubQueries.in(rel).forEach(value -> names.add(value.step()));
        return List.copyOf(names);
    }

    private static void collectInputs(RelNode rel, Set<String> names) {
        if (rel instanceof StepRef step) {
            names.add(step.step());
        }
        rel.getInputs().forEach(input -> collectInputs(input, names));
    }
}
