package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.hash.LogHashes;
import io.belvedere.audit.verify.SegmentReader.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The checks of one record against those before it: place, time, chain, and the order of a log's own records. */
final class LogChain {
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private String origin = "";
    private byte[] chain = new byte[0];
    private long next;
    private long mono;
    private @Nullable Instant highest;
    private String from = "";
    private String to = "";
    private boolean closed;

    /** Reads a frame's record and accepts it as the next one, or says why it is not. */
    JsonNode accept(Frame frame, String epoch) throws BadFrame {
        JsonNode record = RecordReader.read(frame.entry());
        RecordRules.check(record);
        String log = RecordRules.text(record, "log");
        if (RecordRules.number(record, "seq") != next) {
            throw BadFrame.tampered("sequence", "The record's sequence is not the next one.");
        }
        if (next == 0) {
            if (!log.endsWith("/" + epoch)) {
                throw BadFrame.tampered("log_name", "The log's name is not that of its folder.");
            }
            origin = log;
            chain = LogHashes.genesis(log);
        } else if (!log.equals(origin)) {
            throw BadFrame.tampered("log_name", "The record belongs to another log.");
        }
        checkTime(record);
        byte[] after = LogHashes.chain(chain, LogHashes.leaf(frame.entry()));
        if (!Arrays.equals(after, frame.chain())) {
            throw BadFrame.tampered("chain", "The chain does not lead to this record.");
        }
        checkOrder(record);
        chain = after;
        next++;
        return record;
    }

    private void checkTime(JsonNode record) throws BadFrame {
        Instant time = RecordRules.time(record);
        boolean anomaly = RecordRules.text(record, "type").equals("clock_anomaly");
        if (highest != null && !anomaly && time.plus(CLOCK_TOLERANCE).isBefore(highest)) {
            throw BadFrame.tampered("time", "The clock goes back and no record says so.");
        }
        long nanos = RecordRules.number(record, "mono");
        if (nanos < mono) {
            throw BadFrame.tampered("time", "The time since the start goes back.");
        }
        if (highest == null || anomaly || time.isAfter(highest)) {
            highest = time;
        }
        mono = nanos;
        to = RecordRules.text(record, "ts");
        if (from.isEmpty()) {
            from = to;
        }
    }

    private void checkOrder(JsonNode record) throws BadFrame {
        String type = RecordRules.text(record, "type");
        if (type.equals("open") != (next == 0)) {
            throw BadFrame.tampered("order", "A log begins with one opening record.");
        }
        if (closed) {
            throw BadFrame.tampered("order", "A record follows the closing record.");
        }
        closed = type.equals("close");
    }

    String origin() {
        return origin;
    }

    long next() {
        return next;
    }

    String chain() {
        return HexFormat.of().formatHex(chain);
    }

    boolean closed() {
        return closed;
    }

    LogSummary summary(LogSummary.State state) {
        return new LogSummary(origin, next, from, to, state);
    }
}
