package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/**
 * Turns a cut tree into a program: fetches, derived tables where keys are taken from or a barrier must hold back rows first, and
 * one delivery. One use only.
 */
final class ProgramBuilder {
    /** A program with the tree behind each step, for the verifier. */
    record Program(List<Step> steps, Map<String, RelNode> trees) {
        Program {
            steps = List.copyOf(steps);
            trees = Map.copyOf(trees);
        }
    }

    private final FragmentWriter writer;
    private final Estimator estimator;
    private final KeyShipping shipping;
    private final List<OutputColumn> output;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, RelNode> trees = new LinkedHashMap<>();
    private final IdentityHashMap<Fragment, List<KeyShipping.Shipment>> shipments = new IdentityHashMap<>();
    private final Set<String> kept = new HashSet<>();
    private int fetches;
    private int tables;

    ProgramBuilder(FragmentWriter writer, Estimator estimator, KeyShipping shipping, List<OutputColumn> output) {
        this.writer = writer;
        this.estimator = estimator;
        this.shipping = shipping;
        this.output = List.copyOf(output);
    }

    Program build(RelNode tree) {
        if (tree instanceof Fragment fragment && fragment.shards().size() == 1) {
            Step.Fetch fetch = fetch("f0", fragment, outputNames(), output);
            return new Program(List.of(new Step.PassThrough(fetch)), trees);
        }
        RelNode residual = walk(tree, FragmentWriter.Exposure.SAFE);
        List<OutputColumn> columns = outputColumns();
        trees.put("result", residual);
        steps.add(new Step.Deliver("result", engineSql(residual, outputNames()), inputs(residual), columns));
        return new Program(steps.stream().map(this::withUse).toList(), trees);
    }

