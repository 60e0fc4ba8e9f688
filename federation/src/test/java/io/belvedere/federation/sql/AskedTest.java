package io.belvedere.federation.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.expr.Literal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedTest {
    private static Asked of(String sql) {
        return Asked.of(new QueryText(sql, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EXPLAIN SELECT 1|NO|TEXT",
                "explain select 1|NO|TEXT",
                "EXPLAIN ANALYZE SELECT 1|YES|TEXT",
                "EXPLAIN (FORMAT JSON) SELECT 1|NO|JSON",
                "EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1|YES|JSON",
                "EXPLAIN (format text, analyze on) SELECT 1|YES|TEXT",
                "EXPLAIN (ANALYZE FALSE, FORMAT JSON) SELECT 1|NO|JSON",
                "EXPLAIN ANALYZE (FORMAT JSON) SELECT 1|YES|JSON",
                "EXPLAIN PLAN FOR SELECT 1|NO|TEXT",
                "EXPLAIN PLAN AS JSON FOR SELECT 1|NO|JSON",
                "EXPLAIN (SELECT 1)|NO|TEXT",
                "EXPLAIN ((SELECT 1) UNION ALL (SELECT 2))|NO|TEXT",
                "/* a */ EXPLAIN /* ( */ ANALYZE -- (\\n SELECT 1|YES|TEXT",
                "EXPLAIN(FORMAT JSON)SELECT 1|NO|JSON"
            })
    void theWordsInFrontAskForAPlan(String sql, Asked.Run run, Asked.Form form) {
        String text = sql.replace("\\n", "\n");
        assertThat(of(text)).isInstanceOfSatisfying(Asked.Plan.class, plan -> {
            assertThat(plan.run()).isEqualTo(run);
            assertThat(plan.form()).isEqualTo(form);
            assertThat(plan.query().sql()).hasSameSizeAs(text).doesNotContainIgnoringCase("explain", "format");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EXPLAIN POLICY SELECT 1|TEXT",
                "explain policy for SELECT 1|TEXT",
                "EXPLAIN POLICY AS JSON FOR SELECT 1|JSON",
                "EXPLAIN POLICY (SELECT 1)|TEXT",
                "EXPLAIN (POLICY) SELECT 1|TEXT",
                "EXPLAIN (POLICY, FORMAT JSON) SELECT 1|JSON",
                "EXPLAIN (FORMAT JSON, POLICY) SELECT 1|JSON",
                "EXPLAIN (POLICY, ANALYZE FALSE) SELECT 1|TEXT"
            })
    void theWordsInFrontAskWhatPolicyLimits(String text, Asked.Form form) {
        assertThat(of(text)).isInstanceOfSatisfying(Asked.Policy.class, policy -> {
            assertThat(policy.form()).isEqualTo(form);
            assertThat(policy.query().sql()).hasSameSizeAs(text).doesNotContainIgnoringCase("explain", "policy");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXPLAIN POLICY AS XML FOR SELECT 1",
                "EXPLAIN (POLICY, ANALYZE) SELECT 1",
                "EXPLAIN (POLICY FORMAT JSON) SELECT 1",
                "SELECT 1",
                "SELECT explain FROM a.b",
                "\"EXPLAIN\" SELECT 1",
                "EXPLAINED SELECT 1",
                "EXPLAIN_ SELECT 1",
                "EXPLAIN (FORMAT XML) SELECT 1",
                "EXPLAIN (FORMAT JSON SELECT 1",
                "EXPLAIN PLAN WITH TYPE FOR SELECT 1",
                "/*+ hint */ EXPLAIN SELECT 1",
                ""
            })
    void whatIsNoneOfTheFormsIsLeftToTheParser(String sql) {
        assertThat(of(sql)).isInstanceOf(Asked.Rows.class);
        assertThat(of(sql).query().sql()).isEqualTo(sql);
    }

    @Test
    void placesAndParametersStayThoseOfTheCallersText() {
        Optional<Literal> value = Optional.of(new Literal.Text("x"));
        Asked asked = Asked.of(new QueryText("EXPLAIN\n ANALYZE SELECT ?", List.of(value)));
        assertThat(asked.query().sql()).isEqualTo("       \n         SELECT ?");
        assertThat(asked.query().parameters()).containsExactly(value);
    }
}
