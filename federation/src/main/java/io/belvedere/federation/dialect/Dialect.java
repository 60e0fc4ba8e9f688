package io.belvedere.federation.dialect;

import static io.belvedere.federation.dialect.Types.kind;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * How one database writes expressions. What it may be asked stands on its {@link CapabilitySheet}; an expression without a line
 * here, or whose answer there would differ from ours, is {@link NotOffered} and stays in the engine.
 *
 * <p>One meaning everywhere: text compares by code point, NULL is last, casts round half away from zero. Calcite's own dialects
 * are not used, because their string literals, integer division, casts and NULL order differ by product (and let a backslash end
 * a literal on the MySQL family). No state; safe for use by many threads.
 */
public abstract sealed class Dialect
        permits PostgresDialect, MySqlFamilyDialect, OracleDialect, SqlServerDialect, DuckDbDialect {
    private final CapabilitySheet sheet;
    private final ServerVersion version;

    Dialect(CapabilitySheet sheet, ServerVersion version) {
        this.sheet = sheet;
        this.version = version;
    }

    public static Dialect of(SourceKind kind) {
        return of(kind, CapabilitySheet.of(kind).oldest());
    }

    /** @param version of the server, or the oldest that may be a source */
    public static Dialect of(SourceKind kind, ServerVersion version) {
        return switch (kind) {
            case POSTGRESQL -> new PostgresDialect(version);
            case MARIADB, MYSQL -> new MySqlFamilyDialect(kind, version);
            case ORACLE -> new OracleDialect(version);
            case SQLSERVER -> new SqlServerDialect(version);
            case DUCKDB, PARQUET, CSV -> new DuckDbDialect();
        };
    }

    /** The join engine's own. */
    public static Dialect engine() {
        return new DuckDbDialect();
    }

    public final CapabilitySheet sheet() {
        return sheet;
    }

    /** Throws {@link NotOffered} for what this server is not asked. */
    public final void require(Feature feature) {
        sheet.require(feature, version);
    }

    /** Throws {@link NotOffered} for a set operation of which this server is not asked, or not over such columns. */
    public final void require(SetOp set) {
        require(Feature.of(set));
        boolean compared = set.kind != SqlKind.UNION || !set.all;
        for (RelDataTypeField field : set.getRowType().getFieldList()) {
            Kind kind = kind(field.getType());
            if (kind == Kind.TEXT) {
                united("c");
            }
            if (compared) {
                groupKey("c", kind);
            }
        }
    }

    /** Throws {@link NotOffered} for a sort, or a number of rows, of which this server is not asked. */
    public final void require(Sort sort) {
        require(Feature.SORT);
        boolean none = sort.fetch instanceof RexLiteral rows
                && LiteralValues.isAtLeast(rows, 0)
                && !LiteralValues.isAtLeast(rows, 1);
        if (none && sheet.limit() == CapabilitySheet.LimitForm.ORDERED_FETCH) {
            throw new NotOffered("the first 0 rows");
        }
    }

    public final boolean offers(Feature feature) {
        try {
            require(feature);
            return true;
        } catch (NotOffered _) {
            return false;
        }
    }

    /** A string literal that no session setting can make end early. */
    abstract String text(String value);

    /** The type in a CAST; {@link NotOffered} for one that the database lacks. */
    abstract String type(RelDataType type);

    abstract String cast(RexCall call, String operand);

    /** A comparison of two operands of one kind that the sheet offers; {@code operator} is one of = &lt;&gt; &lt; &lt;= &gt; &gt;=. */
    abstract String compare(String operator, Kind kind, String left, String right);

    abstract String distinct(Kind kind, String left, String right);

    /** A text value with code point order, for grouping, ordering and extremes. */
    abstract String binaryText(String text);

    /** As {@link #binaryText} where equality is enough. */
    abstract String binaryKey(String text);

    abstract String like(RexCall call, List<String> operands);

    /** Everything that is not a comparison, logic, exact arithmetic or a cast. */
    abstract String function(RexCall call, List<String> operands);

    abstract String over(RexOver over, List<String> refs);

    /** @param filter a condition, or empty */
    abstract String aggregateCall(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter);

    /** A clause that returns all rows, and past which no condition is moved into the sub-query. */
    abstract String fence();

    /** A computed output column as the type that the plan promises for it. */
    abstract String promised(String column, RelDataType type);

    /**
     * Texts, one of which becomes a value, or which stand in one column of a union; throws {@link NotOffered} for those that the
     * database does not put together.
     */
    List<String> together(List<String> texts) {
        return texts;
    }

    /** An argument of a function that takes any type, where a constant must say its own. */
    String anyTyped(String argument, RexNode node) {
        return argument;
    }

    /** A text column of one branch of UNION ALL, beside any of another's. */
    String united(String text) {
        return text;
    }

    /** A column of a table, as a value of the type that its definition promises. */
    String column(String name, RelDataType type) {
        return name;
    }

    /** A table or sub-query in FROM, with its alias. */
    String aliased(String from, String alias) {
        return from + " AS " + alias;
    }

    /** What stands after FROM where no table is read; empty where nothing has to. */
    String noTable() {
        return "";
    }

    /** A value that the database computed, brought to the type that we promise for it inside its statement. */
    String computed(String value, RelDataType type) {
        return "CAST(" + value + " AS " + type(type) + ")";
    }

    /** The function that counts, whose result holds as many rows as there may be. */
    String count() {
        return "COUNT";
    }

    /** What is summed, such that no sum is too large for its type. */
    String summand(String value, RelDataType type) {
        return value;
    }

    /** A timestamp without a zone, read as UTC. */
    String utc(String timestamp) {
        return "(" + timestamp + " AT TIME ZONE 'UTC')";
    }

    /** Between the branches of a set operation. */
    String word(SetOp set) {
        return set.kind.name() + (set.all ? " ALL" : "");
    }

    /** Whether a window function that depends on an order, or names its frame, must have an ORDER BY. */
    boolean ordersWindows() {
        return false;
    }

    /** What follows the ORDER BY of a sub-query that gives all its rows; empty where nothing has to. */
    String orderedSubQuery() {
        return "";
    }

    /** A literal of a day, a time of day or a moment, from its ISO form. */
    String moment(Kind kind, String iso) {
        return switch (kind) {
            case DATE -> "DATE '" + iso + "'";
            case TIME -> "TIME '" + iso + "'";
            case TIMESTAMP -> "TIMESTAMP '" + iso + "'";
            case INSTANT, BOOLEAN, NUMBER, TEXT, BINARY, INTERVAL, OTHER ->
                throw new NotOffered("a literal of kind " + kind);
        };
    }

    /** A day that is filled in after the statement around it was written. */
    String laterDay(String iso) {
        return moment(Kind.DATE, iso);
    }

    /** Whether results must have exactly the promised types; where not, their reader brings each value into its type. */
    boolean readsExactTypes() {
        return false;
    }

    public enum Direction {
        ASCENDING,
        DESCENDING
    }

    public enum Nulls {
        FIRST,
        LAST
    }

    public final String identifier(String name) {
        if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
            throw new NotOffered("a name with control characters");
        }
        String close = String.valueOf(sheet.quotes().close());
        return sheet.quotes().open() + name.replace(close, close + close) + close;
    }

    public final boolean joins(JoinRelType type) {
        return switch (type) {
            case INNER, LEFT, RIGHT, FULL, SEMI, ANTI -> offers(Feature.of(type));
            case ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
    }

    final String window(RexOver over, List<String> refs) {
        require(Feature.WINDOW);
        return over(over, refs);
    }

    public final String aggregate(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        require(Feature.AGGREGATE);
        if (!filter.isEmpty()) {
            require(Feature.AGGREGATE_FILTER);
        }
        if (types.stream().anyMatch(type -> kind(type) == Kind.TEXT)) {
            requireText(call);
        }
        return aggregateCall(call, arguments, types, filter);
    }

    private void requireText(AggregateCall call) {
        if (call.isDistinct()) {
            require(Feature.TEXT_GROUPING);
        }
        SqlKind function = call.getAggregation().getKind();
        if (function == SqlKind.MIN || function == SqlKind.MAX) {
            require(Feature.TEXT_ORDER);
        }
    }

    /** An output column as a key of a group, of DISTINCT and of set operations. */
    public final String groupKey(String expression, Kind kind) {
        if (kind != Kind.TEXT) {
            return expression;
        }
        require(Feature.TEXT_GROUPING);
        return binaryKey(expression);
    }

    /** One item of ORDER BY; the place of NULL is always said. */
    public final String orderItem(String expression, Kind kind, Direction direction, Nulls nulls) {
        if (kind == Kind.TEXT) {
            require(Feature.TEXT_ORDER);
        }
        String value = (kind == Kind.TEXT ? binaryText(expression) : expression)
                + (direction == Direction.DESCENDING ? " DESC" : " ASC");
        return switch (sheet.nullsClause()) {
            case OFFERED -> value + (nulls == Nulls.FIRST ? " NULLS FIRST" : " NULLS LAST");
            case ABSENT -> isNull(expression) + (nulls == Nulls.FIRST ? " DESC, " : " ASC, ") + value;
        };
    }

    /** 1 or true for NULL; a value that can be sorted by. */
    String isNull(String expression) {
        return "(" + expression + " IS NULL)";
    }

    /**
     * What follows ORDER BY.
     *
     * @param ordered whether there is one
     */
    final String limit(Optional<String> rows, Optional<String> skipped, boolean ordered) {
        return RowLimits.write(this, rows, skipped, ordered);
    }

    String timestampWord() {
        return "TIMESTAMP";
    }

    /** The expression over columns that are already written. */
    public final String render(RexNode node, List<String> refs) {
        return new ExpressionWriter(this, refs).write(node);
    }

    /** As {@link #render}, where a condition is wanted. */
    public final String condition(RexNode node, List<String> refs) {
        return new ExpressionWriter(this, refs).writeCondition(node);
    }

    public final List<String> renderAll(List<? extends RexNode> nodes, List<String> refs) {
        return new ExpressionWriter(this, refs).writeAll(nodes);
    }

    final String literal(RexLiteral literal) {
        return new LiteralWriter(this).write(literal);
    }

    /** A lifted value, written as a literal of the tree would be. */
    public final String constant(Literal value) {
        return new LiteralWriter(this).write(value);
    }

    /**
     * The dialect for one statement.
     *
     * @param columns what is known of its columns by how they are written; grows while the statement is written
     * @param values how the values are spelled that are filled in later
     */
    Dialect knowing(Map<String, TextColumn> columns, List<Spelling> values) {
        return this;
    }

    /** What is known of a column of the statement, by how it is written. */
    Optional<TextColumn> known(String column) {
        return Optional.empty();
    }

    /** Literals that not every database can write. */
    String special(RexLiteral literal) {
        throw new NotOffered("a literal of type " + literal.getTypeName());
    }

    String nullOf(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.NULL ? "NULL" : "CAST(NULL AS " + type(type) + ")";
    }

    static String joined(String operator, List<String> parts) {
        return "(" + String.join(operator, parts) + ")";
    }

    static NotOffered notOffered(RexCall call) {
        return new NotOffered("the function " + call.getOperator().getName() + " is not on the list of this source");
    }
}
