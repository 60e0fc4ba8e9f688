package io.belvedere.server.parquet;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Values in Parquet's encoding PLAIN: little-endian numbers, bits packed from the lowest. Used by one thread. */
final class PlainValues {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int bits;
    private int bitCount;

    int bytes() {
        return out.size();
    }

    void bit(boolean value) {
        if (value) {
            bits |= 1 << bitCount;
        }
        if (++bitCount == Byte.SIZE) {
            flushBits();
        }
    }

    void int32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }

    void int64(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            out.write((int) (value >>> shift));
        }
    }

    /** Bytes with their length before them. */
    void binary(byte[] value) {
        int32(value.length);
        out.writeBytes(value);
    }

    /** A number as so many bytes, the highest first. */
    void fixed(BigInteger value, int length) {
        byte[] given = value.toByteArray();
        int sign = value.signum() < 0 ? -1 : 0;
        for (int i = given.length; i < length; i++) {
            out.write(sign);
        }
        out.writeBytes(given);
    }

    /** Appends all of it to a page; there is nothing left then. */
    void moveTo(ByteArrayOutputStream page) {
        if (bitCount > 0) {
            flushBits();
        }
        page.writeBytes(out.toByteArray());
        out.reset();
    }

    private void flushBits() {
        out.write(bits);
        bits = 0;
        bitCount = 0;
    }
}
