package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.dialect.ValuePlace;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.model.source.Shard;
import io.belvedere.model.view.OnSourceFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * Turns a cut tree into a program: fetches, derived tables where keys are taken from or a barrier must hold back rows first, and
 * one delivery. One use only.
 */
final class ProgramBuilder {
    /** A program with the tree behind each step, for the verifier. */
    record Program(
            List<Step> steps,
            Map<String, RelNode> trees,
            Map<String, PlanReport.Expected> expected,
            Map<String, Feedback.Expectation> expectations) {
        Program {
            steps = List.copyOf(steps);
            trees = Map.copyOf(trees);
            expected = Map.copyOf(expected);
            expectations = Map.copyOf(expectations);
        }

        Program(List<Step> steps, Map<String, RelNode> trees) {
            this(steps, trees, Map.of(), Map.of());
        }

        /** The one fetch that asks its source for its first rows, exactly so many; empty when there is none, or no telling which. */
        Optional<String> fetchOfFirst(long rows) {
            List<String> found = steps.stream()
                    .filter(step -> step instanceof Step.Fetch && isFirst(trees.get(step.name()), rows))
                    .map(Step::name)
                    .toList();
            return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
        }

        private static boolean isFirst(@Nullable RelNode tree, long rows) {
            return switch (tree) {
                case Project project -> isFirst(project.getInput(), rows);
                case Sort sort
                when sort.offset == null && sort.fetch instanceof RexLiteral fetch ->
                    LiteralValues.of(fetch, BigDecimal.class).longValueExact() == rows;
                case null, default -> false;
            };
        }
    }

    /** Keys on their way to a fragment: its own columns, and the share of its rows that is expected to be left. */
    private record Shipped(KeyShipment keys, List<Integer> targetColumns, double share) {}

    private final FragmentWriter writer;
    private final Estimator estimator;
    private final KeyShipping shipping;
    private final List<OutputColumn> output;
    private final OnSourceFailure onSourceFailure;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, RelNode> trees = new LinkedHashMap<>();
    private final IdentityHashMap<Fragment, List<Shipped>> shipments = new IdentityHashMap<>();
    private final Set<String> kept = new HashSet<>();
    private final Map<String, PlanReport.Expected> expected = new HashMap<>();
    private final Map<String, Feedback.Expectation> expectations = new HashMap<>();
    private int fetches;
    private int tables;

    ProgramBuilder(
            FragmentWriter writer,
            Estimator estimator,
            KeyShipping shipping,
            List<OutputColumn> output,
            OnSourceFailure onSourceFailure) {
        this.writer = writer;
        this.estimator = estimator;
        this.shipping = shipping;
        this.output = List.copyOf(output);
        this.onSourceFailure = onSourceFailure;
    }

    /**
     * @param values the cut trees of the sub-queries whose values the tree names, by number
     */
    Program build(RelNode tree, NavigableMap<Integer, RelNode> values) {
        values.forEach(this::value);
        Optional<Gathering> gathering = Gathering.of(tree, onSourceFailure, writer.dialects());
        if (gathering.isPresent()) {
            return passThrough(gathering.get());
        }
        RelNode residual = walk(tree, Exposure.SAFE);
        List<OutputColumn> columns = outputColumns();
        trees.put("result", residual);
        steps.add(new Step.Deliver(
                "result",
                EngineStatement.sql(residual, outputNames()),
                EngineStatement.inputs(residual),
                FewRowsTree.of(residual, columns),
                columns));
        expect("result", residual, estimator.rows(residual));
        List<Step> used = steps.stream().map(this::withUse).toList();
        Set<String> valueSteps =
                values.keySet().stream().map(SubQueryValue::step).collect(Collectors.toSet());
        return new Program(UsedRows.tested(used, trees, valueSteps), trees, expected, expectations);
    }

