package io.belvedere.server.http;

import io.belvedere.server.pipeline.Explanation;
import io.belvedere.server.pipeline.Explanation.PlanStep;

/** A plan as text for people. */
final class ExplanationText {
    private ExplanationText() {}

    static String of(Explanation explanation) {
        StringBuilder text = new StringBuilder();
        section(text, "shape", explanation.shape());
        explanation.full().ifPresent(plan -> {
            section(text, "woven", plan.wovenTree());
            section(text, "planned", plan.plannedTree());
            for (PlanStep step : plan.steps()) {
                String where = step.source()
                        .map(source -> " at " + source + " " + step.shards())
                        .orElse("");
                section(text, step.kind() + " " + step.name() + where, step.sql());
            }
            plan.pushdown()
                    .forEach(kept -> text.append("not pushed: ")
                            .append(kept.operator())
                            .append(": ")
                            .append(kept.reason())
                            .append('\n'));
        });
        return text.toString();
    }

    private static void section(StringBuilder text, String title, String body) {
        text.append("-- ").append(title).append('\n').append(body.strip()).append("\n\n");
    }
}
