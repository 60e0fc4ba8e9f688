package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The files of an OPA bundle, a tar archive (POSIX.1-1988 ustar) under gzip, by their paths without a leading slash.
 *
 * <p>Strict and bounded: an archive that ends early, names a file twice, holds a link, or unpacks to more than the limits is refused.
 */
record BundleArchive(SortedMap<String, byte[]> files) {
    static final int PACKED_BYTES_MAX = 16 * 1024 * 1024;
    static final int UNPACKED_BYTES_MAX = 48 * 1024 * 1024;
    static final int ENTRIES_MAX = 500;
    static final int NAME_BYTES_MAX = 255;

    private static final int BLOCK = 512;
    /** Blank blocks behind the first: a tar is written in records of up to 128 blocks and more. */
    private static final int END_BYTES_MAX = 1024 * 1024;

    private static final int CHECKSUM_AT = 148;

    BundleArchive {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** Unpacks; throws {@code POLICY_FILE_INVALID} for what is not a whole archive of files within the limits. */
    static BundleArchive read(byte[] packed) {
        if (packed.length > PACKED_BYTES_MAX) {
            throw damaged("it has more than " + PACKED_BYTES_MAX + " bytes");
        }
        try (InputStream tar = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return unpack(tar);
        } catch (IOException e) {
            throw PolicyError.POLICY_FILE_INVALID.error("The policy bundle is damaged: it is no whole archive.", e);
        }
    }

    private static BundleArchive unpack(InputStream tar) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        long unpacked = 0;
        for (int entries = 0; ; entries++) {
            byte[] header = tar.readNBytes(BLOCK);
            if (header.length < BLOCK) {
                throw damaged("it ends before its end");
            }
            if (isBlank(header)) {
                requireNothingBehind(tar);
                return new BundleArchive(files);
            }
            requireChecksum(header);
            long bytes = octal(header, 124, 12);
            unpacked += bytes;
            if (entries == ENTRIES_MAX || unpacked > UNPACKED_BYTES_MAX) {
                throw damaged("it holds more than " + ENTRIES_MAX + " files or " + UNPACKED_BYTES_MAX + " bytes");
            }
            byte[] content = tar.readNBytes((int) bytes);
            int padding = (int) ((BLOCK - bytes % BLOCK) % BLOCK);
            if (content.length < bytes || tar.readNBytes(padding).length < padding) {
                throw damaged("it ends before its end");
            }
            take(header, content, files);
        }
    }

    /** Reads on to the end: only there does gzip compare its checksum with what was unpacked. */
    private static void requireNothingBehind(InputStream tar) throws IOException {
        byte[] rest = tar.readNBytes(END_BYTES_MAX + 1);
        if (rest.length > END_BYTES_MAX || !isBlank(rest)) {
            throw damaged("something stands behind its end");
        }
    }

    private static void take(byte[] header, byte[] content, Map<String, byte[]> files) {
        switch (header[156]) {
            case '0', 0 -> {
                if (files.put(name(header), content) != null) {
                    throw damaged("it names a file twice");
                }
            }
            case '5' -> {
                // A folder says nothing that its files do not.
            }
            case 'x', 'g' -> {
                String words = new String(content, StandardCharsets.UTF_8);
                if (words.contains(" path=") || words.contains(" size=")) {
                    throw damaged("it holds a name or a size of a form that is not read");
                }
            }
            default -> throw damaged("it holds something that is not a file");
        }
    }

    private static String name(byte[] header) {
        boolean ustar = text(header, 257, 5).equals("ustar");
        String prefix = ustar && header[262] == 0 ? text(header, 345, 155) : "";
        String name = prefix.isEmpty() ? text(header, 0, 100) : prefix + "/" + text(header, 0, 100);
        return plain(name);
    }

    /** A path as it is compared: without a leading {@code /} or {@code ./}. Throws for one that leads elsewhere. */
    static String plain(String path) {
        String name = path.startsWith("./") ? path.substring(2) : path.startsWith("/") ? path.substring(1) : path;
        boolean odd = name.isEmpty()
                || name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX
                || name.contains("\\")
                || name.chars().anyMatch(c -> c < ' ' || c == 0xFFFD);
        for (String part : name.split("/", -1)) {
            odd |= part.isEmpty() || part.equals(".") || part.equals("..");
        }
        if (odd) {
            throw damaged("it names a file in a way that is not read");
        }
        return name;
    }

    private static void requireChecksum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? ' ' : header[i] & 0xFF;
        }
        if (octal(header, CHECKSUM_AT, 8) != sum) {
            throw damaged("a header's checksum is wrong");
        }
    }

    private static long octal(byte[] header, int from, int length) {
        String digits = text(header, from, length).strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw damaged("a header holds a number of a form that is not read");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static boolean isBlank(byte[] header) {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static BelvedereException damaged(String why) {
        return PolicyError.POLICY_FILE_INVALID.error("The policy bundle is damaged: " + why + ".");
    }
}
