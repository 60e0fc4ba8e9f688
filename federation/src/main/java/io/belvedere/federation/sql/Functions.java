package io.belvedere.federation.sql;

import static org.apache.calcite.sql.fun.SqlStdOperatorTable.*;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlNthValueAggFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.jspecify.annotations.Nullable;

/**
 * The operators and functions that a query may use; whatever is not listed does not exist.
 *
 * <p>Listed is what has one meaning on every engine, or can be given one where it runs. Not listed is what reads files, network,
 * metadata or the session, sleeps, is random, takes a regular expression, JSON or XML, or builds rows, arrays and maps. Each
 * operator stands here once: a table with duplicates finds none of them.
 */
public final class Functions {
    /** The largest or smallest of its operands that are not NULL, as PostgreSQL has it; Calcite's own take one NULL for an unknown result. */
    static final SqlFunction GREATEST = extreme("GREATEST");

    static final SqlFunction LEAST = extreme("LEAST");
    static final SqlOperator LPAD = padding("LPAD");
    static final SqlOperator RPAD = padding("RPAD");

    /** A text so many times; the number is a constant. */
    static final SqlOperator REPEAT = SqlBasicFunction.create(
            "REPEAT", ReturnTypes.VARCHAR_NULLABLE, OperandTypes.STRING_INTEGER, SqlFunctionCategory.STRING);

    static final SqlOperator SPLIT_PART = SqlLibraryOperators.SPLIT_PART;

    /** The middle of doubles, or half way between the two middle ones. */
    static final SqlAggFunction MEDIAN = SqlBasicAggFunction.create(
            "MEDIAN",
            SqlKind.OTHER_FUNCTION,
            ReturnTypes.DOUBLE_NULLABLE.andThen(SqlTypeTransforms.FORCE_NULLABLE),
            OperandTypes.NUMERIC);

    /** NULL where the frame has fewer rows, whatever its operand is; Calcite's own says otherwise. */
    static final SqlAggFunction NTH_VALUE = new SqlNthValueAggFunction(SqlKind.NTH_VALUE) {
        @Override
        public RelDataType inferReturnType(SqlOperatorBinding binding) {
            return binding.getTypeFactory().createTypeWithNullability(super.inferReturnType(binding), true);
        }
    };

    /** What the parser writes as syntax. */
    private static final List<SqlOperator> SYNTAX = List.of(
            UNION,
            UNION_ALL,
            EXCEPT,
            EXCEPT_ALL,
            INTERSECT,
            INTERSECT_ALL,
            AS,
            DESC,
            NULLS_FIRST,
            NULLS_LAST,
            VALUES,
            ROW,
            OVER,
            FILTER,
            IGNORE_NULLS,
            RESPECT_NULLS,
            LATERAL,
            SCALAR_QUERY,
            EXISTS,
            CASE,
            CAST,
            AND,
            OR,
            NOT,
            EQUALS,
            NOT_EQUALS,
            LESS_THAN,
            LESS_THAN_OR_EQUAL,
            GREATER_THAN,
            GREATER_THAN_OR_EQUAL,
            IS_NULL,
            IS_NOT_NULL,
            IS_TRUE,
            IS_NOT_TRUE,
            IS_FALSE,
            IS_NOT_FALSE,
            IS_UNKNOWN,
            IS_NOT_UNKNOWN,
            IS_DISTINCT_FROM,
            IS_NOT_DISTINCT_FROM,
            BETWEEN,
            NOT_BETWEEN,
            SYMMETRIC_BETWEEN,
            SYMMETRIC_NOT_BETWEEN,
            IN,
            NOT_IN,
            LIKE,
            NOT_LIKE,
            SOME_EQ,
            SOME_NE,
            SOME_LT,
            SOME_LE,
            SOME_GT,
            SOME_GE,
            ALL_EQ,
            ALL_NE,
            ALL_LT,
            ALL_LE,
            ALL_GT,
            ALL_GE,
            PLUS,
            MINUS,
            MULTIPLY,
            DIVIDE,
            PERCENT_REMAINDER,
            UNARY_MINUS,
            UNARY_PLUS,
            CONCAT,
            DATETIME_PLUS,
            INTERVAL,
            ROLLUP,
            CUBE,
            GROUPING_SETS);

