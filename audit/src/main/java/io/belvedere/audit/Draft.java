package io.belvedere.audit;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A record that has no place in the log yet: its members in canonical JSON, by name. The writer adds place and time and joins
 * them, which is all that has to happen on its thread.
 *
 * @param members {@code "name":value} in the form of RFC 8785, by name; sorting by UTF-16 code unit is Java's own order
 */
record Draft(RecordType type, SortedMap<String, String> members) {
    /** Bytes that place and time add, at most. */
    private static final int PLACE_BYTES = 256;

    /** Bytes of the entry, at most. */
    int bytes() {
        int bytes = PLACE_BYTES;
        for (String member : members.values()) {
            bytes += member.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return bytes;
    }

    /** This record with more members. */
    Draft with(Members more) {
        SortedMap<String, String> all = new TreeMap<>(members);
        all.putAll(more.canonical());
        return new Draft(type, all);
    }

    /** The entry, with the members that only the writer knows. */
    byte[] entry(SortedMap<String, String> place) {
        SortedMap<String, String> all = new TreeMap<>(members);
        all.putAll(place);
        StringBuilder json = new StringBuilder(1024).append('{');
        for (String member : all.values()) {
            if (json.length() > 1) {
                json.append(',');
            }
            json.append(member);
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
