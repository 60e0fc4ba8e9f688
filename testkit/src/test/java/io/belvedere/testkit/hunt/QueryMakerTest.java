package io.belvedere.testkit.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueryMakerTest {
    private static final int QUERIES = 4_000;

    private static final List<HuntedQuery> MADE = LongStream.range(0, QUERIES)
            .mapToObj(seed -> HuntedQuery.of(seed, 0))
            .toList();

    /** What people write, and the share of queries that must have it. docs/semantics.md names these shares. */
    enum Feature {
        WINDOW(16, " OVER \\("),
        FRAME(9, "(ROWS|RANGE) BETWEEN "),
        FRAME_BY_DISTANCE(0.4, "RANGE BETWEEN ([0-9]|CURRENT ROW AND [0-9])"),
        GROUPS(30, " GROUP BY "),
        GROUPING_SETS(8, "ROLLUP\\(|CUBE\\(|GROUPING SETS \\("),
        DISTINCT_VALUES(14, "SELECT DISTINCT |\\(DISTINCT "),
        AGGREGATE_FILTER(11, " FILTER \\(WHERE "),
        HAVING(11, " HAVING "),
        WITH(11, "^WITH "),
        WITH_OF_TWO(4, "^WITH w[0-9]+ AS \\(.*\\), w[0-9]+ AS \\("),
        SET_OPERATION(14, "\\) (UNION|INTERSECT|EXCEPT)( ALL)? \\("),
        INTERSECT_OR_EXCEPT_ALL(4, "\\) (INTERSECT|EXCEPT) ALL \\("),
        LATERAL(4, " LATERAL \\("),
        SCALAR_SUB_QUERY(20, "\\(SELECT (MIN|MAX|SUM|COUNT|AVG|CAST\\(SUM|\\(FLOOR|\\(COUNT|.{1,60} LIMIT 1\\))"),
        EXISTS(9, "EXISTS \\(SELECT"),
        IN_SUB_QUERY(9, " IN \\(+SELECT"),
        QUANTIFIED(2, "[<>=] (SOME|ALL) \\(+SELECT"),
        OUTER_JOIN(40, " (LEFT|RIGHT|FULL) JOIN "),
        RIGHT_OR_FULL_JOIN(20, " (RIGHT|FULL) JOIN "),
        USING(6, " USING \\("),
        NON_EQUI_JOIN(9, " ON [^=]*?( [<>]=? | BETWEEN | <> )"),
        SELF_JOIN(14, "hunt\\.([a-z]+) AS t[0-9]+ [^,]*JOIN hunt\\.\\1 AS "),
        SUB_QUERY_IN_FROM(16, "(FROM|JOIN) \\(SELECT "),
        VALUES_IN_FROM(14, "\\(VALUES "),
        CASE(33, "CASE "),
        COALESCE_OR_NULLIF(35, "COALESCE\\(|NULLIF\\(|NVL\\("),
        LIST_WITH_NULL(8, " IN \\([^()]*(\\([^()]*\\)[^()]*)*CAST\\(NULL AS "),
        LIKE(4, " LIKE "),
        LIKE_WITH_ESCAPE(0.8, " ESCAPE "),
        TEXT_FUNCTION(21, "TRIM\\(|SUBSTRING\\(|UPPER\\(|LOWER\\(|REPLACE\\(|LEFT\\(|RIGHT\\(|POSITION\\(|\\|\\|"),
        DATE_ARITHMETIC(10, "INTERVAL "),
        PART_OF_A_MOMENT(30, "EXTRACT\\(|DATE_TRUNC\\(|FLOOR\\(.* TO "),
        TIME_ZONE(42, "seen_at|WITH TIME ZONE"),
        DECIMALS_OF_SEVERAL_SCALES(23, "d2.*d4|d4.*d2|DECIMAL\\("),
        ORDER(42, " ORDER BY c[0-9]+"),
        NULLS_FIRST(30, "NULLS FIRST"),
        LIMIT(26, " LIMIT "),
        OFFSET(8, " OFFSET "),
        PARAMETER(25, "\\?"),
        ROW_FILTER_AND_MASK(34, "hunt\\.(guarded|layered) ");

        private final double percentMin;
        private final String pattern;

        Feature(double percentMin, String pattern) {
            this.percentMin = percentMin;
            this.pattern = pattern;
        }

        double percent() {
            Predicate<String> has = Pattern.compile(pattern).asPredicate();
            long having =
                    MADE.stream().filter(query -> has.test(query.asked().sql())).count();
            return 100.0 * having / QUERIES;
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesOftenWhatPeopleWrite(Feature feature) {
        assertThat(feature.percent()).isGreaterThanOrEqualTo(feature.percentMin);
    }

    @Test
    void makesTheSameQueryOfASeed() {
        assertThat(HuntedQuery.of(17, 2).asked())
                .isEqualTo(HuntedQuery.of(17, 2).asked());
    }

    @Test
    void cutsAFractionThatSomethingReadsFurther() {
        List<String> combined = MADE.stream()
                .map(query -> query.asked().sql())
                // What stands over a set operation in FROM may be the answer itself.
                .filter(sql -> sql.startsWith("(") && sql.contains(") EXCEPT (") && sql.contains("AVG("))
                .toList();

        assertThat(combined).isNotEmpty().allSatisfy(sql -> assertThat(sql).doesNotMatch(".*(SELECT|,) AVG\\(.*"));
    }
}
