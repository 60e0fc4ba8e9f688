package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** Shows a report: as a table for people, as JSON for programs. */
final class ReportPrinter {
    private static final int FINDINGS_SHOWN = 20;

    private ReportPrinter() {}

    static void print(VerifyReport report, PrintStream out) {
        int width = report.logs().stream()
                .mapToInt(log -> log.origin().length())
                .max()
                .orElse(0);
        width = Math.max(width, "log".length());
        if (!report.logs().isEmpty()) {
            out.printf("%-" + width + "s  %9s  %-20s  %-20s  %s%n", "log", "records", "from", "to", "state");
        }
        for (LogSummary log : report.logs()) {
            out.printf(
                    "%-" + width + "s  %9d  %-20s  %-20s  %s%n",
                    log.origin().isEmpty() ? "-" : log.origin(),
                    log.records(),
                    seconds(log.from()),
                    seconds(log.to()),
                    log.state().name().toLowerCase(Locale.ROOT));
        }
        out.println();
        report.findings().stream().limit(FINDINGS_SHOWN).forEach(finding -> print(finding, out));
        if (report.findings().size() > FINDINGS_SHOWN) {
            out.printf("  ... and %d more%n", report.findings().size() - FINDINGS_SHOWN);
        }
        report.receipts().forEach(id -> out.println("  receipt " + id + " is of a record in this log"));
        verdict(report, out);
    }

    private static void print(Finding finding, PrintStream out) {
        out.printf(
                "  %-10s %s%n",
                finding.severity().name().toLowerCase(Locale.ROOT),
                finding.kind().replace('_', ' '));
        if (!finding.file().isEmpty()) {
            out.printf(
                    "             in %s at byte %d, record %d%n", finding.file(), finding.offset(), finding.sequence());
        }
        out.println("             " + finding.detail());
    }

    private static void verdict(VerifyReport report, PrintStream out) {
        String word = switch (report.exitCode()) {
            case 0 -> "WHOLE";
            case 1 -> "CHANGED";
            case 2 -> "INCOMPLETE";
            default -> "NOT VERIFIED";
        };
        out.printf(
                Locale.ROOT,
                "%s: %,d records verified; %,d requests have decision and outcome",
                word,
                report.records(),
                report.requests());
        if (report.crashes() > 0) {
            out.printf(Locale.ROOT, ", %,d of them ended by a crash", report.crashes());
        }
        if (report.pending() > 0) {
            out.printf(Locale.ROOT, "; %,d more have no outcome yet", report.pending());
        }
        out.println(".");
        if (report.records() > 0) {
            out.println("Verified locally only: without a copy kept elsewhere, records cut from the end do not show.");
        }
    }

    static ObjectNode json(VerifyReport report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        LogSummary last = report.logs().isEmpty()
                ? new LogSummary("", 0, "", "", LogSummary.State.OPEN)
                : report.logs().getLast();
        json.put("exit", report.exitCode());
        json.put("log", last.origin());
        json.put("from", report.logs().isEmpty() ? "" : report.logs().getFirst().from());
        json.put("to", last.to());
        json.put("records", report.records());
        json.put("requests", report.requests());
        json.put("crashes", report.crashes());
        json.put("pending", report.pending());
        Optional<Finding> bad = report.firstBad();
        json.set("first_bad", bad.map(ReportPrinter::json).orElse(null));
        json.put("unverified_tail", report.records());
        json.putNull("anchored_to");
        json.putNull("anchored_at");
        ArrayNode logs = json.putArray("logs");
        for (LogSummary log : report.logs()) {
            logs.addObject()
                    .put("log", log.origin())
                    .put("records", log.records())
                    .put("from", log.from())
                    .put("to", log.to())
                    .put("state", log.state().name().toLowerCase(Locale.ROOT));
        }
        ArrayNode findings = json.putArray("findings");
        report.findings().forEach(finding -> findings.add(json(finding)));
        ArrayNode receipts = json.putArray("receipts");
        report.receipts().forEach(receipts::add);
        return json;
    }

    private static ObjectNode json(Finding finding) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .put("kind", finding.kind())
                .put("file", finding.file())
                .put("offset", finding.offset())
                .put("seq", finding.sequence())
                .put("detail", finding.detail());
    }

    private static String seconds(String time) {
        return time.length() < 19 ? "-" : time.substring(0, 10) + " " + time.substring(11, 19) + "Z";
    }
}
