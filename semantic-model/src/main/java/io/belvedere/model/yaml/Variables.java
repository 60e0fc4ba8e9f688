package io.belvedere.model.yaml;

import java.util.Map;
import java.util.Optional;

/**
 * The variables that a source's host, port, database and user may be taken from, written {@code ${env:NAME}} in a file.
 *
 * <p>Passwords are never looked up here: a definition holds where a password is found, and a connection reads it when it opens.
 * Implementations are safe for use by many threads.
 */
@FunctionalInterface
public interface Variables {
    /** The value of a variable; empty when it is not set. */
    Optional<String> find(String name);

    /** The variables of this process. */
    static Variables environment() {
        return name -> Optional.ofNullable(System.getenv(name));
    }

    /** A fixed set of variables. */
    static Variables of(Map<String, String> values) {
        Map<String, String> copy = Map.copyOf(values);
        return name -> Optional.ofNullable(copy.get(name));
    }
}
