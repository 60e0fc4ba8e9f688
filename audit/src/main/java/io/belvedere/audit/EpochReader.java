package io.belvedere.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.audit.EpochState.Damage;
import io.belvedere.audit.hash.LogHashes;
import io.belvedere.model.access.QueryId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what an earlier start wrote, as far as it can be trusted. Holds one segment in memory. Changes nothing. */
final class EpochReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SEGMENT = "seg-\\d{20}\\.wal";

    private final String origin;
    private final Map<Long, QueryId> open = new HashMap<>();
    private final Set<String> answered = new HashSet<>();
    private long next;
    private byte[] chain;
    private boolean closed;
    private boolean recovered;
    private @Nullable Damage damage;

    private EpochReader(String origin) {
        this.origin = origin;
        this.chain = LogHashes.genesis(origin);
    }

    /** Reads an epoch; of one that was closed, which leaves nothing open, only the last segment. */
    static EpochState read(Path folder, String origin) throws IOException {
        List<Path> segments = segments(folder);
        if (!segments.isEmpty()) {
            EpochReader last = new EpochReader(origin);
            last.trustFirst(segments.getLast());
            last.read(segments.subList(segments.size() - 1, segments.size()));
            if (last.closed && last.damage == null) {
                last.recovered = true;
                return last.state();
            }
        }
        EpochReader all = new EpochReader(origin);
        all.read(segments);
        return all.state();
    }

    /** The segments of an epoch, in order. */
    static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(SEGMENT))
                    .sorted()
                    .toList();
        }
    }

    private EpochState state() {
        return new EpochState(
                origin,
                next,
                HexFormat.of().formatHex(chain),
                closed,
                recovered,
                Map.copyOf(open),
                Set.copyOf(answered),
                Optional.ofNullable(damage));
    }

    /** Starts in the middle of an epoch: takes the first frame's place from the file's name and its chain as it is. */
    private void trustFirst(Path segment) {
        next = firstSequence(segment);
        chain = new byte[0];
    }

    private void read(List<Path> segments) throws IOException {
        for (int at = 0; at < segments.size() && damage == null; at++) {
            long end = at + 1 < segments.size() ? firstSequence(segments.get(at + 1)) : Long.MAX_VALUE;
            if (firstSequence(segments.get(at)) != next) {
                damage = new Damage(name(segments.get(at)), 0, 0, false, "");
                return;
            }
            read(name(segments.get(at)), Files.readAllBytes(segments.get(at)), end);
        }
    }

    /** Reads frames up to a sequence; what a segment holds past it was written again to the next one. */
    private void read(String segment, byte[] file, long end) throws IOException {
        int at = 0;
        while (next < end && file.length - at >= Frame.HEADER_BYTES) {
            ByteBuffer header = ByteBuffer.wrap(file, at, Frame.HEADER_BYTES);
            int length = header.getInt();
            int crc = header.getInt();
            if (length <= 0 || length > LogLimits.ENTRY_BYTES || length > file.length - at - Frame.HEADER_BYTES) {
                break;
            }
            byte[] recorded = Arrays.copyOfRange(file, at + 8, at + Frame.HEADER_BYTES);
            byte[] entry = Arrays.copyOfRange(file, at + Frame.HEADER_BYTES, at + Frame.HEADER_BYTES + length);
            if (Frame.crc(recorded, entry) != crc || !follows(recorded, entry)) {
                break;
            }
            apply(JSON.readTree(entry));
            chain = recorded;
            next++;
            at += Frame.HEADER_BYTES + length;
        }
        int used = TornTail.used(file, at);
        if (next < end && used > at) {
            damage = damageAt(segment, file, at, used);
        }
    }

    private boolean follows(byte[] recorded, byte[] entry) {
        return chain.length == 0 || Arrays.equals(recorded, LogHashes.chain(chain, LogHashes.leaf(entry)));
    }

    private static Damage damageAt(String segment, byte[] file, int at, int used) {
        long claimed = used;
        if (file.length - at >= Integer.BYTES) {
            int length = ByteBuffer.wrap(file, at, Integer.BYTES).getInt();
            if (length > 0 && length <= LogLimits.ENTRY_BYTES) {
                claimed = (long) at + Frame.HEADER_BYTES + length;
            }
        } else {
            claimed = Long.MAX_VALUE;
        }
        boolean torn = TornTail.is(file, at, used, claimed, wholeEntry(file, at + Frame.HEADER_BYTES, used));
        var digest = LogHashes.sha256();
        digest.update(file, at, used - at);
        return new Damage(segment, at, used - at, torn, HexFormat.of().formatHex(digest.digest()));
    }

    private static boolean wholeEntry(byte[] file, int from, int to) {
        if (to <= from || to - from > LogLimits.ENTRY_BYTES) {
            return false;
        }
        try (var parser = JSON.createParser(file, from, to - from)) {
            return JSON.readTree(parser) != null && parser.nextToken() == null;
        } catch (JsonProcessingException notWhole) {
            return false;
        } catch (IOException impossible) {
            throw new IllegalStateException("a byte array can be read", impossible);
        }
    }

    private void apply(JsonNode record) {
        closed = false;
        switch (record.path("type").asText()) {
            case "decision" -> open.put(next, QueryId.parse(record.path("req").asText()));
            case "outcome" -> {
                long decision = Long.parseLong(record.path("decision_seq").asText());
                if (record.has("decision_log")) {
                    answered.add(record.path("decision_log").asText() + "/" + decision);
                } else {
                    open.remove(decision);
                }
            }
            case "recovery" -> recovered |= !record.has("suspect");
            case "close" -> closed = true;
            default -> {
                // Nothing that recovery needs.
            }
        }
    }

    private static long firstSequence(Path segment) {
        return Long.parseLong(name(segment).substring(4, 24));
    }

    private static String name(Path segment) {
        return segment.getFileName().toString();
    }
}
