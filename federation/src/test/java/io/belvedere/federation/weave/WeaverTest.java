package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationFixture.weaveAsAnalyst;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.calcite.plan.RelOptUtil;
import org.junit.jupiter.api.Test;

class WeaverTest {
    @Test
    void putsMasksOverTheBarrierOverTheBody() {
        String tree = RelOptUtil.toString(
                weaveAsAnalyst("SELECT customer_id FROM crm.customer_360").tree());

        assertThat(tree.lines().map(line -> line.strip().replaceFirst("\\(.*", "")))
                .containsExactly(
                        "LogicalProject",
                        "LogicalProject",
                        "SecureFilter",
                        "LogicalProject",
                        "LogicalJoin",
                        "LogicalTableScan",
                        "LogicalTableScan");
        assertThat(tree).contains("SecureFilter(view=[crm.customer_360@1.0.0], condition=[=($5, 'EU')]");
    }
}
