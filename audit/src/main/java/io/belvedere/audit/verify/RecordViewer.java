package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Prints records, one per line. Verifies nothing but that what it prints is a frame; decrypts only when told to. */
final class RecordViewer {
    private static final List<String> PREVIEWED = List.of("previewed", "compared");
    private static final List<String> HANDLES = List.of("prepared", "ticket");

    private final PrintStream out;
    private final Decrypt decrypt;

    /** Whether the identifiers of people are shown. */
    enum Decrypt {
        YES,
        NO
    }

    private record Line(Path epoch, JsonNode record) {}

    RecordViewer(PrintStream out, Decrypt decrypt) {
        this.out = out;
        this.decrypt = decrypt;
    }

    /** Prints the records of a request; the count of them. */
    int request(Path folder, String request) throws IOException {
        int[] count = {0};
        each(folder, record -> RecordRules.text(record, "req").equals(request), line -> {
            print(line);
            count[0]++;
        });
        return count[0];
    }

    /** Prints the last records; the count of them. */
    int last(Path folder, int number) throws IOException {
        Deque<Line> last = new ArrayDeque<>();
        each(folder, _ -> true, line -> {
            last.add(line);
            if (last.size() > number) {
                last.remove();
            }
        });
        for (Line line : last) {
            print(line);
        }
        return last.size();
    }

    private interface Sink {
        void take(Line line) throws IOException;
    }

    private static void each(Path folder, Predicate<JsonNode> wanted, Sink sink) throws IOException {
        for (List<LogFolders.Epoch> epochs : LogFolders.find(folder)) {
            for (LogFolders.Epoch epoch : epochs) {
                for (Path file : epoch.segments()) {
                    try (SegmentReader segment = new SegmentReader(file)) {
                        read(segment, epoch.folder(), wanted, sink);
                    }
                }
            }
        }
    }

    private static void read(SegmentReader segment, Path epoch, Predicate<JsonNode> wanted, Sink sink)
            throws IOException {
        Optional<SegmentReader.Frame> frame = segment.frame(0);
        while (frame.isPresent()) {
            try {
                JsonNode record = RecordReader.read(frame.get().entry());
                if (wanted.test(record)) {
                    sink.take(new Line(epoch, record));
                }
            } catch (BadFrame notARecord) {
                return;
            }
            frame = segment.frame(frame.get().end());
        }
    }

    private void print(Line line) throws IOException {
        JsonNode record = line.record();
        StringBuilder text = new StringBuilder(RecordRules.text(record, "ts"))
                .append("  ")
                .append(RecordRules.text(record, "log"))
                .append('/')
                .append(record.path("seq").asText())
                .append("  ")
                .append(RecordRules.text(record, "type"));
        switch (RecordRules.text(record, "type")) {
            case "decision" -> decision(line, text);
            case "outcome" -> outcome(record, text);
            default -> details(record, text);
        }
        out.println(printable(text));
    }

    /** What is shown was not verified: a record that somebody forged must not act on the terminal. */
    private static String printable(CharSequence text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean acts = Character.isISOControl(point)
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            safe.appendCodePoint(acts ? '\ufffd' : point);
        });
        return safe.toString();
    }

    private void decision(Line line, StringBuilder text) throws IOException {
        JsonNode record = line.record();
        // What was done in spite of the rules stands first, where nobody can overlook it.
        add(text, "BREAK-GLASS ", RecordRules.text(record, "break_glass"));
        text.append("  ").append(record.at("/decision/effect").asText("no decision"));
        add(text, "", record.at("/decision/reason_code").asText());
        add(text, "", RecordRules.text(record, "operation"));
        record.path("views").forEach(view -> add(text, "", view.path("id").asText()));
        String who = record.at("/subject/pid").asText();
        add(text, "by ", who.length() > 12 ? who.substring(0, 12) : who.isEmpty() ? "nobody" : who);
        for (String as : PREVIEWED) {
            String whom = record.path(as).path("pid").asText();
            if (!whom.isEmpty()) {
                add(text, as + " as ", whom.substring(0, Math.min(12, whom.length())));
                add(text, "", record.path(as).path("effect").asText());
            }
        }
        add(text, "agent ", record.at("/subject/agent_pid").asText());
        add(text, "from ", RecordRules.text(record, "ip_net"));
        add(text, "req ", RecordRules.text(record, "req"));
        for (String handle : HANDLES) {
            String hash = record.path(handle + "_id").asText();
            add(text, handle + " ", hash.substring(0, Math.min(12, hash.length())));
        }
        for (JsonNode obligation : record.at("/decision/obligations")) {
            add(
                    text,
                    "rows ",
                    obligation
                            .at("/rows/filter_template")
                            .asText(obligation.path("rows").asText()));
            obligation.path("columns").forEach(column -> {
                if (!column.path("mask").asText().equals("none")) {
                    add(
                            text,
                            "",
                            column.path("name").asText() + "="
                                    + column.path("mask").asText());
                }
            });
        }
        add(text, "", record.at("/stmt/norm").asText());
        if (decrypt == Decrypt.YES) {
            KeyFile keys = KeyFile.load(line.epoch());
            add(text, "subject ", keys.open(record, "subject").orElse(""));
            PREVIEWED.forEach(as -> add(text, as + " ", keys.open(record, as).orElse("")));
            add(text, "endpoint ", keys.open(record, "endpoint").orElse(""));
        }
    }

    private static void outcome(JsonNode record, StringBuilder text) {
        text.append("  ").append(RecordRules.text(record, "status"));
        add(text, "", RecordRules.text(record, "code"));
        add(text, "", record.path("rows").asText() + " rows");
        add(text, "", record.path("end_ms").asText() + " ms");
        add(text, "req ", RecordRules.text(record, "req"));
        record.path("sources")
                .forEach(source -> add(
                        text,
                        "",
                        source.path("source").asText() + ":"
                                + source.path("rows").asText()));
        record.path("dimensions")
                .forEach(use -> add(
                        text,
                        "",
                        use.path("dimension").asText() + " as of "
                                + use.path("as_of").asText() + ", "
                                + use.path("age_ms").asText() + " ms old"));
    }

    /** Everything of a record that not every record has. */
    private static void details(JsonNode record, StringBuilder text) {
        List<String> common = List.of("v", "log", "seq", "ts", "mono", "type", "node", "truncated");
        record.properties().forEach(property -> {
            if (!common.contains(property.getKey())) {
                add(
                        text,
                        property.getKey() + "=",
                        property.getValue().isValueNode()
                                ? property.getValue().asText()
                                : property.getValue().toString());
            }
        });
    }

    private static void add(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append("  ").append(label).append(value);
        }
    }
}
