package io.belvedere.audit;

import io.belvedere.model.access.QueryId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an earlier start left behind.
 *
 * @param records how many records can be trusted, from the first on
 * @param chain the chain after the last of them, in hex
 * @param closed whether the last of them closes the log
 * @param recovered whether it had dealt with what came before it
 * @param open decisions without an outcome, by sequence
 * @param answered decisions of earlier epochs it gave an outcome to, as {@code <origin>/<sequence>}
 * @param damage where reading ended early
 */
record EpochState(
        String origin,
        long records,
        String chain,
        boolean closed,
        boolean recovered,
        Map<Long, QueryId> open,
        Set<String> answered,
        Optional<Damage> damage) {
    /**
     * Bytes after the last good record that are no record.
     *
     * @param torn whether they look like a write that a crash cut short: bytes the disk never got are still zero
     * @param sha256 of the bytes from the offset to the last that is not zero
     */
    record Damage(String segment, long offset, long bytes, boolean torn, String sha256) {}
}
