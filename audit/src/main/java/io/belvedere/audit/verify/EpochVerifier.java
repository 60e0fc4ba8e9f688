package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.hash.LogHashes;
import io.belvedere.audit.verify.LogSummary.State;
import io.belvedere.audit.verify.SegmentReader.Frame;
import io.belvedere.audit.verify.SegmentReader.Tail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies the log of one start, segment by segment. Stops at the first thing that does not hold. */
final class EpochVerifier {
    private static final int LIVE_RETRIES = 3;
    private static final long LIVE_PAUSE_MILLIS = 50;

    private final LogFolders.Epoch epoch;
    private final Position position;
    private final Pairing pairing;
    private final Receipts receipts;
    private final List<Finding> findings;
    private final LogChain chain = new LogChain();

    private @Nullable Previous previous;
    private @Nullable Doubt doubt;
    private String lastSegment = "";
    private long lastEnd;
    private boolean broken;

    /** Whether a later start follows. */
    enum Position {
        LAST,
        FOLLOWED
    }

    /** What the log of a start must follow. */
    record Previous(LogSummary summary, String chain) {}

    /** A segment that was left after a failed write, which a later record must explain. */
    private record Doubt(String segment, long offset, long fromSequence) {}

    EpochVerifier(
            LogFolders.Epoch epoch, Position position, Pairing pairing, Receipts receipts, List<Finding> findings) {
        this.epoch = epoch;
        this.position = position;
        this.pairing = pairing;
        this.receipts = receipts;
        this.findings = findings;
    }

    /** Verifies; {@code before} is empty for the first log there is. */
    Previous verify(Optional<Previous> before) throws IOException {
        previous = before.orElse(null);
        List<Path> segments = epoch.segments();
        for (int at = 0; at < segments.size() && !broken; at++) {
            long end = at + 1 < segments.size() ? LogFolders.firstSequence(segments.get(at + 1)) : Long.MAX_VALUE;
            readSegment(segments.get(at), end);
        }
        if (!broken && doubt != null) {
            Severity severity = chain.closed() ? Severity.TAMPERED : Severity.INCOMPLETE;
            report(
                    new BadFrame(
                            severity, "unexplained_segment", "A segment goes on elsewhere and no record says why."),
                    doubt.segment(),
                    doubt.offset());
        }
        if (broken) {
            pairing.broken(chain.origin());
        }
        return new Previous(chain.summary(state()), chain.chain());
    }

    private State state() {
        if (broken) {
            return State.BROKEN;
        }
        if (chain.closed()) {
            return State.CLOSED;
        }
        return position == Position.LAST ? State.OPEN : State.CRASHED;
    }

    private void readSegment(Path file, long end) throws IOException {
        String name = epoch.relative(file);
        long offset = 0;
        try (SegmentReader segment = new SegmentReader(file)) {
            if (LogFolders.firstSequence(file) != chain.next()) {
                throw gap(segment);
            }
            while (chain.next() < end) {
                Look look = look(segment, offset);
                if (look.frame().isEmpty()) {
                    requireCleanTail(look.tail(), end);
                    break;
                }
                accept(look.frame().get(), file);
                offset = look.frame().get().end();
            }
            boolean more = chain.next() == end && segment.tail(offset) != Tail.CLEAN;
            if (more) {
                doubt = new Doubt(file.getFileName().toString(), offset, end);
            }
        } catch (BadFrame bad) {
            report(bad, name, offset);
        }
        lastSegment = file.getFileName().toString();
        lastEnd = offset;
    }

    /** What stands at an offset: a frame, or how the segment ends there. */
    private record Look(Optional<Frame> frame, Tail tail) {}

    /**
     * What stands at an offset of a log that may be written to right now: what looks half written is looked at again. The end is judged by the
     * same bytes in which no frame was found, because a writer may have added one since.
     */
    private Look look(SegmentReader segment, long offset) throws IOException {
        Look look = glance(segment, offset);
        for (int retry = 0; retry < LIVE_RETRIES && position == Position.LAST && look.tail() != Tail.CLEAN; retry++) {
            // Asked first: a writer that had gone on to another segment by then has changed nothing since.
            boolean atWork = segment.mayGrow();
            if (atWork && !pause()) {
                return look;
            }
            segment.forget();
            look = glance(segment, offset);
            if (!atWork) {
                return look;
            }
        }
        return look;
    }

    private static Look glance(SegmentReader segment, long offset) throws IOException {
        Optional<Frame> frame = segment.frame(offset);
        return new Look(frame, frame.isPresent() ? Tail.CLEAN : segment.tail(offset));
    }

