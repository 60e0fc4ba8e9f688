package io.belvedere.federation.dialect;

import static io.belvedere.federation.dialect.Types.kind;

import io.belvedere.federation.sql.OrderedAggregate;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree as one statement of a dialect. Every FROM item has an alias, every column is qualified and every name is quoted;
 * a node that is not listed is {@link NotOffered}. One use only.
 */
public final class SelectWriter {
    /**
     * Where a leaf stands.
     *
     * @param from what to write after FROM
     * @param columns quoted names
     * @param texts what the source says of each column
     */
    public record Leaf(String from, List<String> columns, List<Optional<TextColumn>> texts) {
        public Leaf {
            columns = List.copyOf(columns);
            texts = List.copyOf(texts);
        }

        /** A leaf of which nothing else is known. */
        public Leaf(String from, List<String> columns) {
            this(from, columns, Collections.nCopies(columns.size(), Optional.empty()));
        }
    }

    private final Dialect dialect;
    private final Function<RelNode, Leaf> leaves;
    /** What the sources say of columns, by how those are written. */
    private final Map<String, TextColumn> texts = new HashMap<>();

    private int aliases;
    /** Whether a sub-query has columns that are computed: they are plain above it, but of the type that the database gave them. */
    private boolean computedBelow;

    /** @param leaves throws {@link NotOffered} for a node that is no leaf */
    public SelectWriter(Dialect dialect, Function<RelNode, Leaf> leaves) {
        this(dialect, leaves, List.of());
    }

    /** @param values how the values are spelled that are filled in later */
    public SelectWriter(Dialect dialect, Function<RelNode, Leaf> leaves, List<Spelling> values) {
        this.dialect = dialect.knowing(texts, values);
        this.leaves = leaves;
    }

    /** The statement, its columns named as given; a computed column is cast to the type that the tree promises. */
    public String write(RelNode tree, List<String> columnNames) {
        SelectBlock block = block(tree);
        List<RelDataTypeField> fields = tree.getRowType().getFieldList();
        List<String> columns = new ArrayList<>();
        for (RelDataTypeField field : fields) {
            String column = block.columns.get(field.getIndex());
            boolean asPromised = block.plain.get(field.getIndex()) && !(computedBelow && dialect.readsExactTypes());
            columns.add(asPromised ? column : dialect.promised(column, field.getType()));
        }
        return block.with(columns, block.plain)
                .sql(columnNames.stream().map(dialect::identifier).toList());
    }

