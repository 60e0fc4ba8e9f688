package io.belvedere.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A second reader of the format, written from its description alone, that shares not even the hashes with the product: writer
 * and verifier cannot agree on a mistake that it does not make too.
 */
public final class SecondReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SecondReader() {}

    /** The records of an epoch; fails on the first frame that is not right. */
    public static List<JsonNode> entries(Path epoch) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        byte[] chain = null;
        List<Path> segments = segments(epoch);
        for (int at = 0; at < segments.size(); at++) {
            // What a segment holds past the first record of the next one was written again there.
            long end = at + 1 < segments.size() ? first(segments.get(at + 1)) : Long.MAX_VALUE;
            try (DataInputStream in = new DataInputStream(Files.newInputStream(segments.get(at)))) {
                while (records.size() < end && in.available() > 40) {
                    int length = in.readInt();
                    if (length == 0) {
                        break;
                    }
                    int crc = in.readInt();
                    byte[] recorded = in.readNBytes(32);
                    byte[] entry = in.readNBytes(length);
                    JsonNode record = JSON.readTree(entry);
                    String log = record.get("log").asText();
                    byte[] before = chain != null ? chain : sha256(2, log.getBytes(StandardCharsets.UTF_8));
                    chain = sha256(2, concat(before, sha256(0, entry)));
                    require(Arrays.equals(chain, recorded), "chain", segments.get(at), records.size());
                    require(crc == crc(length, recorded, entry), "crc", segments.get(at), records.size());
                    require(record.get("seq").asLong() == records.size(), "seq", segments.get(at), records.size());
                    records.add(record);
                }
            }
        }
        return records;
    }

    static List<Path> segments(Path epoch) throws IOException {
        try (Stream<Path> files = Files.list(epoch)) {
            return files.filter(file -> file.toString().endsWith(".wal"))
                    .sorted()
                    .toList();
        }
    }

    private static long first(Path segment) {
        return Long.parseLong(segment.getFileName().toString().replaceAll("\\D", ""));
    }

    private static void require(boolean right, String what, Path segment, int sequence) {
        if (!right) {
            throw new UncheckedIOException(new IOException(what + " is wrong in " + segment + " at " + sequence));
        }
    }

    private static int crc(int length, byte[] chain, byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
        crc.update(chain);
        crc.update(entry);
        return (int) crc.getValue();
    }

    private static byte[] sha256(int kind, byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(concat(new byte[] {(byte) kind}, bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] concat(byte[] left, byte[] right) {
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
