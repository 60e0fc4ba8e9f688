package io.belvedere.server.identity;

import io.belvedere.model.access.Caller;
import java.util.Optional;

/** Finds the caller a bearer token stands for. */
@FunctionalInterface
public interface Callers {
    /** The caller; empty for a token nobody has. */
    Optional<Caller> find(String token);

    /** Knows nobody. */
    static Callers nobody() {
        return token -> Optional.empty();
    }
}
