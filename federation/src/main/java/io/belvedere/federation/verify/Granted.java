package io.belvedere.federation.verify;

import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import io.belvedere.policy.ViewAccess.RowRule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * What the decision grants: of each view its rows, as the decision says them; the masks of its columns, as they were woven; and what the
 * view's own body does, so that a caller's doing can be told from it.
 */
final class Granted {
    private static final DateTimeFormatter MICROSECONDS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);

    private final Catalog catalog;
    private final Allow decision;
    private final Map<ViewId, Set<String>> masks = new HashMap<>();
    private final Map<ViewId, Body> bodies = new HashMap<>();
    private final Map<ViewId, Set<Set<TableName>>> subQueries = new HashMap<>();

    Granted(GovernedQuery query, Catalog catalog) {
        this.catalog = catalog;
        this.decision = query.decision();
        read(query.tree(), Optional.empty());
    }

    private void read(RelNode rel, Optional<ViewId> around) {
        if (rel instanceof Project project && project.getInput() instanceof SecureFilter barrier) {
            ViewTerms terms = new ViewTerms(barrier);
            for (RexNode mask : project.getProjects()) {
                masks.computeIfAbsent(barrier.view(), _ -> new HashSet<>()).add(terms.text(mask));
            }
        }
        Optional<ViewId> below = around;
        if (rel instanceof SecureFilter barrier) {
            below = Optional.of(barrier.view());
            bodies.computeIfAbsent(barrier.view(), _ -> Body.of(barrier, hiddenColumns(barrier)));
        }
        for (RelNode input : rel.getInputs()) {
            read(input, below);
        }
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                around.ifPresent(view ->
                        subQueries.computeIfAbsent(view, _ -> new HashSet<>()).add(Body.tables(query.rel)));
                read(query.rel, around);
                return super.visitSubQuery(query);
            }
        });
    }

    /** Which of the barrier's columns a caller does not see as they are. */
    private Set<Integer> hiddenColumns(SecureFilter barrier) {
        Map<ColumnName, Mask> decided = columns(barrier.view());
        Set<Integer> hidden = new HashSet<>();
        List<String> names = barrier.getRowType().getFieldNames();
        for (int i = 0; i < names.size(); i++) {
            if (!(decided.get(new ColumnName(names.get(i))) instanceof Mask.None)) {
                hidden.add(i);
            }
        }
        return hidden;
    }

    private ViewAccess.Rows rows(ViewId view) {
        return switch (decision.views().get(view)) {
            case ViewAccess.Rows rows -> rows;
            case ViewAccess.Contract _, ViewAccess.None _ -> throw Unproven.because("a view without granted rows");
            case null -> throw Unproven.because("a view that the decision does not name");
        };
    }

    private Map<ColumnName, Mask> columns(ViewId view) {
        return rows(view).columns();
    }

    /** Refuses a barrier of another decision, or with another condition than the decision's. */
    void requireBarrier(SecureFilter barrier) {
        if (!barrier.stamp().equals(decision.fingerprint())) {
            throw Unproven.because("a barrier with another decision's stamp");
        }
        ViewTerms terms = new ViewTerms(barrier);
        Set<Term> wanted = switch (rows(barrier.view()).rule()) {
            case RowRule.All _ -> Set.of();
            case RowRule.Matching(Condition condition) -> Set.copyOf(Logic.conjuncts(List.of(term(condition, terms))));
        };
        Set<Term> found = barrier.admitsAll()
                ? Set.of()
                : Set.copyOf(Logic.conjuncts(List.of(terms.condition(barrier.condition()))));
        if (!wanted.equals(found)) {
            throw Unproven.because("a barrier whose condition is not the decision's");
        }
    }

    /** Refuses a column that leaves its barrier in another way than the decision says. */
    void requireGiven(SecureFilter barrier, RexNode given) {
        if (given instanceof RexInputRef ref) {
            requireClear(barrier.view(), barrier.getRowType().getFieldNames().get(ref.getIndex()));
        } else if (!masks.getOrDefault(barrier.view(), Set.of()).contains(new ViewTerms(barrier).text(given))) {
            throw Unproven.because("a masked column whose mask is not the woven one");
        }
    }

    void requireClear(ViewId view, String name) {
        boolean contracted = catalog.findView(view).map(ViewDefinition::columns).orElse(List.of()).stream()
                .map(ColumnContract::name)
                .anyMatch(column -> column.value().equals(name));
        if (!contracted || !(columns(view).get(new ColumnName(name)) instanceof Mask.None)) {
            throw Unproven.because("a column that policy masks or hides would leave its barrier in the clear");
        }
    }

    Body body(ViewId view) {
        Body body = bodies.get(view);
        if (body == null) {
            throw Unproven.because("a view that was not woven");
        }
        return body;
    }

    /**
     * How many views stand around a sub-query over these tables, which no barrier of its own covers: it belongs to the body of the last of
     * them. Refuses one that no view's body has.
     *
     * @param around the views around the place where its value is used, outermost first
     */
    int home(List<ViewId> around, Set<TableName> tables) {
        if (tables.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < around.size(); i++) {
            if (subQueries.getOrDefault(around.get(i), Set.of()).stream().anyMatch(each -> each.containsAll(tables))) {
                return i + 1;
            }
        }
        throw Unproven.because("a sub-query's value that was read outside every barrier");
    }

    private static Term term(Condition condition, ViewTerms columns) {
        return switch (condition) {
            case Condition.And(List<Condition> all) ->
                Logic.and(all.stream().map(each -> term(each, columns)).toList());
            case Condition.Or(List<Condition> any) ->
                Logic.or(any.stream().map(each -> term(each, columns)).toList());
            case Condition.Not(Condition inner) -> Logic.op("NOT", term(inner, columns));
            case Condition.IsNull(ColumnName field) -> Logic.op("IS NULL", columns.column(field.value()));
            case Condition.In(ColumnName field, List<Literal> values) ->
                Logic.or(values.stream()
                        .map(value -> (Term) Logic.op("=", columns.column(field.value()), constant(value)))
                        .toList());
            case Condition.Comparison(ColumnName field, Condition.Operator operator, Literal value) ->
                Logic.op(
                        switch (operator) {
                            case EQ -> "=";
                            case NE -> "<>";
                            case LT -> "<";
                            case LE -> "<=";
                            case GT -> ">";
                            case GE -> ">=";
                        },
                        columns.column(field.value()),
                        constant(value));
        };
    }

    private static Term constant(Literal literal) {
        return switch (literal) {
            case Literal.Text(String text) -> Logic.text(text);
            case Literal.Numeric(var number) -> Logic.number(number);
            case Literal.Bool(boolean flag) -> Logic.truth(flag, Product.DUCKDB);
            case Literal.Date(var date) -> Logic.moment(date.toString());
            case Literal.Timestamp(Instant instant) -> Logic.moment(timestamp(instant));
        };
    }

    /** In microseconds, without zeros at the end. */
    private static String timestamp(Instant instant) {
        return MICROSECONDS.format(LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
    }
}