    private Program passThrough(Gathering gathering) {
        Fragment fragment = gathering.fragment();
        Step.Merge merge = gathering.merge();
        List<String> names = outputNames();
        List<OutputColumn> columns = output;
        if (!merge.isNone()) {
            // A column that is only sorted by is read too.
            List<OutputColumn> fetched = new ArrayList<>(Types.columns(fragment.getRowType()));
            List<String> fetchedNames =
                    new ArrayList<>(fetched.stream().map(OutputColumn::name).toList());
            for (int i = 0; i < output.size(); i++) {
                fetched.set(merge.columns().get(i), output.get(i));
            }
            names = fetchedNames;
            columns = fetched;
        }
        String name = "f" + fetches++;
        Step.Fetch fetch = fetch(name, fragment, names, columns);
        expect(name, fragment, rows(fragment));
        steps.add(new Step.PassThrough(fetch, merge));
        return new Program(steps.stream().map(this::withUse).toList(), trees, expected, expectations);
    }

    /** The step of a sub-query's value: its statement, where that gives the one row; else a table of the engine. */
    private void value(int number, RelNode tree) {
        String name = SubQueryValue.step(number);
        if (tree instanceof Fragment fragment && fragment.site().isOneShard() && RowBound.of(fragment.body()) <= 1) {
            step(name, fragment);
            kept.add(name);
        } else {
            derive(name, walk(tree, Exposure.SAFE), 1);
        }
    }

    private void expect(String step, Fragment fragment, double rows) {
        List<Shard> all = fragment.source().shards();
        List<String> asked =
                fragment.shards().stream().map(index -> all.get(index).name()).toList();
        expected.put(step, new PlanReport.Expected(estimate(fragment, rows), asked, all.size()));
        if (shipments.getOrDefault(fragment, List.of()).isEmpty()) {
            TreeShape.of(fragment).ifPresent(shape -> expectations.put(step, new Feedback.Expectation(shape, rows)));
        }
    }

    private void expect(String step, RelNode engine, double rows) {
        expected.put(step, new PlanReport.Expected(estimate(engine, rows), List.of(), 0));
    }

    private static PlanReport.Estimate estimate(RelNode rel, double rows) {
        return new PlanReport.Estimate(Math.round(rows), Math.round(rows * Widths.bytes(rel.getRowType())));
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
        return named(output, outputNames());
    }

