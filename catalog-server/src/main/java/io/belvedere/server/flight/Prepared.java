package io.belvedere.server.flight;

import static io.belvedere.server.ServerError.NOT_FOUND;
import static io.belvedere.server.ServerError.TOO_MANY_QUERIES;

import com.google.protobuf.ByteString;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Statements that clients have prepared, and the values bound to them: so many of each caller and in all, for half an hour after their last use. A
 * handle is worth nothing to another caller. Safe for use by many threads.
 */
final class Prepared {
    private static final int HANDLE_BYTES = 16;

    private final SecureRandom chance;
    private final Clock clock;
    // Both guarded by this; the one that was not used for longest first.
    private final Map<ByteString, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Owner, Integer> counts = new HashMap<>();

    Prepared(SecureRandom chance, Clock clock) {
        this.chance = chance;
        this.clock = clock;
    }

    private record Owner(String issuer, String subject) {
        static Owner of(Caller caller) {
            return new Owner(caller.issuer(), caller.subject());
        }
    }

    private record Kept(Owner owner, QueryText text, Instant end) {}

    /** A handle that nobody has. */
    ByteString handle() {
        byte[] bytes = new byte[HANDLE_BYTES];
        chance.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /** Keeps a statement under a new handle; {@code TOO_MANY_QUERIES} when the caller or the server has too many. */
    synchronized void keep(Caller caller, ByteString handle, String sql) {
        forgetOld();
        Owner owner = Owner.of(caller);
        if (counts.getOrDefault(owner, 0) >= FlightLimits.PREPARED_PER_CALLER_MAX
                || kept.size() >= FlightLimits.PREPARED_MAX) {
            throw TOO_MANY_QUERIES.error("You may keep " + FlightLimits.PREPARED_PER_CALLER_MAX
                    + " prepared statements at once; close those you no longer need.");
        }
        kept.put(handle, new Kept(owner, new QueryText(sql, List.of()), end()));
        counts.merge(owner, 1, Integer::sum);
    }

    /** The caller's statement with the values bound to it last; {@code NOT_FOUND} for a handle that is unknown, too old or another caller's. */
    synchronized QueryText require(Caller caller, ByteString handle) {
        return use(caller, handle).text();
    }

    /** Binds values to the caller's statement, in place of those before. */
    synchronized void bind(Caller caller, ByteString handle, List<Optional<Literal>> values) {
        Kept before = use(caller, handle);
        kept.put(handle, new Kept(before.owner(), new QueryText(before.text().sql(), values), end()));
    }

    /** Forgets the caller's statement; one that is not there is forgotten already. */
    synchronized void forget(Caller caller, ByteString handle) {
        Kept found = kept.get(handle);
        if (found != null && found.owner().equals(Owner.of(caller))) {
            kept.remove(handle);
            leave(found.owner());
        }
    }

    synchronized int count() {
        return kept.size();
    }

    private Kept use(Caller caller, ByteString handle) {
        forgetOld();
        Kept found = kept.get(handle);
        if (found == null || !found.owner().equals(Owner.of(caller))) {
            throw unknown();
        }
        Kept used = new Kept(found.owner(), found.text(), end());
        kept.put(handle, used);
        return used;
    }

    private Instant end() {
        return clock.instant().plus(FlightLimits.PREPARED_TIME);
    }

    private void forgetOld() {
        Instant now = clock.instant();
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext()) {
            Kept next = oldest.next();
            if (now.isBefore(next.end())) {
                return;
            }
            oldest.remove();
            leave(next.owner());
        }
    }

    private void leave(Owner owner) {
        counts.computeIfPresent(owner, (_, count) -> count == 1 ? null : count - 1);
    }

    private static BelvedereException unknown() {
        return NOT_FOUND.error("There is no such prepared statement, or no longer; prepare it again.");
    }
}