    private List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(dialect.identifier(Types.columnName(i)));
        }
        return names;
    }

    private SelectBlock block(RelNode rel) {
        return switch (rel) {
            case Filter filter ->
                filter(block(filter.getInput()), filter.getCondition(), RelOptUtil.conjunctions(filter.getCondition()));
            case SecureFilter barrier -> filter(block(barrier.getInput()), barrier.condition(), conjuncts(barrier));
            case GroupBarrier groups ->
                filter(block(groups.getInput()), groups.condition(), RelOptUtil.conjunctions(groups.condition()));
            case Fence fence -> fence(block(fence.getInput()));
            case Project project -> project(project);
            case Join join -> join(join);
            case Aggregate aggregate -> aggregate(aggregate);
            case Sort sort -> sort(sort);
            case SetOp set -> setOperation(set);
            case Values values -> values(values);
            // Tables and earlier steps; whoever asked knows them, and writes no other node.
            default -> leaf(rel);
        };
    }

    private SelectBlock leaf(RelNode rel) {
        Leaf leaf = leaves.apply(rel);
        String alias = alias();
        List<RelDataTypeField> fields = rel.getRowType().getFieldList();
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < leaf.columns().size(); i++) {
            String column = dialect.column(
                    alias + "." + leaf.columns().get(i), fields.get(i).getType());
            leaf.texts().get(i).ifPresent(text -> texts.put(column, text));
            columns.add(column);
        }
        return new SelectBlock(dialect.aliased(leaf.from(), alias), columns, Collections.nCopies(columns.size(), true));
    }

    private String alias() {
        return dialect.identifier("t" + aliases++);
    }

    /** The block as a FROM item of a new, empty one. */
    private SelectBlock nested(SelectBlock block) {
        computedBelow |= !block.isAllPlain();
        String alias = alias();
        List<String> names = names(block.columns.size());
        List<String> columns = names.stream().map(name -> alias + "." + name).toList();
        for (int i = 0; i < columns.size(); i++) {
            TextColumn text = texts.get(block.columns.get(i));
            if (text != null) {
                texts.put(columns.get(i), text);
            }
        }
        if (!block.orderBy.isEmpty() && block.limit.isEmpty()) {
            block.limit = dialect.orderedSubQuery();
        }
        return new SelectBlock(
                dialect.aliased("(" + block.sql(names) + ")", alias),
                columns,
                Collections.nCopies(columns.size(), true));
    }

    private SelectBlock open(SelectBlock block) {
        return block.isOpen() ? block : nested(block);
    }

    /** Every part of a policy's condition, also one that the columns' types make true: the source may hold other values. */
    private static List<RexNode> conjuncts(SecureFilter barrier) {
        if (barrier.admitsAll()) {
            return List.of();
        }
        return barrier.condition() instanceof RexCall call && call.getKind() == SqlKind.AND
                ? call.getOperands()
                : List.of(barrier.condition());
    }

    private SelectBlock filter(SelectBlock input, RexNode condition, List<RexNode> conjuncts) {
        SelectBlock block = input.isOpen() && usesPlain(input, List.of(condition)) ? input : nested(input);
        SelectBlock filtered = block.with(block.columns, block.plain);
        for (RexNode conjunct : conjuncts) {
            String written = dialect.condition(conjunct, block.columns);
            // A policy's condition stands at its barrier and, copied, below it; written into one WHERE, once is enough.
            if (!filtered.where.contains(written)) {
                filtered.where.add(written);
            }
        }
        return filtered;
    }

    private static boolean usesPlain(SelectBlock block, List<? extends RexNode> nodes) {
        ImmutableBitSet used = org.apache.calcite.plan.RelOptUtil.InputFinder.bits(List.copyOf(nodes), null);
        return used.asList().stream().allMatch(block.plain::get);
    }

    private SelectBlock fence(SelectBlock input) {
        SelectBlock block = input.isOrderedOrLimited() ? nested(input) : input.with(input.columns, input.plain);
        block.limit = dialect.fence();
        return nested(block);
    }

    private SelectBlock project(Project project) {
        SelectBlock whole = block(project.getInput());
        // An aggregate of all rows is one row only as long as an aggregate is written.
        boolean unread = whole.aggregated
                && whole.groupBy.isEmpty()
                && RelOptUtil.InputFinder.bits(project.getProjects(), null).isEmpty();
        SelectBlock input = unread ? nested(whole) : whole;
        boolean windows = project.getProjects().stream().anyMatch(RexOver::containsOver);
        boolean simple = project.getProjects().stream().allMatch(RexInputRef.class::isInstance);
        boolean same = simple || usesPlain(input, project.getProjects()) || input.aggregated;
        SelectBlock block =
                (windows && !input.isOpen()) || !same || (input.windowed && !simple) ? nested(input) : input;
        List<String> columns = dialect.renderAll(project.getProjects(), block.columns);
        List<Boolean> plain = new ArrayList<>();
        for (RexNode node : project.getProjects()) {
            plain.add(node instanceof RexInputRef ref && block.plain.get(ref.getIndex()));
        }
        SelectBlock result = block.with(columns, plain);
        result.windowed |= windows;
        return result;
    }

    private SelectBlock join(Join join) {
        if (!dialect.joins(join.getJoinType())) {
            throw new NotOffered("a " + join.getJoinType() + " join");
        }
        if (!join.getJoinType().projectsRight()) {
            return semiJoin(join);
        }
        boolean inner = join.getJoinType() == org.apache.calcite.rel.core.JoinRelType.INNER;
        boolean keepsLeft = !join.getJoinType().generatesNullsOnLeft();
        SelectBlock left = joinable(block(join.getLeft()), keepsLeft);
        SelectBlock right =
                joinable(block(join.getRight()), inner || !join.getJoinType().generatesNullsOnRight());
        List<String> columns = new ArrayList<>(left.columns);
        columns.addAll(right.columns);
        String word = join.getJoinType().name();
        // MariaDB turns a long list into a look-up where it stands in WHERE; in ON it is compared row by row.
        Map<Boolean, List<RexNode>> conditions = RelOptUtil.conjunctions(join.getCondition()).stream()
                .collect(Collectors.partitioningBy(condition -> inner && KeyCondition.isKeys(condition)));
        List<RexNode> on = conditions.getOrDefault(false, List.of());
        boolean cross = inner && on.isEmpty();
        String rightFrom = right.joined ? "(" + right.from + ")" : right.from;
        String from = cross
                ? left.from + "\n  CROSS JOIN " + rightFrom
                : left.from + "\n  " + word + " JOIN " + rightFrom + " ON "
                        + dialect.condition(
                                RexUtil.composeConjunction(join.getCluster().getRexBuilder(), on), columns);
        SelectBlock block = new SelectBlock(from, columns, Collections.nCopies(columns.size(), true));
        block.joined = true;
        block.where.addAll(left.where);
        block.where.addAll(right.where);
        conditions.getOrDefault(true, List.of()).forEach(keys -> block.where.add(dialect.condition(keys, columns)));
        return block;
    }

    /** A side of a join: plain columns, and conditions only where the join lets them stand beside it. */
    private SelectBlock joinable(SelectBlock block, boolean mayFilter) {
        boolean fits =
                block.isOpen() && block.isAllPlain() && !block.from.isEmpty() && (mayFilter || block.where.isEmpty());
        return fits ? block : nested(block);
    }

    private SelectBlock semiJoin(Join join) {
        SelectBlock input = block(join.getLeft());
        SelectBlock left = input.isOpen() && input.isAllPlain() ? input : nested(input);
        SelectBlock right = nested(block(join.getRight()));
        List<String> columns = new ArrayList<>(left.columns);
        columns.addAll(right.columns);
        String exists = "EXISTS (SELECT 1 FROM " + right.from + " WHERE "
                + dialect.condition(join.getCondition(), columns) + ")";
        boolean anti = join.getJoinType() == org.apache.calcite.rel.core.JoinRelType.ANTI;
        SelectBlock result = left.with(left.columns, left.plain);
        result.where.add(anti ? "(NOT " + exists + ")" : exists);
        return result;
    }

    private SelectBlock aggregate(Aggregate aggregate) {
        SelectBlock input = open(block(aggregate.getInput()));
        boolean constantKey = aggregate.getGroupSet().asList().stream().anyMatch(key -> !input.plain.get(key))
                || aggregate.getAggCallList().stream().anyMatch(call -> sortsByConstant(call, input));
        SelectBlock block = constantKey ? nested(input) : input;
        List<RelDataTypeField> fields = aggregate.getInput().getRowType().getFieldList();
        List<String> columns = new ArrayList<>();
        for (int key : aggregate.getGroupSet()) {
            columns.add(key(block, fields, key));
        }
        List<String> keys = List.copyOf(columns);
        for (AggregateCall call : aggregate.getAggCallList()) {
            columns.add(aggregateCall(block, fields, call));
        }
        SelectBlock result = block.with(
                columns.isEmpty() ? List.of("1") : columns, Collections.nCopies(Math.max(1, columns.size()), false));
        result.aggregated = true;
        result.groupBy = groupBy(aggregate, block, fields, keys);
        return result;
    }

    private String key(SelectBlock block, List<RelDataTypeField> fields, int index) {
        return dialect.groupKey(block.columns.get(index), kind(fields.get(index).getType()));
    }

    private String groupBy(Aggregate aggregate, SelectBlock block, List<RelDataTypeField> fields, List<String> keys) {
        if (aggregate.getGroupType() == Aggregate.Group.SIMPLE) {
            return String.join(", ", keys);
        }
        dialect.require(Feature.GROUPING_SETS);
        List<String> sets = new ArrayList<>();
        for (ImmutableBitSet set : aggregate.getGroupSets()) {
            List<String> columns =
                    set.asList().stream().map(key -> key(block, fields, key)).toList();
            sets.add("(" + String.join(", ", columns) + ")");
        }
        return "GROUPING SETS (" + String.join(", ", sets) + ")";
    }

    private String aggregateCall(SelectBlock block, List<RelDataTypeField> fields, AggregateCall call) {
        List<String> arguments = new ArrayList<>();
        List<RelDataType> types = new ArrayList<>();
        for (int argument : call.getArgList()) {
            arguments.add(block.columns.get(argument));
            types.add(fields.get(argument).getType());
        }
        String filter = call.hasFilter() ? block.columns.get(call.filterArg) : "";
        return dialect.aggregate(call, arguments, types, filter);
    }

    /** Whether what may be a constant would stand behind an ORDER BY inside an aggregate. */
    private static boolean sortsByConstant(AggregateCall call, SelectBlock input) {
        return call.getAggregation() instanceof OrderedAggregate
                && !call.getArgList().stream().allMatch(input.plain::get);
    }

    private SelectBlock sort(Sort sort) {
        SelectBlock input = block(sort.getInput());
        // A constant after ORDER BY would be read as the position of a column. All keys stand in one clause, so all are
        // nested or none.
        boolean sortable = sort.getCollation().getKeys().stream().allMatch(key -> isSortable(input, key));
        SelectBlock block =
                input.isOrderedOrLimited() || !sortable ? nested(input) : input.with(input.columns, input.plain);
        List<RelDataTypeField> fields = sort.getRowType().getFieldList();
        for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
            String column = block.columns.get(key.getFieldIndex());
            Types.Kind type = kind(fields.get(key.getFieldIndex()).getType());
            block.orderBy.add(dialect.orderItem(column, type, direction(key), nulls(key)));
        }
        block.limit = dialect.limit(number(sort.fetch), number(sort.offset), !block.orderBy.isEmpty());
        return block;
    }

    /** Whether a column may be written after ORDER BY: it is one, or an aggregate, and no constant. */
    private boolean isSortable(SelectBlock block, int index) {
        String column = block.columns.get(index);
        return block.plain.get(index) || (block.aggregated && readsRows(column));
    }

    /** Whether a written expression names a column or counts rows. */
    private boolean readsRows(String column) {
        return column.indexOf(dialect.identifier("c").charAt(0)) >= 0 || column.contains("(*)");
    }

    public static Dialect.Direction direction(RelFieldCollation key) {
        return key.getDirection().isDescending() ? Dialect.Direction.DESCENDING : Dialect.Direction.ASCENDING;
    }

    public static Dialect.Nulls nulls(RelFieldCollation key) {
        return key.nullDirection == RelFieldCollation.NullDirection.FIRST ? Dialect.Nulls.FIRST : Dialect.Nulls.LAST;
    }

    private Optional<String> number(@Nullable RexNode rows) {
        return Optional.ofNullable(rows).map(node -> dialect.render(node, List.of()));
    }

    private SelectBlock setOperation(SetOp set) {
        dialect.require(Feature.of(set));
        computedBelow = true;
        String word = dialect.word(set);
        List<String> branches = new ArrayList<>();
        for (RelNode input : set.getInputs()) {
            SelectBlock block = set.kind == SqlKind.UNION && set.all ? united(input) : comparable(input);
            branches.add("(" + block.sql(names(block.columns.size())) + ")");
        }
        String alias = alias();
        List<String> columns = names(set.getRowType().getFieldCount()).stream()
                .map(name -> alias + "." + name)
                .toList();
        String from = dialect.aliased("(" + String.join("\n" + word + "\n", branches) + ")", alias);
        return new SelectBlock(from, columns, Collections.nCopies(columns.size(), true));
    }

    /** A branch whose rows stand beside those of others. */
    private SelectBlock united(RelNode input) {
        SelectBlock block = block(input);
        List<String> columns = new ArrayList<>();
        for (RelDataTypeField field : input.getRowType().getFieldList()) {
            String column = block.columns.get(field.getIndex());
            columns.add(kind(field.getType()) == Types.Kind.TEXT ? dialect.united(column) : column);
        }
        return block.with(columns, block.plain);
    }

    /** A branch whose rows are compared with those of others: text by code point. */
    private SelectBlock comparable(RelNode input) {
        SelectBlock block = block(input);
        List<String> columns = new ArrayList<>();
        for (RelDataTypeField field : input.getRowType().getFieldList()) {
            String column = block.columns.get(field.getIndex());
            String key = dialect.groupKey(column, kind(field.getType()));
            // Two branches may have two collations, so none is left to chance.
            columns.add(kind(field.getType()) == Types.Kind.TEXT ? dialect.binaryText(dialect.united(column)) : key);
        }
        return block.with(columns, Collections.nCopies(columns.size(), false));
    }

    private SelectBlock values(Values values) {
        computedBelow = true;
        List<String> names = names(values.getRowType().getFieldCount());
        String alias = alias();
        String from = dialect.aliased("(" + new ConstantRows(dialect, names).select(values) + ")", alias);
        List<String> columns = names.stream().map(name -> alias + "." + name).toList();
        return new SelectBlock(from, columns, Collections.nCopies(columns.size(), true));
    }
}
