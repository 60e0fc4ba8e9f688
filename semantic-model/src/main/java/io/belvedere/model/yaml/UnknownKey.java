package io.belvedere.model.yaml;

import io.belvedere.model.yaml.YamlNode.Entry;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A key that no spec has: says which one was probably meant. Never repeats the key or its value, which may be a secret. */
final class UnknownKey {
    private static final Pattern SECRET =
            Pattern.compile("passw|passphrase|pwd|secret|token|credential|api_?key|access_?key|private_?key");
    private static final int LENGTH_MAX = 40;

    private UnknownKey() {}

    static void report(String key, Entry entry, List<String> known, Problems problems) {
        Optional<String> meant = nearest(key, known);
        if (meant.isEmpty() && isSecret(key)) {
            problems.add(
                    DiagnosticCode.SECRET_LITERAL,
                    entry.value().position(),
                    "Secrets are never written here. Give a connection 'password: ${env:NAME}' or 'password: ${file:/path}',"
                            + " and replace the secret if this file was shared.");
            return;
        }
        String hint = meant.map(word -> "did you mean '" + word + "'?")
                .orElseGet(() -> "known here: " + String.join(", ", known) + ".");
        problems.add(DiagnosticCode.KEY_UNKNOWN, entry.key(), "This key is not known here; " + hint);
    }

    /** Whether a word sounds like a secret's name. */
    static boolean isSecret(String word) {
        return SECRET.matcher(word.toLowerCase(Locale.ROOT).replace('-', '_')).find();
    }

    /** The known word at most a third of whose letters differ, the case aside. */
    static Optional<String> nearest(String key, List<String> known) {
        if (key.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        String lower = key.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(word -> distance(lower, word.toLowerCase(Locale.ROOT)) <= Math.max(1, word.length() / 3))
                .min(Comparator.comparingInt(word -> distance(lower, word.toLowerCase(Locale.ROOT))));
    }

    /** Letters to add, drop, change or swap with the next (optimal string alignment). */
    private static int distance(String left, String right) {
        int[][] cost = new int[left.length() + 1][right.length() + 1];
        for (int row = 0; row <= left.length(); row++) {
            for (int column = 0; column <= right.length(); column++) {
                cost[row][column] = row == 0 || column == 0 ? row + column : step(cost, left, right, row, column);
            }
        }
        return cost[left.length()][right.length()];
    }

    private static int step(int[][] cost, String left, String right, int row, int column) {
        int change = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
        int least = Math.min(
                cost[row - 1][column - 1] + change, Math.min(cost[row - 1][column], cost[row][column - 1]) + 1);
        boolean swapped = row > 1
                && column > 1
                && left.charAt(row - 1) == right.charAt(column - 2)
                && left.charAt(row - 2) == right.charAt(column - 1);
        return swapped ? Math.min(least, cost[row - 2][column - 2] + 1) : least;
    }
}
