package io.belvedere.federation.shard;

import java.nio.charset.StandardCharsets;

/**
 * The hash by which PostgreSQL 11 and later chooses a partition ({@code PARTITION BY HASH}): Bob Jenkins's lookup3 with a fixed
 * seed, as in {@code hashfn.c} and {@code partbounds.c}, on a little-endian server. {@code integer} and {@code bigint} hash alike; text
 * hashes by its bytes in UTF-8, under any deterministic collation.
 */
final class PostgresHash {
    private static final long PARTITION_SEED = 0x7A5B22367996DCFDL;
    private static final long COMBINE = 0x49a0f4dd15e5a8e3L;
    private static final int START = 0x9e3779b9 + 3923095;
    private static final int BLOCK = 12;

    // One hash's state; a hash is made by one thread.
    private int a;
    private int b;
    private int c;

    private PostgresHash(int length) {
        a = b = c = START + length;
        a += (int) (PARTITION_SEED >>> 32);
        b += (int) PARTITION_SEED;
        mix();
    }

    /** The remainder that PostgreSQL assigns a number to. */
    static int partition(long value, int modulus) {
        int low = (int) value;
        int high = (int) (value >>> 32);
        PostgresHash hash = new PostgresHash(Integer.BYTES);
        hash.a += low ^ (value >= 0 ? high : ~high);
        return hash.partition(modulus);
    }

    /** The remainder that PostgreSQL assigns a text to. */
    static int partition(String text, int modulus) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        PostgresHash hash = new PostgresHash(bytes.length);
        int at = 0;
        for (; bytes.length - at >= BLOCK; at += BLOCK) {
            hash.a += word(bytes, at);
            hash.b += word(bytes, at + 4);
            hash.c += word(bytes, at + 8);
            hash.mix();
        }
        hash.a += word(bytes, at);
        hash.b += word(bytes, at + 4);
        // The lowest byte of the last word belongs to the length.
        hash.c += word(bytes, at + 8) << 8;
        return hash.partition(modulus);
    }

    private int partition(int modulus) {
        finish();
        long hash = ((long) b << 32) | (c & 0xFFFF_FFFFL);
        return (int) Long.remainderUnsigned(hash + COMBINE, modulus);
    }

    /** Four bytes, the lowest first; those past the end are zero. */
    private static int word(byte[] bytes, int at) {
        int word = 0;
        for (int i = Math.min(3, bytes.length - at - 1); i >= 0; i--) {
            word = (word << 8) | (bytes[at + i] & 0xFF);
        }
        return word;
    }

    private void mix() {
        a -= c;
        a ^= Integer.rotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= Integer.rotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 4);
        b += a;
    }

    private void finish() {
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
    }
}
