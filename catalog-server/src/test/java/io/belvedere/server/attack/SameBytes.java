package io.belvedere.server.attack;

import io.belvedere.server.doors.Rest.Answer;
import java.util.TreeMap;

/** An answer without what differs between any two requests: ids, the place in the audit log, times. What is left must be the same byte by byte. */
final class SameBytes {
    private static final String ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}";

    private SameBytes() {}

    static String of(Answer answer) {
        TreeMap<String, Object> headers =
                new TreeMap<>(answer.response().headers().map());
        headers.remove("date");
        headers.remove("retry-after");
        return clean(answer.status() + " " + headers + "\n" + answer.text());
    }

    /** Any text without ids, places in the log and times. */
    static String clean(String text) {
        return text.replaceAll(ID, "ID")
                .replaceAll("belvedere\\.local/audit/n1/[0-9/]+", "AUDIT")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME")
                .replaceAll("\"(leafHash|index|seq|size|treeSize)\":(\"[^\"]*\"|[0-9]+)", "\"$1\":0")
                .replaceAll("in [0-9.]+ (ms|s)", "in TIME")
                .replaceAll("content-length=\\[[0-9]+]", "content-length");
    }
}
