package io.belvedere.audit;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a log lives and what it calls itself.
 *
 * @param folder the audit folder; the log of a start lies in {@code <folder>/<cluster>/audit/<node>/<epoch>}
 * @param cluster a word for the installation
 * @param node a word for this server, unique in the cluster
 * @param build what is running, for example its version
 * @param facts what the first record says about the start besides, for example {@code configDigest}; never a value
 */
public record AuditSettings(
        Path folder, String cluster, String node, String build, Clock clock, Map<String, String> facts) {
    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public AuditSettings {
        requireWord("the cluster", cluster);
        requireWord("the node", node);
        if (build.isBlank() || build.length() > 64) {
            throw new IllegalArgumentException("the build is named in 1 to 64 characters");
        }
        facts = Map.copyOf(facts);
    }

    /** The folder of this node's epochs. */
    Path nodeFolder() {
        return folder.resolve(cluster).resolve("audit").resolve(node);
    }

    /** What the log of an epoch calls itself. */
    String origin(long epoch) {
        return cluster + "/audit/" + node + "/" + epoch;
    }

    private static void requireWord(String what, String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException(
                    what + " is a word of lower-case letters, digits, '.', '_' and '-', at most 63 characters");
        }
    }
}