    private static List<OutputColumn> named(List<OutputColumn> columns, List<String> names) {
        List<OutputColumn> named = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            OutputColumn column = columns.get(i);
            named.add(new OutputColumn(names.get(i), column.type(), column.presence()));
        }
        return named;
    }

    private Step withUse(Step step) {
        return step instanceof Step.Fetch fetch && kept.contains(fetch.name()) ? fetch.kept() : step;
    }

    private RelNode walk(RelNode rel, Exposure above) {
        // What may fail sees neither a row nor a group that is not shown.
        if (BarrierLeaf.isGoverned(rel) || rel instanceof GroupBarrier) {
            RelNode inside = Trees.mapInputs(rel, input -> walk(input, Exposure.SAFE));
            // The engine has no key: what is hashed is hashed on the way to a table.
            return above == Exposure.EXPOSED || HashedColumns.areIn(inside)
                    ? derive(inside, estimator.rows(rel))
                    : inside;
        }
        if (rel instanceof Fragment fragment) {
            return step(fragment);
        }
        Exposure here = above.belowInEngine(rel);
        return rel instanceof Join join ? join(join, here) : Trees.mapInputs(rel, input -> walk(input, here));
    }

    private RelNode join(Join join, Exposure exposure) {
        KeyShipping.Choice choice = shipping.choose(join);
        if (choice.keys().isEmpty()) {
            return Trees.mapInputs(join, input -> walk(input, exposure));
        }
        boolean leftDrives = choice.driver() == KeyShipping.Side.LEFT;
        RelNode first = leftDrives ? join.getLeft() : join.getRight();
        double rows = estimator.rows(first);
        RelNode driver = readyForKeys(walk(first, exposure), rows, choice.keys());
        for (KeyShipping.Key key : choice.keys()) {
            ship(driver, key);
        }
        RelNode other = walk(leftDrives ? join.getRight() : join.getLeft(), exposure);
        return join.copy(join.getTraitSet(), leftDrives ? List.of(driver, other) : List.of(other, driver));
    }

    /** One shipment for the columns that one step holds: its rows say which values belong together. */
    private void ship(RelNode driver, KeyShipping.Key key) {
        Map<String, List<KeyShipping.Pair>> bySteps = new LinkedHashMap<>();
        for (KeyShipping.Pair pair : key.pairs()) {
            String step = source(driver, pair.driverColumn()).step().step();
            bySteps.computeIfAbsent(step, _ -> new ArrayList<>()).add(pair);
        }
        bySteps.forEach((step, pairs) -> {
            List<KeyShipment.KeyColumn> columns =
                    pairs.stream().map(pair -> keyColumn(driver, pair)).toList();
            List<Integer> targets =
                    pairs.stream().map(KeyShipping.Pair::targetColumn).toList();
            kept.add(step);
            shipments
                    .computeIfAbsent(key.target(), _ -> new ArrayList<>())
                    .add(new Shipped(
                            new KeyShipment(step, columns, key.keysMax(), shardColumn(key.target(), targets)),
                            targets,
                            key.share()));
        });
    }

    private static OptionalInt shardColumn(Fragment target, List<Integer> columns) {
        return IntStream.range(0, columns.size())
                .filter(i -> target.site().shardKey().get(columns.get(i)))
                .findFirst();
    }

    private static KeyShipment.KeyColumn keyColumn(RelNode driver, KeyShipping.Pair pair) {
        KeySource.Found found = source(driver, pair.driverColumn());
        RelDataType type =
                found.step().getRowType().getFieldList().get(found.column()).getType();
        return new KeyShipment.KeyColumn(Types.columnName(found.column()), Types.dataType(type));
    }

    /**
     * The driver as it is when its keys can all be read from one step that is not much larger than the driver itself; otherwise
     * the driver as a table of its own. Keys never come from below a barrier.
     *
     * @param rows estimated rows of the driver
     */
    private RelNode readyForKeys(RelNode driver, double rows, List<KeyShipping.Key> keys) {
        boolean ready = driver instanceof StepRef
                || keys.stream().allMatch(key -> {
                    List<Optional<KeySource.Found>> found = key.pairs().stream()
                            .map(pair -> KeySource.find(driver, pair.driverColumn()))
                            .toList();
                    return found.stream()
                                    .allMatch(each -> each.filter(at ->
                                                    rows >= 0.5 * at.step().rows())
                                            .isPresent())
                            && found.stream()
                                            .flatMap(Optional::stream)
                                            .map(at -> at.step().step())
                                            .distinct()
                                            .count()
                                    == 1;
                });
        return ready ? driver : derive(driver, rows);
    }

    private static KeySource.Found source(RelNode driver, int column) {
        return KeySource.find(driver, column).orElseThrow(() -> new IllegalStateException("a driver without a step"));
    }

    private StepRef step(Fragment fragment) {
        return step("f" + fetches++, fragment);
    }

    private StepRef step(String name, Fragment fragment) {
        List<OutputColumn> columns = Types.columns(fragment.getRowType());
        Step.Fetch fetch =
                fetch(name, fragment, columns.stream().map(OutputColumn::name).toList(), columns);
        double rows = rows(fragment);
        Optional<String> same = shared(fetch);
        if (same.isPresent()) {
            trees.remove(name);
            kept.add(same.get());
            return new StepRef(fragment.getCluster(), same.get(), fragment.getRowType(), rows);
        }
        steps.add(fetch);
        expect(name, fragment, rows);
        return new StepRef(fragment.getCluster(), name, fragment.getRowType(), rows);
    }

    /** An earlier fetch by the same statement from the same tree: its rows are read twice, not fetched twice. */
    private Optional<String> shared(Step.Fetch fetch) {
        String tree = RelOptUtil.toString(Trees.require(trees, fetch.name()));
        return steps.stream()
                .filter(step -> step instanceof Step.Fetch earlier
                        && earlier.named(fetch.name()).equals(fetch))
                .map(Step::name)
                .filter(name -> RelOptUtil.toString(Trees.require(trees, name)).equals(tree))
                .findFirst();
    }

    private double rows(Fragment fragment) {
        double share = 1;
        for (Shipped each : shipments.getOrDefault(fragment, List.of())) {
            share = Math.min(share, each.share());
        }
        return Math.max(1, estimator.rows(fragment.body()) * share);
    }

    private Step.Fetch fetch(String name, Fragment fragment, List<String> names, List<OutputColumn> columns) {
        List<RexNode> conditions = new ArrayList<>();
        List<KeyShipment> keys = new ArrayList<>();
        for (Shipped each : shipments.getOrDefault(fragment, List.of())) {
            List<RexInputRef> targets = each.targetColumns().stream()
                    .map(column -> RexInputRef.of(column, fragment.getRowType()))
                    .toList();
            conditions.add(KeyCondition.of(fragment.getCluster().getRexBuilder(), keys.size(), targets));
            keys.add(each.keys());
        }
        Map<String, StepRef> inlined = new LinkedHashMap<>();
        RelNode whole = inlined(fragment.body(), inlined);
        RelNode prepared = writer.prepare(new Fragment(whole, fragment.site()), conditions);
        trees.put(name, prepared);
        String sql = writer.write(fragment, HashedColumns.inTheClear(prepared), names, List.copyOf(inlined.keySet()));
        List<SubQueryValue> values = List.copyOf(SubQueries.in(prepared));
        List<Integer> indexes = values.stream().map(SubQueryValue::getIndex).toList();
        return new Step.Fetch(
                name,
                fragment.source().name(),
                ValuePlace.cutRows(ValuePlace.cutShipped(ValuePlace.cut(KeyCondition.template(sql)), indexes::indexOf)),
                fragment.shards(),
                writer.places(fragment.site()),
                keys,
                inlined.values().stream().map(ProgramBuilder::shipment).toList(),
                values.stream().map(this::shipment).toList(),
                Step.Use.ONCE,
                Step.Volume.of(
                        RowBound.of(fragment.body()),
                        rows(fragment) / Math.max(1, fragment.shards().size())),
                HashedColumns.list(prepared),
                fragment.source().isInMemory() ? Optional.of(writer.cacheRead(prepared, keys)) : Optional.empty(),
                named(columns, names));
    }

    /** The body with a step in the place of each fragment of memory, whose rows its statement reads. */
    private RelNode inlined(RelNode rel, Map<String, StepRef> steps) {
        if (rel instanceof Fragment memory) {
            StepRef step = step(memory);
            kept.add(step.step());
            steps.put(step.step(), step);
            return step;
        }
        return Trees.mapInputs(rel, input -> inlined(input, steps));
    }

    private static RowShipment shipment(StepRef step) {
        return new RowShipment(step.step(), Types.columns(step.getRowType()));
    }

    private ValueShipment shipment(SubQueryValue value) {
        RelDataType held = Trees.require(trees, value.step())
                .getRowType()
                .getFieldList()
                .getFirst()
                .getType();
        int scale = value.bound() == SubQueryValue.Bound.NONE
                ? 0
                : Math.max(0, value.getType().getScale());
        return new ValueShipment(value.step(), Types.dataType(held), value.bound(), scale);
    }

    private StepRef derive(RelNode rel, double rows) {
        return derive("d" + tables++, rel, rows);
    }

    private StepRef derive(String name, RelNode rel, double rows) {
        List<OutputColumn> columns = Types.columns(rel.getRowType());
        trees.put(name, rel);
        expect(name, rel, rows);
        String sql = EngineStatement.sql(
                HashedColumns.inTheClear(rel),
                columns.stream().map(OutputColumn::name).toList());
        steps.add(new Step.Derive(name, sql, EngineStatement.inputs(rel), HashedColumns.list(rel), columns));
        return new StepRef(rel.getCluster(), name, rel.getRowType(), rows);
    }
}
