package io.belvedere.federation.plan;

import io.belvedere.federation.plan.Explained.Actual;
import io.belvedere.federation.plan.Explained.ActualStatement;
import io.belvedere.federation.plan.Explained.ExplainedStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan as text for people. It says what {@link Explained} holds, and so nothing more than the reader may see. */
public final class ExplainText {
    private static final String INDENT = "    ";

    private ExplainText() {}

    public static String render(Explained explained) {
        List<String> lines = new ArrayList<>(List.of(explained.shape()));
        explained.full().ifPresent(full -> {
            for (ExplainedStep step : full.steps()) {
                lines.add("");
                step(step, lines);
            }
            if (!full.notPushed().isEmpty()) {
                lines.add("");
                lines.add("kept in the engine");
                full.notPushed().forEach(kept -> lines.add(INDENT + kept.operator() + ": " + kept.reason()));
            }
        });
        return String.join("\n", lines) + "\n";
    }

    private static void step(ExplainedStep step, List<String> lines) {
        lines.add(step.name() + ": " + step.kind() + place(step));
        step.estimate()
                .ifPresent(estimate -> lines.add(
                        INDENT + "expected  " + rows(estimate.rows()) + ", " + bytes(estimate.bytes()) + keys(step)));
        step.actual().ifPresent(actual -> actual(actual, lines));
        step.sql().lines().forEach(line -> lines.add(INDENT + line));
    }

    private static String place(ExplainedStep step) {
        if (step.source().isEmpty()) {
            return " in the engine";
        }
        String shards = step.shardsInAll() > 1
                ? ", shards " + String.join(" ", step.shards()) + " of " + step.shardsInAll()
                : "";
        return " at " + step.source().get() + shards;
    }

    private static String keys(ExplainedStep step) {
        return step.keys().stream()
                .map(keys -> "; keys of " + keys.from() + " (" + String.join(", ", keys.columns()) + "), at most "
                        + keys.keysMax())
                .collect(Collectors.joining());
    }

    private static void actual(Actual actual, List<String> lines) {
        StringBuilder text = new StringBuilder(INDENT + "actual    ");
        actual.rows().ifPresent(rows -> text.append(rows(rows)).append(", "));
        actual.bytes().ifPresent(bytes -> text.append(bytes(bytes)).append(", "));
        text.append(millis(actual.took()));
        if (!actual.statements().isEmpty()) {
            text.append(", ")
                    .append(actual.keys())
                    .append(" keys, ")
                    .append(actual.retries())
                    .append(" retries");
        }
        lines.add(text.toString());
        if (actual.statements().size() > 1) {
            actual.statements().forEach(each -> lines.add(INDENT + "  " + statement(each)));
        }
    }

    private static String statement(ActualStatement each) {
        return each.shard() + ": " + each.status() + ", " + rows(each.rows()) + ", " + bytes(each.bytes()) + ", "
                + millis(each.took()) + ", " + each.keys() + " keys, " + Math.max(0, each.attempts() - 1) + " retries";
    }

    private static String rows(long rows) {
        return rows + (rows == 1 ? " row" : " rows");
    }

    private static String bytes(long bytes) {
        return bytes < 10_000 ? bytes + " B" : bytes < 10_000_000 ? bytes / 1_000 + " kB" : bytes / 1_000_000 + " MB";
    }

    private static String millis(Duration took) {
        return String.format(Locale.ROOT, "%.1f ms", took.toNanos() / 1e6);
    }
}
