package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.Feature;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.SelectWriter;
import io.belvedere.federation.dialect.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexNode;

final class Offers {
    private final Dialects dialects;
    private final KeptOperators kept;

    Offers(Dialects dialects, KeptOperators kept) {
        this.dialects = dialects;
        this.kept = kept;
    }

    /** @param inputWidth how many columns the expressions are over */
    boolean are(RelNode rel, Site site, List<? extends RexNode> expressions, int inputWidth) {
        List<String> columns = Collections.nCopies(inputWidth, "c");
        if (!expressions.stream().allMatch(SubQueries::travel)) {
            return noted(rel, "the value of a sub-query is sent to a source to be compared, or as an exact number");
        }
        return are(rel, site, dialect -> dialect.renderAll(expressions, columns));
    }

    private boolean are(RelNode rel, Site site, Consumer<Dialect> trial) {
        try {
            trial.accept(dialects.of(site.source()));
            return true;
        } catch (NotOffered refusal) {
            return noted(rel, notOffered(site, refusal));
        }
    }

    private static String notOffered(Site site, NotOffered refusal) {
        return site.source().name() + " does not answer it as we mean it: " + refusal.reason();
    }

    boolean are(Aggregate aggregate, Site site) {
        return are(aggregate, site, dialect -> {
            if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
                dialect.require(Feature.GROUPING_SETS);
            }
            List<RelDataTypeField> fields = aggregate.getInput().getRowType().getFieldList();
            for (int key : aggregate.getGroupSet()) {
                dialect.groupKey("c", Types.kind(fields.get(key).getType()));
            }
            for (AggregateCall call : aggregate.getAggCallList()) {
                List<RelDataType> types = new ArrayList<>();
                for (int argument : call.getArgList()) {
                    types.add(fields.get(argument).getType());
                }
                dialect.aggregate(call, Collections.nCopies(types.size(), "c"), types, call.hasFilter() ? "c" : "");
            }
        });
    }

    boolean are(Sort sort, Site site) {
        List<RelDataTypeField> fields = sort.getRowType().getFieldList();
        return are(sort, site, dialect -> {
            dialect.require(sort);
            for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
                Types.Kind kind = Types.kind(fields.get(key.getFieldIndex()).getType());
                dialect.orderItem("c", kind, SelectWriter.direction(key), SelectWriter.nulls(key));
            }
        });
    }

    boolean are(SetOp set, Site site) {
        return are(set, site, dialect -> dialect.require(set));
    }

    private boolean noted(RelNode rel, String reason) {
        kept.note(rel, reason);
        return false;
    }
}