    /** The result's names where they differ from each other in every case; numbered ones otherwise. */
    private List<String> outputNames() {
        Set<String> seen = new HashSet<>();
        boolean unique =
                output.stream().allMatch(column -> seen.add(column.name().toLowerCase(Locale.ROOT)));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < output.size(); i++) {
            names.add(unique ? output.get(i).name() : Types.columnName(i));
        }
        return names;
    }

    private List<OutputColumn> outputColumns() {
        List<String> names = outputNames();
        List<OutputColumn> columns = new ArrayList<>();
        for (int i = 0; i < output.size(); i++) {
            columns.add(new OutputColumn(
                    names.get(i), output.get(i).type(), output.get(i).presence()));
        }
        return columns;
    }

    private Step withUse(Step step) {
        return step instanceof Step.Fetch fetch && kept.contains(fetch.name())
                ? new Step.Fetch(
                        fetch.name(),
                        fetch.source(),
                        fetch.sql(),
                        fetch.shards(),
                        fetch.keys(),
                        Step.Use.KEPT,
                        fetch.columns())
                : step;
    }

    private RelNode walk(RelNode rel, FragmentWriter.Exposure above) {
        if (BarrierLeaf.isGoverned(rel)) {
            RelNode inside = Trees.mapInputs(rel, input -> walk(input, FragmentWriter.Exposure.SAFE));
            return above == FragmentWriter.Exposure.EXPOSED ? derive(inside) : inside;
        }
        if (rel instanceof Fragment fragment) {
            return step(fragment);
        }
        FragmentWriter.Exposure here = above == FragmentWriter.Exposure.SAFE && LeakProof.isTotal(rel)
                ? FragmentWriter.Exposure.SAFE
                : FragmentWriter.Exposure.EXPOSED;
        return rel instanceof Join join ? join(join, here) : Trees.mapInputs(rel, input -> walk(input, here));
    }

    private RelNode join(Join join, FragmentWriter.Exposure exposure) {
        KeyShipping.Choice choice = shipping.choose(join);
        if (choice.keys().isEmpty()) {
            return Trees.mapInputs(join, input -> walk(input, exposure));
        }
        boolean leftDrives = choice.driver() == KeyShipping.Side.LEFT;
        RelNode driver = walk(leftDrives ? join.getLeft() : join.getRight(), exposure);
        driver = readyForKeys(driver, choice.keys());
        for (KeyShipping.Key key : choice.keys()) {
            StepColumn from = source(driver, key.driverColumn());
            kept.add(from.step());
            shipments
                    .computeIfAbsent(key.target(), each -> new ArrayList<>())
                    .add(new KeyShipping.Shipment(from.step(), from.column(), key.targetColumn()));
        }
        RelNode other = walk(leftDrives ? join.getRight() : join.getLeft(), exposure);
        return join.copy(join.getTraitSet(), leftDrives ? List.of(driver, other) : List.of(other, driver));
    }

    /** A column of a step whose values contain those of a tree's column. */
    private record StepColumn(String step, int column, double rows) {}

    /**
     * The driver as it is when each key can be read from a step that is not much larger than the driver itself; otherwise the
     * driver as a table of its own. Keys never come from below a barrier.
     */
    private RelNode readyForKeys(RelNode driver, List<KeyShipping.Key> keys) {
        double rows = estimator.rows(driver);
        for (KeyShipping.Key key : keys) {
            StepColumn from = KeySource.find(driver, key.driverColumn())
                    .map(found -> new StepColumn(
                            found.step().step(), found.column(), found.step().rows()))
                    .orElse(new StepColumn("", 0, Double.MAX_VALUE));
            if (rows < 0.5 * from.rows()) {
                return driver instanceof StepRef ? driver : derive(driver);
            }
        }
        return driver;
    }

    private static StepColumn source(RelNode driver, int column) {
        return KeySource.find(driver, column)
                .map(found -> new StepColumn(
                        found.step().step(), found.column(), found.step().rows()))
                .orElseThrow(() -> new IllegalStateException("a driver without a step"));
    }

    private StepRef step(Fragment fragment) {
        String name = "f" + fetches;
        List<OutputColumn> columns = Types.columns(fragment.getRowType());
        Step.Fetch fetch =
                fetch(name, fragment, columns.stream().map(OutputColumn::name).toList(), columns);
        steps.add(fetch);
        return new StepRef(fragment.getCluster(), name, fragment.getRowType(), rows(fragment));
    }

    private double rows(Fragment fragment) {
        double rows = estimator.rows(fragment.body());
        return shipments.getOrDefault(fragment, List.of()).isEmpty() ? rows : rows * KeyShipping.WORTH;
    }

    private Step.Fetch fetch(String name, Fragment fragment, List<String> names, List<OutputColumn> columns) {
        fetches++;
        List<KeyShipping.Shipment> shipped = shipments.getOrDefault(fragment, List.of());
        List<RexNode> conditions = new ArrayList<>();
        List<KeyShipment> keys = new ArrayList<>();
        for (KeyShipping.Shipment each : shipped) {
            RexInputRef column = RexInputRef.of(each.targetColumn(), fragment.getRowType());
            conditions.add(KeyCondition.of(fragment.getCluster().getRexBuilder(), keys.size(), column));
            keys.add(new KeyShipment(
                    each.step(),
                    Types.columnName(each.column()),
                    Types.dataType(column.getType()),
                    shipping.keysMax()));
        }
        RelNode prepared = writer.prepare(fragment, conditions);
        trees.put(name, prepared);
        String sql = writer.write(fragment, prepared, names);
        List<OutputColumn> named = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            named.add(new OutputColumn(
                    names.get(i), columns.get(i).type(), columns.get(i).presence()));
        }
        return new Step.Fetch(
                name,
                fragment.source().name(),
                KeyCondition.template(sql),
                fragment.shards(),
                keys,
                Step.Use.ONCE,
                named);
    }

    private StepRef derive(RelNode rel) {
        String name = "d" + tables++;
        List<OutputColumn> columns = Types.columns(rel.getRowType());
        trees.put(name, rel);
        String sql = engineSql(rel, columns.stream().map(OutputColumn::name).toList());
        steps.add(new Step.Derive(name, sql, inputs(rel), columns));
        return new StepRef(rel.getCluster(), name, rel.getRowType(), estimator.rows(rel));
    }

    private static String engineSql(RelNode rel, List<String> names) {
        DuckDbDialect dialect = new DuckDbDialect();
        return new SelectWriter(dialect, leaf -> engineLeaf(dialect, leaf)).write(rel, names);
    }

    private static SelectWriter.Leaf engineLeaf(Dialect dialect, RelNode leaf) {
        if (!(leaf instanceof StepRef step)) {
            throw new NotOffered("a table of a source in the engine");
        }
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < step.getRowType().getFieldCount(); i++) {
            columns.add(dialect.identifier(Types.columnName(i)));
        }
        return new SelectWriter.Leaf(dialect.identifier(step.step()), columns);
    }

    private static List<String> inputs(RelNode rel) {
        Set<String> names = new java.util.LinkedHashSet<>();
        collectInputs(rel, names);
        return List.copyOf(names);
    }

    private static void collectInputs(RelNode rel, Set<String> names) {
        if (rel instanceof StepRef step) {
            names.add(step.step());
        }
        rel.getInputs().forEach(input -> collectInputs(input, names));
    }
}
