package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Dialect;
import io.belvedere.federation.sql.Functions;
import io.belvedere.federation.sql.Types;
import io.belvedere.model.DataType;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.ViewExpanders;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelCollationTraitDef;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;

/**
 * Calcite, set up for one query: one factory of types and one cluster for the caller's tree and all bodies. Used by one thread.
 *
 * <p>Nothing is simplified, merged or decorrelated here: levels of the tree stay apart until the plan is made.
 */
final class Compiler {
    private static final SqlValidator.Config VALIDATION = SqlValidator.Config.DEFAULT
            .withConformance(Dialect.INSTANCE)
            .withDefaultNullCollation(NullCollation.LAST)
            .withIdentifierExpansion(true)
            .withColumnReferenceExpansion(true)
            .withLenientOperatorLookup(false);
    private static final SqlToRelConverter.Config CONVERSION = SqlToRelConverter.config()
            .withExpand(false)
            .withTrimUnusedFields(false)
            .withDecorrelationEnabled(false)
            .withInSubQueryThreshold(Integer.MAX_VALUE)
            .withAddJsonTypeOperatorEnabled(false)
            .withRelBuilderConfigTransform(
                    builder -> builder.withBloat(-1).withSimplify(false).withSimplifyValues(false));

    private final RelDataTypeFactory types = Types.newFactory();
    private final RelOptCluster cluster;

    /** By the barrier below; by identity, as every reference to a view has its own. */
    private final IdentityHashMap<RelNode, LogicalProject> masks = new IdentityHashMap<>();

    Compiler() {
        VolcanoPlanner planner = new VolcanoPlanner();
        // Calcite would compute constants its own way: CAST(2.5 AS INTEGER) as 2, CAST(TRUE AS VARCHAR) as TRUE.
        planner.setExecutor((_, constants, values) -> values.addAll(constants));
        planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
        planner.addRelTraitDef(RelCollationTraitDef.INSTANCE);
        this.cluster = RelOptCluster.create(planner, new ExactRexBuilder(types));
        cluster.setMetadataProvider(SetPredicates.known());
    }

    RelDataTypeFactory types() {
        return types;
    }

    RexBuilder rex() {
        return cluster.getRexBuilder();
    }

    /** Binds every name of a tree to one of the tables; throws what Calcite throws. */
    Validated validate(SqlNode tree, Map<List<String>, Table> tables) {
        CalciteCatalogReader catalog = catalog(tables);
        SqlValidator validator = new Validator(Functions.table(), catalog, types, VALIDATION);
        return new Validated(validator.validate(tree), validator, catalog);
    }

    private CalciteCatalogReader catalog(Map<List<String>, Table> tables) {
        Map<String, Map<String, Table>> schemas = new HashMap<>();
        tables.forEach((path, table) ->
                schemas.computeIfAbsent(path.getFirst(), _ -> new HashMap<>()).put(path.getLast(), table));
        CalciteSchema root = CalciteSchema.createRootSchema(false, false);
        schemas.forEach((name, members) -> root.plus().add(name, new Members(members)));
        return new CalciteCatalogReader(root, List.of(), types, new CalciteConnectionConfigImpl(new Properties()));
    }

    /** Remembers the masks over a barrier. */
    LogicalProject masked(LogicalProject over) {
        masks.put(over.getInput(), over);
        return over;
    }

    /** Calcite leaves out what EXISTS selects, and with it the masks of a view that stands there alone. */
    private RelNode withMasks(RelNode node) {
        if (node instanceof SecureFilter) {
            return node;
        }
        List<RelNode> inputs = node.getInputs().stream().map(this::withMasks).toList();
        RelNode below = inputs.equals(node.getInputs()) ? node : node.copy(node.getTraitSet(), inputs);
        return below.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery inner = (RexSubQuery) super.visitSubQuery(query);
                LogicalProject over = masks.get(inner.rel);
                RelNode rel = over == null ? withMasks(inner.rel) : over;
                return rel.equals(inner.rel) ? inner : inner.clone(rel);
            }
        });
    }

    /** Whether a query is the whole statement or stands inside one. */
    enum Position {
        TOP,
        INSIDE
    }

    /** A tree whose names are bound. */
    final class Validated {
        private final SqlNode tree;
        private final SqlValidator validator;
        private final CalciteCatalogReader catalog;

        private Validated(SqlNode tree, SqlValidator validator, CalciteCatalogReader catalog) {
            this.tree = tree;
            this.validator = validator;
            this.catalog = catalog;
        }

        SqlNode tree() {
            return tree;
        }

        RelDataType rowType() {
            return validator.getValidatedNodeType(tree);
        }

        /** The types of the parameters in it, in their order. */
        List<DataType> parameters() {
            return validator.getParameterRowType(tree).getFieldList().stream()
                    .map(field -> Types.fromCalcite(field.getType()).orElse(DataType.Simple.VARCHAR))
                    .toList();
        }

        /** The tree as relational algebra; may be asked for once per reference. */
        RelRoot convert(Position position) {
            SqlToRelConverter converter = new SqlToRelConverter(
                    ViewExpanders.simpleContext(cluster),
                    validator,
                    catalog,
                    cluster,
                    StandardConvertletTable.INSTANCE,
                    CONVERSION);
            RelRoot root = converter.convertQuery(tree, false, position == Position.TOP);
            return root.withRel(withMasks(root.rel));
        }
    }

    private static final class Members extends AbstractSchema {
        private final Map<String, Table> tables;

        Members(Map<String, Table> tables) {
            this.tables = Map.copyOf(tables);
        }

        @Override
        protected Map<String, Table> getTableMap() {
            return tables;
        }
    }
}
