package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.model.expr.Literal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlJdbcFunctionCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlTableRef;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a parsed tree one that holds only what is allowed: every operator is on the list, parameters and the clock are
 * constants, hints are gone, text literals carry no character set, long chains of AND, OR and || are balanced.
 */
final class Cleaner extends SqlShuttle {
    private static final Set<SqlKind> ORDERINGS =
            EnumSet.of(SqlKind.DESCENDING, SqlKind.NULLS_FIRST, SqlKind.NULLS_LAST);

    private final List<Optional<Literal>> parameters;
    private final Clockwork now;
    private final OwnQueries queries = new OwnQueries();
    private final OtherWords otherWords;
    private final Open open;
    private int parametersSeen;

    Cleaner(List<Optional<Literal>> parameters, Clockwork now) {
        this(parameters, now, Open.CLOSED);
    }

    private Cleaner(List<Optional<Literal>> parameters, Clockwork now, Open open) {
        this.parameters = parameters;
        this.now = now;
        this.otherWords = new OtherWords(now, queries);
        this.open = open;
    }

    /** Leaves parameters as they are: for what is asked of a statement before it has values. */
    static Cleaner leavingParameters(Clockwork now) {
        return new Cleaner(List.of(), now, Open.OPEN);
    }

    /** Refuses parameters: for what is written in a definition, which nobody sends values with. */
    static Cleaner refusingParameters(Clockwork now) {
        return new Cleaner(List.of(), now, Open.NEVER);
    }

    /** Whether parameters stay, have values, or have no place. */
    private enum Open {
        CLOSED,
        OPEN,
        NEVER
    }

    /** The clean tree; throws {@link SqlProblem}. */
    SqlNode clean(SqlNode statement) {
        SqlNode clean = require(statement.accept(this));
        if (open == Open.CLOSED && parametersSeen != parameters.size()) {
            throw SqlProblem.of(
                    QUERY_INVALID,
                    "The query has " + parametersSeen + " parameters, but " + parameters.size()
                            + " values came with it.");
        }
        return clean;
    }

    /** How many parameters the statement has; known once it is clean. */
    int parametersSeen() {
        return parametersSeen;
    }

    @Override
    public SqlNode visit(SqlCall call) {
        if (StatementLimits.chains(call, call)) {
            return balanced(call);
        }
        return switch (call) {
            case SqlTableRef table -> require(table.operand(0).accept(this));
            case SqlSelect select -> select(queries.own(select));
            case SqlOrderBy order -> orderBy(order);
            case SqlWithItem item -> withItem(item);
            case SqlWith _, SqlJoin _, SqlWindow _ -> require(super.visit(call));
            default -> queries.writtenOut(operation(call));
        };
    }

    @Override
    public SqlNode visit(SqlDynamicParam parameter) {
        int index = parameter.getIndex();
        parametersSeen = Math.max(parametersSeen, index + 1);
        if (open == Open.OPEN) {
            return parameter;
        }
        if (open == Open.NEVER) {
            throw SqlProblem.at(
                    QUERY_INVALID,
                    parameter.getParserPosition(),
                    "A definition has no parameters: write a constant, or give the column out so that callers can filter by it.");
        }
        if (index >= parameters.size()) {
            throw SqlProblem.at(
                    QUERY_INVALID,
                    parameter.getParserPosition(),
                    "There is no value for parameter " + (index + 1) + ".");
        }
        return Constants.toSql(parameters.get(index), parameter.getParserPosition());
    }

    @Override
    public SqlNode visit(SqlLiteral literal) {
        return literal instanceof SqlCharStringLiteral text
                ? Constants.text(text.getValueAs(String.class), text.getParserPosition())
                : literal;
    }

    @Override
    public SqlNode visit(SqlIdentifier identifier) {
        for (String name : identifier.names) {
            if (name.length() > StatementParser.IDENTIFIER_MAX) {
                throw SqlProblem.at(
                        LIMIT_EXCEEDED,
                        identifier.getParserPosition(),
                        "A name is longer than " + StatementParser.IDENTIFIER_MAX + " characters.");
            }
            if (!SqlText.isPlain(name)) {
                throw SqlProblem.at(
                        QUERY_INVALID, identifier.getParserPosition(), "A name holds a character that cannot be seen.");
            }
        }
        return identifier.isSimple() && !identifier.isComponentQuoted(0) ? contextual(identifier) : identifier;
    }

    @Override
    public SqlNode visit(SqlDataTypeSpec type) {
        return CastTypes.clean(type);
    }

    /** CURRENT_DATE and its like are written as names. */
    private SqlNode contextual(SqlIdentifier name) {
        SqlParserPos place = name.getParserPosition();
        return switch (name.getSimple().toUpperCase(Locale.ROOT)) {
            case "CURRENT_DATE" -> now.date(place);
            case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP" -> now.timestamp(place);
            case "CURRENT_TIME",
                    "LOCALTIME",
                    "USER",
                    "CURRENT_USER",
                    "SESSION_USER",
                    "SYSTEM_USER",
                    "CURRENT_ROLE",
                    "CURRENT_PATH",
                    "CURRENT_CATALOG",
                    "CURRENT_SCHEMA",
                    "PI" -> throw notOffered(name.getSimple().toUpperCase(Locale.ROOT), place);
            default -> name;
        };
    }