    private static boolean pause() {
        try {
            Thread.sleep(LIVE_PAUSE_MILLIS);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void requireCleanTail(Tail tail, long end) throws BadFrame {
        boolean lastOfAll = position == Position.LAST && end == Long.MAX_VALUE;
        switch (tail) {
            case CLEAN -> {}
            case TORN -> {
                if (lastOfAll && !chain.closed()) {
                    throw new BadFrame(
                            Severity.INCOMPLETE,
                            "torn_tail",
                            "The last write was cut short; the next start will say so.");
                }
                throw BadFrame.tampered("frame", "A frame is cut short, and it is not the last.");
            }
            case CHANGED ->
                throw BadFrame.tampered("frame", "The bytes are no frame: a length or a checksum does not hold.");
        }
    }

    /** Tells a segment that was cut from one that is gone. */
    private BadFrame gap(SegmentReader segment) throws IOException, BadFrame {
        Optional<Frame> first = segment.frame(0);
        if (first.isPresent()) {
            JsonNode record = RecordReader.read(first.get().entry());
            if (RecordRules.text(record, "prev_segment").equals(lastSegment) && !lastSegment.isEmpty()) {
                return BadFrame.tampered("segment_cut", "The segment before this one has lost its last records.");
            }
        }
        return new BadFrame(Severity.INCOMPLETE, "missing_segment", "Segments before this one are missing.");
    }

    private void accept(Frame frame, Path file) throws BadFrame {
        boolean firstOfSegment = frame.offset() == 0 && chain.next() > 0;
        JsonNode record = chain.accept(frame, epoch.name());
        String type = RecordRules.text(record, "type");
        if (firstOfSegment) {
            checkChange(record, type, file);
        }
        switch (type) {
            case "open" -> checkOpening(record, file);
            case "decision" -> pairing.decision(record);
            case "outcome" -> pairing.outcome(record);
            case "recovery" -> checkDoubt(record, file, frame.offset());
            default -> {
                // Nothing to compare with.
            }
        }
        receipts.record(chain.origin(), chain.next() - 1, LogHashes.leaf(frame.entry()));
    }

    /** A segment begins with the size of the one before, unless that one was left after a failure. */
    private void checkChange(JsonNode record, String type, Path file) throws BadFrame {
        if (!type.equals("segment")) {
            if (doubt == null) {
                doubt = new Doubt(lastSegment, lastEnd, LogFolders.firstSequence(file));
            }
            return;
        }
        boolean same = RecordRules.text(record, "prev_segment").equals(lastSegment)
                && RecordRules.number(record, "prev_bytes") == lastEnd;
        if (!same || doubt != null) {
            throw BadFrame.tampered("segment_end", "The segment before this one does not end where it ended.");
        }
    }

    private void checkDoubt(JsonNode record, Path file, long offset) throws BadFrame {
        JsonNode suspect = record.path("suspect");
        if (!suspect.isObject()) {
            return;
        }
        Doubt named = new Doubt(
                RecordRules.text(suspect, "segment"),
                RecordRules.number(suspect, "offset"),
                RecordRules.number(suspect, "from_seq"));
        if (doubt != null && !doubt.equals(named)) {
            throw BadFrame.tampered("segment_end", "A segment was left elsewhere than a record says.");
        }
        doubt = null;
        findings.add(new Finding(
                Severity.INCOMPLETE,
                "suspect_range",
                epoch.relative(file),
                offset,
                named.fromSequence(),
                "A write or force failed at " + named.segment() + " byte " + named.offset()
                        + "; the records were written again here."));
    }

    private void checkOpening(JsonNode record, Path file) throws BadFrame {
        pairing.begin(chain.origin());
        String named = RecordRules.text(record, "prevOrigin");
        Previous expected = previous;
        if (expected == null) {
            if (!named.isEmpty() && epoch.siblingsSeen()) {
                findings.add(missing(file, named));
            }
            return;
        }
        LogSummary summary = expected.summary();
        if (summary.state() == State.BROKEN) {
            return;
        }
        if (!named.equals(summary.origin())) {
            findings.add(missing(file, named));
            return;
        }
        boolean same = RecordRules.number(record, "prevSize") == summary.records()
                && RecordRules.text(record, "prevChain").equals(expected.chain());
        if (!same) {
            throw BadFrame.tampered(
                    "earlier_log_changed", "The log " + named + " does not end where this one found its end.");
        }
    }

    private Finding missing(Path file, String named) {
        String what = named.isEmpty() ? "an earlier log" : "the log " + named;
        return new Finding(
                Severity.INCOMPLETE,
                "missing_log",
                epoch.relative(file),
                0,
                0,
                "This log follows " + what + ", which is not here.");
    }

    private void report(BadFrame bad, String file, long offset) {
        broken = true;
        findings.add(bad.at(file, offset, chain.next()));
    }
}
