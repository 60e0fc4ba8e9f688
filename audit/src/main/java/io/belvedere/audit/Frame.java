package io.belvedere.audit;

import io.belvedere.audit.hash.LogHashes;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * An entry as it lies in a segment: {@code u32 length ‖ u32 crc ‖ chain[32] ‖ entry}, numbers big-endian. The length is the
 * entry's; the CRC-32C is over length, chain and entry. A length of zero ends a segment.
 */
final class Frame {
    static final int HEADER_BYTES = 8 + LogHashes.BYTES;

    private Frame() {}

    static byte[] of(byte[] chain, byte[] entry) {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + entry.length);
        frame.putInt(entry.length).putInt(crc(chain, entry)).put(chain).put(entry);
        return frame.array();
    }

    static int crc(byte[] chain, byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(entry.length).flip());
        crc.update(chain);
        crc.update(entry);
        return (int) crc.getValue();
    }

    /** The name of the segment that begins with a sequence. */
    static String segmentName(long firstSequence) {
        return String.format(Locale.ROOT, "seg-%020d.wal", firstSequence);
    }
}
