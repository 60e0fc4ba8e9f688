package io.belvedere.model.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The problems of one file, each place and code once, at most {@value #PROBLEMS_MAX}. Used by one thread. */
final class Problems {
    static final int PROBLEMS_MAX = 100;

    private final String file;
    private final List<Diagnostic> found = new ArrayList<>();
    private final Set<Position> places = new HashSet<>();

    Problems(String file) {
        this.file = file;
    }

    void add(DiagnosticCode code, Position at, String message) {
        Diagnostic problem = new Diagnostic(file, at.line(), at.column(), code.name(), message);
        if (full() || found.contains(problem)) {
            return;
        }
        found.add(problem);
        places.add(at);
        if (full()) {
            found.add(new Diagnostic(
                    file,
                    at.line(),
                    at.column(),
                    DiagnosticCode.PROBLEMS_CUT.name(),
                    "Only the first " + PROBLEMS_MAX + " problems of this file are listed."));
        }
    }

    /** As {@link #add}, but silent where something is already known to be wrong at the place. */
    void addFirst(DiagnosticCode code, Position at, String message) {
        if (!places.contains(at)) {
            add(code, at, message);
        }
    }

    /**
     * Makes a contract type; what its constructor refuses becomes a problem at the place. The constructors' messages are safe to
     * show; {@code make} must not parse numbers, whose exceptions repeat the text.
     */
    <T> Optional<T> attempt(Position at, Supplier<T> make) {
        try {
            return Optional.of(make.get());
        } catch (IllegalArgumentException refused) {
            addFirst(DiagnosticCode.VALUE_INVALID, at, sentence(String.valueOf(refused.getMessage())));
            return Optional.empty();
        }
    }

    boolean none() {
        return found.isEmpty();
    }

    /** Whether the list is cut, so that looking on is pointless. */
    boolean full() {
        return found.size() >= PROBLEMS_MAX;
    }

    List<Diagnostic> list() {
        return List.copyOf(found);
    }

    private static String sentence(String message) {
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + (message.endsWith(".") ? "" : ".");
    }
}
