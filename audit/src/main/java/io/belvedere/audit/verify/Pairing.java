package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Matches decisions with their outcomes over the logs of one node. Holds the decisions that wait for theirs, which are as many as
 * requests ran at once; past a bound it gives up and says so.
 */
final class Pairing {
    /** Requests that a server runs at once are far fewer. */
    private static final int WAITING_MAX = 100_000;

    /** How long a request of a log that is still open may go without an outcome; deadlines are shorter. */
    private static final Duration DEADLINE_MAX = Duration.ofMinutes(10);

    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private long requests;
    private long crashes;
    private long pending;

    private record Waiting(String request, Instant since, String origin, long sequence) {}

    void begin(String origin) {
        known.add(origin);
    }

    /** Says that an unknown part of a log could not be read. */
    void broken(String origin) {
        broken.add(origin);
    }

    void decision(JsonNode record) throws BadFrame {
        if (waiting.size() >= WAITING_MAX) {
            throw new BadFrame(
                    Severity.INCOMPLETE, "too_many_open", "More decisions wait for an outcome than a server runs.");
        }
        String origin = RecordRules.text(record, "log");
        long sequence = RecordRules.number(record, "seq");
        Instant since = RecordRules.time(record);
        waiting.put(key(origin, sequence), new Waiting(RecordRules.text(record, "req"), since, origin, sequence));
    }

    void outcome(JsonNode record) throws BadFrame {
        String own = RecordRules.text(record, "log");
        String origin = record.has("decision_log") ? RecordRules.text(record, "decision_log") : own;
        long sequence = RecordRules.number(record, "decision_seq");
        Waiting decision = waiting.remove(key(origin, sequence));
        if (decision == null) {
            if (broken.contains(origin) || !known.contains(origin)) {
                return;
            }
            throw BadFrame.tampered("outcome_without_decision", "The outcome has no decision that waits for it.");
        }
        if (!decision.request().equals(RecordRules.text(record, "req"))) {
            throw BadFrame.tampered("outcome_of_another", "The outcome and its decision are of different requests.");
        }
        requests++;
        if (RecordRules.text(record, "status").equals("unknown_crash")) {
            crashes++;
        }
    }

    /**
     * What is left when everything was read. Of a log that broke, what is left says nothing: its outcomes may lie past the break.
     *
     * @param lastOpen the log that is not closed and may yet go on; empty for none
     */
    void finish(Instant now, String lastOpen, List<Finding> findings) {
        for (Waiting left : waiting.values()) {
            boolean young = left.since().plus(DEADLINE_MAX).isAfter(now);
            if (left.origin().equals(lastOpen) && young) {
                pending++;
            } else if (!broken.contains(left.origin())) {
                findings.add(new Finding(
                        Severity.INCOMPLETE,
                        "decision_without_outcome",
                        "",
                        -1,
                        left.sequence(),
                        "The decision " + left.origin() + "/" + left.sequence() + " has no outcome."));
            }
        }
    }

    long requests() {
        return requests;
    }

    long crashes() {
        return crashes;
    }

    long pending() {
        return pending;
    }

    private static String key(String origin, long sequence) {
        return origin + "/" + sequence;
    }
}
