package io.belvedere.federation.source;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Which server asks, as the sources are shown it: every statement's tag ends with it. The id stays when a server is started again, the start
 * does not; so a server finds what an earlier start of its own left at a source, because a killed process ends nothing, and leaves alone what
 * other servers ask there.
 *
 * @param id eight lower-case letters and digits, of no other server that uses the same sources
 * @param start counts the starts of the server, from 1
 */
public record ServerNode(String id, long start) {
    private static final Pattern ID = Pattern.compile("[0-9a-z]{8}");
    private static final int RADIX = 36;
    /** PostgreSQL shows 63 characters of a name, of which seven are left for this. */
    private static final long START_MAX = 78_364_164_095L;

    public ServerNode {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("a server's id is eight lower-case letters and digits");
        }
        if (start < 1 || start > START_MAX) {
            throw new IllegalArgumentException("a server's starts are counted from 1");
        }
    }

    /** A server that nobody knows and that is never started again. */
    public static ServerNode unnamed() {
        long chance = new SecureRandom().nextLong() & Long.MAX_VALUE;
        String digits = "0000000" + Long.toString(chance, RADIX);
        return new ServerNode(digits.substring(digits.length() - 8), 1);
    }

    /** The tag of a query's statements. Letters, digits and {@code / - @}, at most 63 characters. */
    String tag(String query) {
        return "belvedere/" + query + mark() + Long.toString(start, RADIX);
    }

    /** What stands in the tags of all starts of this server, before the number of the start. */
    String mark() {
        return "@" + id + "-";
    }

    /** Whether the server was started before. */
    boolean hasEarlierStarts() {
        return start > 1;
    }

    /** Whose a statement with the tag is. */
    Owner owner(String tag) {
        int at = tag.lastIndexOf(mark());
        if (at < 0) {
            return Owner.OTHER;
        }
        try {
            long theirs = Long.parseLong(tag, at + mark().length(), tag.length(), RADIX);
            return theirs == start
                    ? Owner.THIS_START
                    : theirs < start && theirs > 0 ? Owner.EARLIER_START : Owner.OTHER;
        } catch (NumberFormatException noTagOfOurs) {
            return Owner.OTHER;
        }
    }

    /** Who sent a statement. */
    enum Owner {
        THIS_START,
        /** Nobody waits for it: the process that sent it is gone. */
        EARLIER_START,
        /** Another server, or a later start of this one, which a process that was given up for dead must not disturb. */
        OTHER
    }
}
