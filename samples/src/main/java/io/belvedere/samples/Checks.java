package io.belvedere.samples;

import java.util.ArrayList;
import java.util.List;

/** What must be true of the answers, and what of it was not. One thread. */
final class Checks {
    private final List<String> failures = new ArrayList<>();
    private int count;

    /** Notes a check; {@code what} is a sentence that holds when {@code holds}. */
    void that(String what, boolean holds) {
        count++;
        if (!holds) {
            failures.add("Not so: " + what);
        }
    }

    int count() {
        return count;
    }

    List<String> failures() {
        return List.copyOf(failures);
    }
}
