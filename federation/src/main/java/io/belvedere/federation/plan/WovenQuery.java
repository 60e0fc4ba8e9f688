package io.belvedere.federation.plan;

import io.belvedere.federation.weave.GovernedQuery;
import org.apache.calcite.plan.RelOptUtil;

/**
 * A query with policy in it as text, before any planning: nothing was asked of a source for it, not even statistics.
 *
 * @param shape operators and views, indented
 * @param tree everything: masks, barriers with the values of their conditions, and what views are made of
 */
public record WovenQuery(String shape, String tree) {
    public static WovenQuery of(GovernedQuery query) {
        return new WovenQuery(Reports.shape(query.tree()), RelOptUtil.toString(query.tree()));
    }
}
