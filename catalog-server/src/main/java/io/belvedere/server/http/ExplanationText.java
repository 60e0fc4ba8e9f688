package io.belvedere.server.http;

import io.belvedere.federation.plan.ExplainText;
import io.belvedere.server.pipeline.Explanation;
import java.util.Locale;

/** A plan as text for people: the program, what the run gave, and the governed tree before planning. */
final class ExplanationText {
    private ExplanationText() {}

    static String of(Explanation explanation) {
        StringBuilder text = new StringBuilder(ExplainText.render(explanation.plan()));
        explanation
                .ran()
                .ifPresent(ran -> text.append('\n')
                        .append("result: ")
                        .append(ran.rows())
                        .append(ran.rows() == 1 ? " row" : " rows")
                        .append(String.format(
                                Locale.ROOT, " in %.1f ms", ran.total().toNanos() / 1e6))
                        .append(
                                ran.incompleteSources().isEmpty()
                                        ? ""
                                        : ", without " + String.join(", ", ran.incompleteSources()))
                        .append('\n'));
        explanation
                .plan()
                .full()
                .ifPresent(full ->
                        text.append("\nwoven\n").append(full.wovenTree().strip().indent(4)));
        return text.toString();
    }
}