    /** What is called by name. */
    private static final List<SqlOperator> NAMED = List.of(
            COALESCE,
            NULLIF,
            UPPER,
            LOWER,
            SUBSTRING,
            TRIM,
            CHAR_LENGTH,
            CHARACTER_LENGTH,
            POSITION,
            REPLACE,
            SqlLibraryOperators.LEFT,
            SqlLibraryOperators.RIGHT,
            ABS,
            GREATEST,
            LEAST,
            LPAD,
            RPAD,
            SPLIT_PART,
            REPEAT,
            TRUNCATE,
            Rounding.ROUND,
            FLOOR,
            CEIL,
            MOD,
            POWER,
            SQRT,
            LN,
            LOG10,
            EXP,
            SIGN,
            EXTRACT,
            YEAR,
            QUARTER,
            MONTH,
            WEEK,
            DAYOFMONTH,
            DAYOFYEAR,
            HOUR,
            MINUTE,
            SECOND,
            COUNT,
            SUM,
            AVG,
            MIN,
            MAX,
            STDDEV,
            STDDEV_POP,
            STDDEV_SAMP,
            VARIANCE,
            VAR_POP,
            VAR_SAMP,
            MEDIAN,
            GROUPING,
            ROW_NUMBER,
            RANK,
            DENSE_RANK,
            PERCENT_RANK,
            CUME_DIST,
            NTILE,
            LAG,
            LEAD,
            FIRST_VALUE,
            LAST_VALUE,
            NTH_VALUE);

    /** What callers write, and what is meant by it. */
    private static final Map<String, SqlOperator> ALIASES = Map.of(
            "LENGTH",
            CHAR_LENGTH,
            "NVL",
            COALESCE,
            "IFNULL",
            COALESCE,
            "CEILING",
            CEIL,
            "SUBSTR",
            SUBSTRING,
            "POW",
            POWER,
            "TRUNC",
            TRUNCATE,
            "UCASE",
            UPPER,
            "LCASE",
            LOWER,
            "GROUPING_ID",
            GROUPING);

    private static final Set<SqlOperator> ALLOWED = identitySet(Stream.concat(SYNTAX.stream(), NAMED.stream()));
    private static final Set<SqlOperator> ASSOCIATIVE = identitySet(Stream.of(AND, OR, CONCAT));
    private static final Map<String, SqlOperator> BY_NAME =
            NAMED.stream().collect(Collectors.toUnmodifiableMap(SqlOperator::getName, operator -> operator));
    private static final SqlOperatorTable TABLE = new AnyCase();

    private Functions() {}

    /** The operators by name, in any case, for the validator. */
    public static SqlOperatorTable table() {
        return TABLE;
    }

    /** Whether the operator may stand in a query. */
    public static boolean allows(SqlOperator operator) {
        return ALLOWED.contains(operator) || operator instanceof OrderedAggregate;
    }

    /** The function that is meant by a name, in any case. */
    static Optional<SqlOperator> find(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Optional.ofNullable(ALIASES.getOrDefault(upper, BY_NAME.get(upper)));
    }

    static boolean isAssociative(SqlOperator operator) {
        return ASSOCIATIVE.contains(operator);
    }

    private static SqlFunction extreme(String name) {
        return new SqlFunction(
                name,
                SqlKind.OTHER_FUNCTION,
                ReturnTypes.LEAST_RESTRICTIVE,
                null,
                OperandTypes.SAME_VARIADIC,
                SqlFunctionCategory.SYSTEM);
    }

    private static Set<SqlOperator> identitySet(Stream<SqlOperator> operators) {
        Set<SqlOperator> set = Collections.newSetFromMap(new IdentityHashMap<>());
        operators.forEach(set::add);
        return Collections.unmodifiableSet(set);
    }

    /** Calcite's own says that what it gives is never NULL. */
    private static SqlOperator padding(String name) {
        return SqlBasicFunction.create(
                name,
                ReturnTypes.VARCHAR_NULLABLE,
                OperandTypes.STRING_NUMERIC_OPTIONAL_STRING,
                SqlFunctionCategory.STRING);
    }

    /** Function names are not case-sensitive, whatever the names of columns are. */
    private static final class AnyCase implements SqlOperatorTable {
        private final Map<String, List<SqlOperator>> operators = ALLOWED.stream()
                .collect(Collectors.groupingBy(operator -> operator.getName().toUpperCase(Locale.ROOT)));

        @Override
        public void lookupOperatorOverloads(
                SqlIdentifier name,
                @Nullable SqlFunctionCategory category,
                SqlSyntax syntax,
                List<SqlOperator> found,
                SqlNameMatcher matcher) {
            if (!name.isSimple()) {
                return;
            }
            for (SqlOperator operator : operators.getOrDefault(name.getSimple().toUpperCase(Locale.ROOT), List.of())) {
                SqlSyntax own = operator.getSyntax();
                // COUNT and CAST have a syntax of their own, and are looked for as functions all the same.
                if (own == syntax
                        || own.family == syntax.family
                        || (syntax == SqlSyntax.FUNCTION && operator instanceof SqlFunction)) {
                    found.add(operator);
                }
            }
        }

        @Override
        public List<SqlOperator> getOperatorList() {
            return List.copyOf(ALLOWED);
        }
    }
}