    private SqlNode select(SqlSelect select) {
        refuseParameters(select.getGroup());
        refuseParameters(select.getOrderList());
        requireWhole(select.getFetch());
        requireWhole(select.getOffset());
        select.setHints(null);
        return require(super.visit(select));
    }

    private SqlNode orderBy(SqlOrderBy order) {
        refuseParameters(order.orderList);
        requireWhole(order.fetch);
        requireWhole(order.offset);
        return require(super.visit(order));
    }

    private SqlNode withItem(SqlWithItem item) {
        if (item.recursive.booleanValue()) {
            throw SqlProblem.at(UNSUPPORTED, item.getParserPosition(), "WITH RECURSIVE is not offered.");
        }
        return require(super.visit(item));
    }

    private SqlNode operation(SqlCall call) {
        SqlOperator operator = call.getOperator();
        if (operator instanceof SqlUnresolvedFunction function) {
            SqlIdentifier name = function.getSqlIdentifier();
            if (name == null || !name.isSimple()) {
                throw notOffered(String.valueOf(name), call.getParserPosition());
            }
            return function(call, name.getSimple());
        }
        if (operator.getKind() == SqlKind.WITHIN_GROUP && call.operand(0) instanceof SqlCall aggregate) {
            return inOrder(aggregate, aggregate.getOperandList(), call.operand(1));
        }
        if (OrderedAggregates.isOne(operator.getName())) {
            return inOrder(call, call.getOperandList(), SqlNodeList.EMPTY);
        }
        if (operator instanceof SqlJdbcFunctionCall jdbc) {
            return jdbc(call, jdbc);
        }
        SqlKind kind = call.getKind();
        if (operator.getName().equals("DATE_TRUNC") && call.operandCount() == 2) {
            return CastTypes.floor(call.operand(0), require(call.operand(1).accept(this)), call.getParserPosition());
        }
        if (kind == SqlKind.EXTRACT && call.operand(0) instanceof SqlIntervalQualifier unit) {
            return OtherWords.extract(
                    CastTypes.namedUnit(unit), require(call.operand(1).accept(this)), call.getParserPosition());
        }
        if (operator.equals(SqlLibraryOperators.ILIKE) || operator.equals(SqlLibraryOperators.NOT_ILIKE)) {
            return withoutCase(
                    call,
                    operator.equals(SqlLibraryOperators.ILIKE)
                            ? SqlStdOperatorTable.LIKE
                            : SqlStdOperatorTable.NOT_LIKE);
        }
        if (operator.equals(SqlStdOperatorTable.TIMESTAMP_ADD)) {
            return function(call, operator.getName());
        }
        if (!Functions.allows(operator) && kind != SqlKind.PRECEDING && kind != SqlKind.FOLLOWING) {
            throw notOffered(operator.getName(), call.getParserPosition());
        }
        if (kind == SqlKind.EXISTS && call.operand(0) instanceof SqlSelect inner) {
            selectNothing(inner);
        }
        SqlNode clean = require(super.visit(call));
        if (kind == SqlKind.OVER
                && ((SqlCall) clean).operand(0) instanceof SqlCall over
                && over.getOperator() instanceof OrderedAggregate aggregate
                && aggregate.meaning() instanceof OrderedAggregate.Joined) {
            throw SqlProblem.at(
                    UNSUPPORTED,
                    call.getParserPosition(),
                    aggregate.getName() + " is offered in groups, not in windows.");
        }
        return kind == SqlKind.MINUS_PREFIX && ((SqlCall) clean).operand(0) instanceof SqlNumericLiteral number
                ? SqlLiteral.createNegative(number, call.getParserPosition())
                : clean;
    }

    /** {@code EXISTS (SELECT * …)} needs no column, so a view that says it so needs none that may be hidden. */
    private static void selectNothing(SqlSelect inner) {
        SqlNodeList columns = inner.getSelectList();
        if (columns.size() == 1
                && columns.get(0) instanceof SqlIdentifier star
                && star.isStar()
                && star.names.size() == 1) {
            SqlParserPos place = star.getParserPosition();
            inner.setSelectList(new SqlNodeList(List.of(SqlLiteral.createExactNumeric("1", place)), place));
        }
    }

    /** {@code ILIKE} compares what LOWER makes of both sides. */
    private SqlNode withoutCase(SqlCall call, SqlOperator like) {
        List<SqlNode> operands = new ArrayList<>();
        for (SqlNode operand : call.getOperandList()) {
            operands.add(
                    SqlStdOperatorTable.LOWER.createCall(operand.getParserPosition(), require(operand.accept(this))));
        }
        return like.createCall(call.getParserPosition(), operands);
    }

