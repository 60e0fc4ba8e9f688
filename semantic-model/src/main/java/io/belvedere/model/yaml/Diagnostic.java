package io.belvedere.model.yaml;

import java.util.Comparator;

/**
 * Something wrong in a catalog file.
 *
 * @param file path below the catalog folder
 * @param line from 1
 * @param column from 1
 * @param code a stable word
 * @param message what is wrong and what to do; never a secret
 */
public record Diagnostic(String file, int line, int column, String code, String message)
        implements Comparable<Diagnostic> {
    private static final Comparator<Diagnostic> ORDER = Comparator.comparing(Diagnostic::file)
            .thenComparingInt(Diagnostic::line)
            .thenComparingInt(Diagnostic::column)
            .thenComparing(Diagnostic::code)
            .thenComparing(Diagnostic::message);

    @Override
    public int compareTo(Diagnostic other) {
        return ORDER.compare(this, other);
    }

    /** {@code file:line:column CODE message}, as compilers write it. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + " " + code + " " + message;
    }
}
