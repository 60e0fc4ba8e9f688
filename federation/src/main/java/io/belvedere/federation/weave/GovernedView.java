package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.federation.sql.Types;
import io.belvedere.federation.sql.ValidationErrors;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * A view as one caller may use it: the visible columns in contract order, each under its mask. What is hidden is not in its row
 * type, so nothing that looks at it can name it.
 */
final class GovernedView extends AbstractTable implements TranslatableTable {
    private final ViewDefinition view;
    private final Compiler.Validated body;
    private final Granted granted;
    private final Compiler compiler;
    private final Supplier<BelvedereException> notFound;
    private final List<RexNode> contract;
    private final List<RexNode> visible;
    private final RelDataType rowType;

    /**
     * What the decision says of one view.
     *
     * @param stamp the decision's fingerprint
     */
    record Granted(ViewAccess.Rows rows, String stamp, Masks masks) {}

    private GovernedView(
            ViewDefinition view,
            Compiler.Validated body,
            Granted granted,
            Compiler compiler,
            Supplier<BelvedereException> notFound) {
        this.view = view;
        this.body = body;
        this.granted = granted;
        this.compiler = compiler;
        this.notFound = notFound;
        this.contract = contract();
        this.visible = visible();
        this.rowType = compiler.types()
                .createStructType(visible.stream().map(RexNode::getType).toList(), visibleNames());
    }

    /** Throws {@code notFound} when the body does not give what the contract promises. */
    static GovernedView of(
            ViewDefinition view,
            Compiler.Validated body,
            Granted granted,
            Compiler compiler,
            Supplier<BelvedereException> notFound) {
        return new GovernedView(view, body, granted, compiler, notFound);
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        return rowType;
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        RelNode inside = body();
        RelNode promised = promised(inside);
        RexNode condition =
                Conditions.toRex(compiler.rex(), view, granted.rows().rule(), promised.getRowType());
        SecureFilter barrier = new SecureFilter(
                context.getCluster(),
                context.getCluster().traitSetOf(Convention.NONE),
                promised,
                view.id(),
                granted.stamp(),
                condition);
        return compiler.masked(LogicalProject.create(barrier, List.of(), visible, visibleNames(), Set.of()));
    }

    private RelNode promised(RelNode inside) {
        List<String> names =
                view.columns().stream().map(column -> column.name().value()).toList();
        return RexUtil.isIdentity(contract, inside.getRowType())
                        && inside.getRowType().getFieldNames().equals(names)
                ? inside
                : LogicalProject.create(inside, List.of(), contract, names, Set.of());
    }

    private RelNode body() {
        try {
            return body.convert(Compiler.Position.INSIDE).project();
        } catch (RuntimeException | AssertionError thrown) {
            throw ValidationErrors.findOurs(thrown).orElseGet(notFound);
        }
    }

    /** The contract's columns out of the body's, by name, cast to the contract's types. */
    private List<RexNode> contract() {
        RexBuilder rex = compiler.rex();
        List<RexNode> expressions = new ArrayList<>();
        List<String> names = body.rowType().getFieldNames();
        for (ColumnContract column : view.columns()) {
            int index = names.indexOf(column.name().value());
            if (index < 0 || names.lastIndexOf(column.name().value()) != index) {
                throw notFound.get();
            }
            RelDataType actual = body.rowType().getFieldList().get(index).getType();
            boolean fits = column.presence() == Presence.OPTIONAL || !actual.isNullable();
            Optional<Boolean> widens = Types.fromCalcite(actual).map(type -> Types.widens(type, column.type()));
            if (!fits || !widens.orElse(false)) {
                throw notFound.get();
            }
            RelDataType promised = compiler.types()
                    .createTypeWithNullability(
                            Types.toCalcite(compiler.types(), column.type(), column.presence()), actual.isNullable());
            RexNode input = rex.makeInputRef(actual, index);
            expressions.add(
                    SqlTypeUtil.equalSansNullability(compiler.types(), actual, promised)
                            ? input
                            : rex.makeCast(promised, input));
        }
        return List.copyOf(expressions);
    }

    private List<RexNode> visible() {
        List<RexNode> expressions = new ArrayList<>();
        for (int i = 0; i < view.columns().size(); i++) {
            ColumnContract column = view.columns().get(i);
            Mask mask = granted.rows().columns().get(column.name());
            if (mask == null || !mask.accepts(column.type())) {
                throw PLAN_REFUSED.error("The mask of column '" + column.name() + "' of view '" + view.id()
                        + "' does not fit its type.");
            }
            if (!(mask instanceof Mask.Hidden)) {
                RexNode value = compiler.rex().makeInputRef(contract.get(i).getType(), i);
                expressions.add(granted.masks().apply(mask, value, view.id(), column));
            }
        }
        if (expressions.isEmpty()) {
            throw notFound.get();
        }
        return List.copyOf(expressions);
    }

    private List<String> visibleNames() {
        return view.columns().stream()
                .filter(column -> !(granted.rows().columns().get(column.name()) instanceof Mask.Hidden))
                .map(column -> column.name().value())
                .toList();
    }
}
