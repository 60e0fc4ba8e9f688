package io.belvedere.policy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewId;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decisions for tests; production code has no way to make one but by asking policy. */
public final class PolicyFixtures {
    public static final String STAMP = "5".repeat(64);

    private PolicyFixtures() {}

    /** All rows and columns of the views, in the clear. */
    public static Granting everything(Collection<ViewDefinition> views) {
        return new Granting(views);
    }

    /** A decision in the making. */
    public static final class Granting {
        private final Map<ViewId, ViewDefinition> definitions = new LinkedHashMap<>();
        private final Map<ViewId, Map<ColumnName, Mask>> masks = new HashMap<>();
        private final Map<ViewId, ViewAccess.RowRule> rules = new HashMap<>();
        private final Map<ViewId, Integer> groups = new HashMap<>();
        private final Map<ViewId, ViewAccess> others = new HashMap<>();
        private long rowsMax = 100_000;

        Granting(Collection<ViewDefinition> views) {
            views.forEach(view -> definitions.put(view.id(), view));
        }

        /** A mask for a column, by its name in whichever views have it. */
        public Granting mask(String column, Mask mask) {
            definitions.keySet().forEach(view -> mask(view.toString(), column, mask));
            return this;
        }

        /** A mask for a column of one view ({@code domain.name@1.0.0}). */
        public Granting mask(String view, String column, Mask mask) {
            ViewId id = ViewId.parse(view);
            masks.computeIfAbsent(id, _ -> new HashMap<>()).put(new ColumnName(column), mask);
            return this;
        }

        /** Only rows whose column equals the text, in every view that has the column. */
        public Granting rowsWhere(String column, String value) {
            definitions.values().stream()
                    .filter(view -> view.findColumn(new ColumnName(column)).isPresent())
                    .forEach(view -> rows(
                            view.id().toString(),
                            new Condition.Comparison(
                                    new ColumnName(column), Condition.Operator.EQ, new Literal.Text(value))));
            return this;
        }

        public Granting rows(String view, Condition condition) {
            rules.put(ViewId.parse(view), new ViewAccess.RowRule.Matching(condition));
            return this;
        }

        public Granting rowsMax(long max) {
            rowsMax = max;
            return this;
        }

        public Granting groupSizeMin(String view, int size) {
            groups.put(ViewId.parse(view), size);
            return this;
        }

        /** Some other access than rows. */
        public Granting access(String view, ViewAccess access) {
            others.put(ViewId.parse(view), access);
            return this;
        }

        public Allow allow() {
            return allow(Allow.Detail.SHAPE);
        }

        public Allow allow(Allow.Detail detail) {
            return allow(detail, STAMP);
        }

        /** With a stamp of its own, as every other grant has. */
        public Allow allow(Allow.Detail detail, String stamp) {
            Map<ViewId, ViewAccess> views = new HashMap<>();
            definitions.forEach((id, view) -> views.put(id, others.getOrDefault(id, rows(view))));
            return new Allow("fixture", "1", "0".repeat(64), stamp, detail, views);
        }

        private ViewAccess rows(ViewDefinition view) {
            Map<ColumnName, Mask> columns = new HashMap<>();
            view.columns()
                    .forEach(column -> columns.put(
                            column.name(),
                            masks.getOrDefault(view.id(), Map.of()).getOrDefault(column.name(), new Mask.None())));
            return new ViewAccess.Rows(
                    rules.getOrDefault(view.id(), new ViewAccess.RowRule.All()),
                    columns,
                    rowsMax,
                    groups.getOrDefault(view.id(), 0));
        }
    }
}
