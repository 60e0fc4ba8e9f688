package io.belvedere.audit.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The hashes of a log, all SHA-256, each with a first byte of its own so that one kind cannot be taken for another.
 *
 * <p>Leaf and node are those of RFC 6962, section 2.1; {@code chain(-1) = H(02 ‖ origin)}, {@code chain(i) = H(02 ‖ chain(i-1) ‖ leaf(i))}.
 */
public final class LogHashes {
    /** Bytes of a hash. */
    public static final int BYTES = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final byte CHAIN = 2;

    private LogHashes() {}

    /** The hash of an entry. */
    public static byte[] leaf(byte[] entry) {
        return hash(LEAF, entry);
    }

    /** The hash over two subtrees. */
    public static byte[] node(byte[] left, byte[] right) {
        return hash(NODE, left, right);
    }

    /** The chain before the first entry. */
    public static byte[] genesis(String origin) {
        return hash(CHAIN, origin.getBytes(StandardCharsets.UTF_8));
    }

    /** The chain after an entry. */
    public static byte[] chain(byte[] before, byte[] leaf) {
        return hash(CHAIN, before, leaf);
    }

    /** The root of the Merkle tree over the leaves, RFC 6962, section 2.1. */
    public static byte[] root(List<byte[]> leaves) {
        if (leaves.isEmpty()) {
            return sha256().digest();
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int left = Integer.highestOneBit(leaves.size() - 1);
        return node(root(leaves.subList(0, left)), root(leaves.subList(left, leaves.size())));
    }

    /** A new SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static byte[] hash(byte kind, byte[]... parts) {
        MessageDigest digest = sha256();
        digest.update(kind);
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }
}
