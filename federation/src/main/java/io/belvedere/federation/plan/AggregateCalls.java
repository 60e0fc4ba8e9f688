package io.belvedere.federation.plan;

import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;

/** An aggregate's call over other rows, with the type that it has there. */
final class AggregateCalls {
    private AggregateCalls() {}

    /** Over all rows, of which there may be none. */
    static AggregateCall ofAllRows(AggregateCall call, RelNode input) {
        return typed(call, input, true);
    }

    /** Over groups, each of which has a row. */
    static AggregateCall ofGroups(AggregateCall call, RelNode input) {
        return typed(call, input, false);
    }

    private static AggregateCall typed(AggregateCall call, RelNode input, boolean mayBeEmpty) {
        return AggregateCall.create(
                call.getAggregation(),
                call.isDistinct(),
                call.isApproximate(),
                call.ignoreNulls(),
                call.rexList,
                call.getArgList(),
                call.filterArg,
                call.distinctKeys,
                call.getCollation(),
                mayBeEmpty,
                input,
                null,
                call.getName());
    }
}