    /** An aggregate with an ORDER BY: inside its parentheses, where some have a separator too, or in a WITHIN GROUP. */
    private SqlNode inOrder(SqlCall aggregate, List<SqlNode> inside, SqlNodeList behind) {
        String name = aggregate.getOperator() instanceof SqlUnresolvedFunction function
                ? String.valueOf(function.getSqlIdentifier())
                : aggregate.getOperator().getName();
        if (!OrderedAggregates.isOne(name)) {
            throw notOffered(name.toUpperCase(Locale.ROOT) + " with an order", aggregate.getParserPosition());
        }
        List<SqlNode> operands = new ArrayList<>();
        SqlNodeList order = behind;
        for (SqlNode each : inside) {
            if (each instanceof SqlNodeList list) {
                order = list;
            } else {
                SqlNode operand = each.getKind() == SqlKind.SEPARATOR ? ((SqlCall) each).operand(0) : each;
                operands.add(require(operand.accept(this)));
            }
        }
        List<SqlNode> keys = new ArrayList<>();
        for (SqlNode key : order) {
            keys.add(require(key.accept(this)));
        }
        return OrderedAggregates.call(
                name, aggregate.getFunctionQuantifier(), operands, keys, aggregate.getParserPosition());
    }

    /** {@code {fn name(…)}}: as the function alone, but for what JDBC numbers in its own way. */
    private SqlNode jdbc(SqlCall call, SqlJdbcFunctionCall function) {
        String name = function.getName().replaceAll("^\\{fn |}$", "").toUpperCase(Locale.ROOT);
        SqlParserPos place = call.getParserPosition();
        if (name.equals("DAYOFWEEK") && call.operandCount() == 1) {
            SqlNode fromSunday =
                    OtherWords.extract(TimeUnit.DOW, require(call.operand(0).accept(this)), place);
            return SqlStdOperatorTable.PLUS.createCall(place, fromSunday, SqlLiteral.createExactNumeric("1", place));
        }
        return function(call, name);
    }

    private SqlNode function(SqlCall call, String simple) {
        SqlParserPos place = call.getParserPosition();
        if (OrderedAggregates.isOne(simple)) {
            return inOrder(call, call.getOperandList(), SqlNodeList.EMPTY);
        }
        List<SqlNode> operands = new ArrayList<>();
        for (SqlNode operand : call.getOperandList()) {
            operands.add(require(operand.accept(this)));
        }
        Optional<SqlNode> meant = otherWords.find(simple, call.getFunctionQuantifier(), operands, place);
        if (meant.isPresent()) {
            return meant.get();
        }
        SqlOperator operator =
                Functions.find(simple).orElseThrow(() -> notOffered(simple.toUpperCase(Locale.ROOT), place));
        return operator.createCall(call.getFunctionQuantifier(), place, operands);
    }

    /** The terms of a chain of one operator, in order, as a tree of logarithmic depth. */
    private SqlNode balanced(SqlCall chain) {
        List<SqlNode> terms = new ArrayList<>();
        Deque<SqlNode> open = new ArrayDeque<>();
        open.push(chain);
        while (!open.isEmpty()) {
            SqlNode next = open.pop();
            if (StatementLimits.chains(chain, next)) {
                open.push(((SqlCall) next).operand(1));
                open.push(((SqlCall) next).operand(0));
            } else {
                terms.add(require(next.accept(this)));
            }
        }
        return tree(chain, terms);
    }

    private static SqlNode tree(SqlCall chain, List<SqlNode> terms) {
        if (terms.size() == 1) {
            return terms.getFirst();
        }
        int half = terms.size() / 2;
        SqlNode left = tree(chain, terms.subList(0, half));
        SqlNode right = tree(chain, terms.subList(half, terms.size()));
        return chain.getOperator().createCall(left.getParserPosition().plus(right.getParserPosition()), left, right);
    }

    /** A value in ORDER BY or GROUP BY would be read as the number of a column. */
    private static void refuseParameters(@Nullable SqlNodeList items) {
        if (items == null) {
            return;
        }
        for (SqlNode item : items) {
            SqlNode bare = item;
            while (bare instanceof SqlCall call && ORDERINGS.contains(call.getKind())) {
                bare = call.operand(0);
            }
            if (bare instanceof SqlDynamicParam) {
                throw SqlProblem.at(
                        QUERY_INVALID,
                        bare.getParserPosition(),
                        "A parameter cannot stand for a column to sort or group by.");
            }
        }
    }

    private void requireWhole(@Nullable SqlNode count) {
        if (count instanceof SqlDynamicParam parameter
                && parameter.getIndex() < parameters.size()
                && !Constants.isCount(parameters.get(parameter.getIndex()))) {
            throw SqlProblem.at(
                    QUERY_INVALID,
                    count.getParserPosition(),
                    "LIMIT and OFFSET take a whole number that is not negative.");
        }
    }

    private static SqlProblem notOffered(String what, SqlParserPos place) {
        return SqlProblem.at(UNSUPPORTED, place, what + " is not offered" + NotOfferedWords.instead(what) + ".");
    }

    private static SqlNode require(@Nullable SqlNode node) {
        if (node == null) {
            throw new IllegalStateException("a clean tree has no holes");
        }
        return node;
    }
}
