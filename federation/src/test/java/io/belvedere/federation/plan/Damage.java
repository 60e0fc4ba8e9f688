package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.SelectWriter;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.dialect.ValuePlace;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;

/** Ways to damage a program. */
final class Damage {
    private Damage() {}

    /** The trees changed at every node, from below, and each statement written anew from its tree by the product's own writer. */
    static Program trees(Program program, UnaryOperator<RelNode> damage) {
        Map<String, RelNode> trees = new HashMap<>();
        program.trees().forEach((name, tree) -> trees.put(name, everywhere(tree, damage)));
        return written(program.steps(), trees);
    }

    static RelNode everywhere(RelNode rel, UnaryOperator<RelNode> damage) {
        return damage.apply(Trees.mapInputs(rel, input -> everywhere(input, damage)));
    }

    static Program written(List<Step> steps, Map<String, RelNode> trees) {
        List<Step> written = new ArrayList<>();
        for (Step step : steps) {
            RelNode tree = Trees.require(trees, step.name());
            written.add(
                    switch (step) {
                        case Step.Fetch fetch -> fetch.withSql(sql(fetch, tree));
                        case Step.PassThrough(Step.Fetch fetch, Step.Merge merge) ->
                            new Step.PassThrough(fetch.withSql(sql(fetch, tree)), merge);
                        case Step.Derive derive ->
                            new Step.Derive(
                                    derive.name(),
                                    EngineStatement.sql(tree, names(derive.columns())),
                                    EngineStatement.inputs(tree),
                                    derive.hashed(),
                                    derive.columns());
                        case Step.Deliver deliver ->
                            new Step.Deliver(
                                    deliver.name(),
                                    EngineStatement.sql(tree, names(deliver.columns())),
                                    EngineStatement.inputs(tree),
                                    deliver.columns());
                    });
        }
        return new Program(written, trees);
    }

    private static List<String> names(List<OutputColumn> columns) {
        return columns.stream().map(OutputColumn::name).toList();
    }

    private static SqlTemplate sql(Step.Fetch fetch, RelNode tree) {
        SourceDefinition source = MutantCases.CATALOG.findSource(fetch.source()).orElseThrow();
        Dialect dialect = Dialect.of(source.kind());
        String sql = new SelectWriter(dialect, rel -> leaf(dialect, rel))
                .write(HashedColumns.inTheClear(tree), names(fetch.columns()));
        List<Integer> values =
                SubQueries.in(tree).stream().map(SubQueryValue::getIndex).toList();
        return ValuePlace.cutShipped(ValuePlace.cut(KeyCondition.template(sql)), values::indexOf);
    }

    private static SelectWriter.Leaf leaf(Dialect dialect, RelNode rel) {
        if (!(rel instanceof TableScan scan)) {
            throw new NotOffered("the operator " + rel.getRelTypeName());
        }
        SourceTable table = MutantCases.CATALOG.findTable(Trees.table(scan)).orElseThrow();
        return new SelectWriter.Leaf(
                dialect.identifier(table.remoteName()),
                table.columns().stream()
                        .map(SourceColumn::remoteName)
                        .map(dialect::identifier)
                        .toList());
    }

    /** The statements changed, the trees as they are. */
    static Program sql(Program program, UnaryOperator<String> damage) {
        return fetches(program, fetch -> {
            List<SqlTemplate.Part> parts = new ArrayList<>();
            for (SqlTemplate.Part part : fetch.sql().parts()) {
                parts.add(
                        part instanceof SqlTemplate.Text(String sql) ? new SqlTemplate.Text(damage.apply(sql)) : part);
            }
            return fetch.withSql(new SqlTemplate(parts));
        });
    }

    /** The join engine's statements changed, the trees as they are. */
    static Program engineSql(Program program, UnaryOperator<String> damage) {
        List<Step> steps = new ArrayList<>();
        for (Step step : program.steps()) {
            steps.add(
                    switch (step) {
                        case Step.Fetch fetch -> fetch;
                        case Step.PassThrough passThrough -> passThrough;
                        case Step.Derive derive ->
                            new Step.Derive(
                                    derive.name(),
                                    damage.apply(derive.sql()),
                                    derive.inputs(),
                                    derive.hashed(),
                                    derive.columns());
                        case Step.Deliver deliver ->
                            new Step.Deliver(
                                    deliver.name(),
                                    damage.apply(deliver.sql()),
                                    deliver.inputs(),
                                    deliver.few(),
                                    deliver.columns());
                    });
        }
        return new Program(steps, program.trees());
    }

    static Program fetches(Program program, UnaryOperator<Step.Fetch> damage) {
        List<Step> steps = new ArrayList<>();
        for (Step step : program.steps()) {
            steps.add(
                    switch (step) {
                        case Step.Fetch fetch -> damage.apply(fetch);
                        case Step.PassThrough(Step.Fetch fetch, Step.Merge merge) ->
                            new Step.PassThrough(damage.apply(fetch), merge);
                        case Step.Derive derive -> derive;
                        case Step.Deliver deliver -> deliver;
                    });
        }
        return new Program(steps, program.trees());
    }
}
