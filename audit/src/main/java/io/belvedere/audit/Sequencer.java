package io.belvedere.audit;

import io.belvedere.audit.Append.Durable;
import io.belvedere.audit.hash.LogHashes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Gives records their place: sequence, time and chain. A record that has its place keeps it, byte for byte, until it is on the
 * disk; {@link #unwritten} holds those that are not. Owned by the writer's thread.
 */
final class Sequencer {
    /** How far the clock may go back before a record says so. */
    static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final LongSupplier nanos;
    private final RecordForm form;
    private final long openedNanos;
    private final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();

    private byte[] chain;
    private long next;
    private long unwrittenFrom;
    private long mono;
    private Instant highest = Instant.MIN;

    Sequencer(String origin, Clock clock, LongSupplier nanos, RecordForm form) {
        this.clock = clock;
        this.nanos = nanos;
        this.form = form;
        this.openedNanos = nanos.getAsLong();
        this.chain = LogHashes.genesis(origin);
    }

    /** Places a record. */
    Durable place(Draft draft) {
        return place(draft, new Members());
    }

    /** Places a record with members that were not known before. */
    Durable place(Draft draft, Members late) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (highest.isAfter(now.plus(CLOCK_TOLERANCE))) {
            Members anomaly = new Members().text("before", TIME.format(highest), 64);
            highest = now;
            write(form.own(RecordType.CLOCK_ANOMALY, anomaly), now, new Members());
        }
        if (now.isAfter(highest)) {
            highest = now;
        }
        return write(draft, now, late);
    }

    private Durable write(Draft draft, Instant now, Members late) {
        mono = Math.max(mono, nanos.getAsLong() - openedNanos);
        long sequence = next++;
        SortedMap<String, String> place = new TreeMap<>(late.canonical());
        place.putAll(new Members()
                .number("seq", sequence)
                .text("ts", TIME.format(now), 64)
                .number("mono", mono)
                .canonical());
        byte[] entry = draft.entry(place);
        if (entry.length > LogLimits.ENTRY_BYTES) {
            throw new IllegalStateException("a record of type " + draft.type() + " is larger than an entry may be");
        }
        byte[] leaf = LogHashes.leaf(entry);
        chain = LogHashes.chain(chain, leaf);
        unwritten.writeBytes(Frame.of(chain, entry));
        return new Durable(sequence, HexFormat.of().formatHex(leaf));
    }

    /** The sequence that the next record gets. */
    long next() {
        return next;
    }

    /** The sequence of the first record that is not on the disk. */
    long unwrittenFrom() {
        return unwrittenFrom;
    }

    int unwrittenBytes() {
        return unwritten.size();
    }

    /** The frames of the records that are not on the disk, in order. */
    ByteBuffer unwritten() {
        return ByteBuffer.wrap(unwritten.toByteArray());
    }

    /** Says that everything placed is on the disk. */
    void written() {
        unwritten.reset();
        unwrittenFrom = next;
    }
}
