package io.belvedere.federation.plan;

import static io.belvedere.federation.plan.MutantCases.COMPUTED;
import static io.belvedere.federation.plan.MutantCases.CUSTOMERS;
import static io.belvedere.federation.plan.MutantCases.FEDERATED;
import static io.belvedere.federation.plan.MutantCases.FENCED;
import static io.belvedere.federation.plan.MutantCases.GATHERED;
import static io.belvedere.federation.plan.MutantCases.JOINED;
import static io.belvedere.federation.plan.MutantCases.KEYED;
import static io.belvedere.federation.plan.MutantCases.NAMED;
import static io.belvedere.federation.plan.MutantCases.SHARDED;
import static io.belvedere.federation.plan.MutantCases.SUB_QUERIES;
import static io.belvedere.federation.plan.MutantCases.TINY;

import io.belvedere.federation.plan.ProgramBuilder.Program;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Ways in which governance could be broken, each on queries that it is broken in. A mutant whose trees are changed has its statements
 * written anew from them, so that nothing but the proof of the trees stands against it; one whose statements are changed keeps its trees.
 */
enum Mutant {
    BARRIER_REMOVED("the barrier is removed", CUSTOMERS, TreeMutants::withoutBarriers),
    BARRIER_REMOVED_FROM_AN_ENGINE_TREE(
            "the barrier over several sources is removed", FEDERATED, TreeMutants::withoutBarriers),
    BARRIER_SKIPPED_IN_ONE_BRANCH(
            "one branch of a join or a union has no barrier", JOINED, TreeMutants::withoutFirstBarrier),
    BARRIER_SKIPPED_IN_A_SUB_QUERY("a sub-query has no barrier", SUB_QUERIES, TreeMutants::withoutBarriersOfCustomers),
    BARRIER_SKIPPED_ON_ONE_SHARD("one shard is asked without a barrier", GATHERED, TreeMutants::oneShardOpen),
    FILTER_ABOVE_MASKS("filter and masks swap places", CUSTOMERS, TreeMutants::filterAboveMasks),
    COLUMN_UNMASKED("a column loses its mask", CUSTOMERS, TreeMutants::unmasked),
    COLUMN_UNMASKED_IN_THE_ENGINE("a column loses its mask in the engine", FEDERATED, TreeMutants::unmasked),
    MASK_WIDENED("a mask shows more characters", CUSTOMERS, TreeMutants::maskWidened),
    MASKED_COLUMN_UNDER_ANOTHER_NAME("a masked column comes up as one in the clear", NAMED, TreeMutants::emailAsName),
    CONDITION_TRUE("the condition is TRUE", CUSTOMERS, TreeMutants::conditionTrue),
    CONDITION_OR("AND becomes OR", CUSTOMERS, TreeMutants::conditionOr),
    CONJUNCT_DROPPED("a part of the condition is dropped", CUSTOMERS, TreeMutants::conjunctDropped),
    CONDITION_NEGATED("the condition is negated", CUSTOMERS, TreeMutants::conditionNegated),
    CONDITION_ON_OTHER_VALUE("the condition has another constant", CUSTOMERS, TreeMutants::otherConstant),
    CONDITION_ON_CONSTANT_COLUMN("the condition's column is made a constant", CUSTOMERS, TreeMutants::constantColumn),
    USERS_CONDITION_ON_MASKED_BELOW(
            "a caller's condition on a masked column is tested below the barrier",
            CUSTOMERS,
            TreeMutants::maskedConditionBelow),
    USERS_FAILING_CONDITION_BELOW(
            "a caller's condition that may fail is tested below the barrier",
            CUSTOMERS,
            TreeMutants::failingConditionBelow),
    CONDITION_DERIVED_ACROSS("a condition is derived across the barrier", CUSTOMERS, TreeMutants::derivedBelow),
    GROUPED_BELOW("rows are put together before the policy", CUSTOMERS, TreeMutants::groupedBelow),
    LIMITED_BELOW("the first rows are taken before the policy", SHARDED, TreeMutants::limitedBelow),
    FENCE_DROPPED("the fence is dropped", FENCED, TreeMutants::withoutFences),
    RAW_KEYS_SHIPPED("keys of a view are shipped before its policy", KEYED, TreeMutants::rawKeys),
    VALUE_READ_PAST_ITS_BARRIER(
            "an aggregate of another view is taken before its policy",
            SUB_QUERIES,
            TreeMutants::withoutBarriersOfCustomers),
    FEW_ROWS_JOINED_OTHERWISE("few rows are joined by other columns than many", TINY, StatementMutants::fewSwapped),
    OTHER_CALLERS_PLAN("a plan of another caller's decision is used", CUSTOMERS, StatementMutants::otherCaller),
    STAMP_DROPPED("the barrier has a stamp of no decision", CUSTOMERS, StatementMutants::withoutStamp),
    PLAN_OF_OLDER_REVISION("a plan is kept over a revision of policy", CUSTOMERS, StatementMutants::olderRevision),
    MISSING_COLUMN_AS_NONE(
            "a column that the reply leaves out is shown as it is", CUSTOMERS, StatementMutants::missingColumnsClear),
    MISSING_ROWS_AS_ALL("rows that the reply leaves out are all", CUSTOMERS, StatementMutants::missingRowsAll),
    SQL_WITHOUT_WHERE(
            "the statement has no WHERE",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replaceFirst("(?s)\nWHERE .*?(?=\nGROUP BY|$)", ""))),
    SQL_OR("the statement says OR", CUSTOMERS, StatementMutants.text(sql -> sql.replace("\n  AND ", "\n  OR "))),
    SQL_ALWAYS_TRUE(
            "the statement's condition is always true",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("\nWHERE ", "\nWHERE 1 = 1 OR "))),
    SQL_NEGATED(
            "the statement's condition is negated",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("\nWHERE ", "\nWHERE NOT "))),
    SQL_OTHER_CONSTANT(
            "the statement asks for another value",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("'EU'", "'US'"))),
    SQL_LOOSE_COLLATION(
            "the statement compares without case",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replaceFirst(
                    " AND CONVERT\\(`t1`.`region` USING utf8mb4\\) COLLATE utf8mb4_nopad_bin = 'EU'", ""))),
    SQL_OTHER_COLUMN(
            "the statement tests another column",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("`t1`.`region`", "`t1`.`name`"))),
    SQL_COMMENTED(
            "the statement's condition is a comment",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("\nWHERE ", "\n-- WHERE "))),
    SQL_CONDITION_IS_A_VALUE(
            "the condition is given out instead of tested", CUSTOMERS, StatementMutants::conditionGivenOut),
    SQL_RAW_COLUMN(
            "the statement gives out a masked column as it is",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replaceFirst("\\(CASE WHEN .* END\\) AS", "`t1`.`email` AS"))),
    SQL_RAW_COLUMN_BESIDE(
            "the statement gives out a hidden column too",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replaceFirst("SELECT ", "SELECT `t1`.`card_number` AS `more`, "))),
    SQL_ORDER_BY_RAW(
            "the statement orders by a hidden column",
            CUSTOMERS,
            StatementMutants.text(sql -> sql + "\nORDER BY `t1`.`card_number`")),
    SQL_RAW_CONDITION(
            "the statement tests a masked column as it is",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("\nWHERE ", "\nWHERE (`t1`.`email` IS NULL)\n  AND "))),
    SQL_WIDENED(
            "a statement is widened after it was verified",
            CUSTOMERS,
            StatementMutants.text(
                    sql -> sql + "\nUNION ALL\nSELECT 1 AS `a`, 'x' AS `b`, 'y' AS `c` FROM `customers` AS `t9`")),
    SQL_SECOND_STATEMENT(
            "a second statement follows", CUSTOMERS, StatementMutants.text(sql -> sql + "; DELETE FROM `customers`")),
    SQL_FUNCTION(
            "a function that is not on the list is called",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replaceFirst("SELECT ", "SELECT SLEEP(5) AS `s`, "))),
    SQL_OTHER_TABLE(
            "the statement reads another table",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("`customers`", "`staff`"))),
    SQL_OTHER_SCHEMA(
            "the statement reads a table of that name elsewhere",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("`customers`", "`backup`.`customers`"))),
    SQL_OUTER_JOIN(
            "an inner join becomes an outer one",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("INNER JOIN", "LEFT JOIN"))),
    SQL_PLACE_FOR_POLICY(
            "the policy's constant is a place for a caller's value", CUSTOMERS, StatementMutants::policyIsAPlace),
    SQL_CAST_DROPPED(
            "a cast that changes what the policy tests is dropped",
            COMPUTED,
            StatementMutants.engineText(sql -> sql.replace("CAST(\"t0\".\"c1\" AS INTEGER)", "\"t0\".\"c1\""))),
    SQL_CAST_OF_A_COLUMN(
            "the policy tests a column that is cast",
            CUSTOMERS,
            StatementMutants.text(sql -> sql.replace("`t1`.`region`", "CAST(`t1`.`region` AS CHAR(2))"))),
    SQL_OTHER_FUNCTION(
            "the policy tests another function of its column",
            COMPUTED,
            StatementMutants.engineText(sql -> sql.replace("round(", "trunc("))),
    SQL_OPERAND_DROPPED(
            "the policy tests a function that lost an operand",
            COMPUTED,
            StatementMutants.engineText(sql -> sql.replace("round(\"t0\".\"c1\", 1)", "round(\"t0\".\"c1\")"))),
    SQL_OTHER_CONSTANT_IN_THE_ENGINE(
            "the policy tests what the view computes with another constant",
            COMPUTED,
            StatementMutants.engineText(sql -> sql.replace("<= 100", "<= 1000"))),
    SQL_WITHOUT_FENCE(
            "the statement has no fence",
            FENCED,
            StatementMutants.text(
                    sql -> sql.replace("\nLIMIT 18446744073709551615", "").replace("\nOFFSET 0", "")));

    private final String says;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which its type does not say
    private final List<String> queries;

    @SuppressWarnings("ImmutableEnumChecker") // Functions without state.
    private final BiFunction<String, Program, Program> change;

    Mutant(String says, List<String> queries, UnaryOperator<Program> change) {
        this(says, queries, (_, sound) -> change.apply(sound));
    }

    Mutant(String says, List<String> queries, BiFunction<String, Program, Program> change) {
        this.says = says;
        this.queries = queries;
        this.change = change;
    }

    /** Half a sentence on what is broken. */
    String says() {
        return says;
    }

    /** Each is one test of the verifier alone. */
    List<String> queries() {
        return queries;
    }

    /** The query's program with the damage; all else is as it was. */
    Program of(String query, Program sound) {
        return change.apply(query, sound);
    }
}
