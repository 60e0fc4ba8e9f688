package io.belvedere.federation.plan;

import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.externalize.RelWriterImpl;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.util.Pair;
import org.jspecify.annotations.Nullable;

/** What is said about a plan, in two depths. */
final class Reports {
    private Reports() {}

    static PlanReport report(
            RelNode woven,
            RelNode cut,
            Map<Integer, RelNode> values,
            List<PlanReport.KeptBack> keptBack,
            Map<String, PlanReport.Expected> expected) {
        StringBuilder planned = new StringBuilder(planned(cut));
        values.forEach((number, tree) -> planned.append("value ")
                .append(number)
                .append(":\n")
                .append(planned(tree).indent(2)));
        return new PlanReport(shape(woven), RelOptUtil.toString(woven), planned.toString(), keptBack, expected);
    }

    /** Operators and views of the caller's own query. What a view is made of is not said; neither is any expression. */
    static String shape(RelNode woven) {
        List<String> lines = new ArrayList<>();
        shape(woven, 0, lines);
        return String.join("\n", lines);
    }

    private static void shape(RelNode rel, int depth, List<String> lines) {
        String indent = "  ".repeat(depth);
        if (BarrierLeaf.isGoverned(rel)) {
            lines.add(indent + "view " + BarrierLeaf.barrier(rel).view());
            return;
        }
        lines.add(indent + word(rel));
        for (RelNode query : subQueries(rel)) {
            lines.add(indent + "  sub-query");
            shape(query, depth + 2, lines);
        }
        rel.getInputs().forEach(input -> shape(input, depth + 1, lines));
    }

    private static String word(RelNode rel) {
        return switch (rel) {
            case GroupBarrier _ -> "groups of enough rows";
            case Join join -> join.getJoinType().name().toLowerCase(java.util.Locale.ROOT) + " join";
            case Sort sort -> sort.fetch == null && sort.offset == null ? "sort" : "first rows";
            default -> rel.getRelTypeName().replace("Logical", "").toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static List<RelNode> subQueries(RelNode rel) {
        List<RelNode> found = new ArrayList<>();
        rel.accept(new org.apache.calcite.rex.RexShuttle() {
            @Override
            public org.apache.calcite.rex.RexNode visitSubQuery(org.apache.calcite.rex.RexSubQuery query) {
                found.add(query.rel);
                return super.visitSubQuery(query);
            }
        });
        return found;
    }

    private static String planned(RelNode cut) {
        StringBuilder text = new StringBuilder();
        planned(cut, 0, text);
        return text.toString();
    }

    private static void planned(RelNode rel, int depth, StringBuilder text) {
        String indent = "  ".repeat(depth);
        if (rel instanceof Fragment fragment) {
            text.append(indent).append("at ").append(fragment.source().name());
            text.append(" shards ").append(fragment.shards()).append('\n');
            planned(fragment.body(), depth + 1, text);
            return;
        }
        text.append(indent).append(line(rel)).append('\n');
        rel.getInputs().forEach(input -> planned(input, depth + 1, text));
    }

    private static String line(RelNode rel) {
        if (rel instanceof SecureFilter barrier) {
            return "SecureFilter(view=[" + barrier.view() + "], condition=[" + barrier.condition() + "])";
        }
        StringWriter text = new StringWriter();
        rel.explain(new OneLine(new PrintWriter(text)));
        return text.toString().strip();
    }

    /** Calcite's own form of a node, without the nodes below it. */
    private static final class OneLine extends RelWriterImpl {
        OneLine(PrintWriter text) {
            super(text, SqlExplainLevel.EXPPLAN_ATTRIBUTES, false);
        }

        @Override
        protected void explain_(RelNode rel, List<Pair<String, @Nullable Object>> values) {
            pw.append(rel.getRelTypeName());
            String terms = values.stream()
                    .filter(term -> !(term.right instanceof RelNode))
                    .map(term -> term.left + "=[" + term.right + "]")
                    .collect(Collectors.joining(", "));
            pw.append(terms.isEmpty() ? "" : "(" + terms + ")");
        }
    }
}
