package io.belvedere.server.pipeline;

import static io.belvedere.server.ServerError.QUOTA_EXCEEDED;

import io.belvedere.model.access.Caller;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How fast each caller asks and how much each has taken today. Everybody has a bucket of their own, so nobody can use up another's, and
 * looking at queries and stopping them has one apart, so that who asked too much can still stop it. Agents share the bucket of whom they
 * act for.
 *
 * <p>Remembers a bounded number of callers: one that is forgotten begins anew. The counts are this server's, and gone with it. Safe for use
 * by many threads; a question costs no I/O and no look at the request.
 */
public final class CallerRates {
    /** One record of a caller who asks too fast stands for all of a minute. */
    private static final long RECORD_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private static final double NANOS_PER_SECOND = 1e9;

    private final RateLimits limits;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    // Guarded by itself; who asked last is last.
    private final LinkedHashMap<List<String>, Account> accounts = new LinkedHashMap<>(16, 0.75f, true);

    CallerRates(RateLimits limits, Clock clock, LongSupplier nanos) {
        this.limits = limits;
        this.clock = clock;
        this.nanos = nanos;
        for (Refusal refusal : Refusal.values()) {
            refused.put(refusal, new LongAdder());
        }
    }

    /** What requests are counted apart. */
    public enum Lane {
        /** Rows, plans and contracts. */
        WORK,
        /** Looking at queries and at the server, and stopping queries. */
        CONTROL
    }

    /** Why somebody is refused. */
    public enum Refusal {
        REQUESTS,
        ROWS,
        BYTES
    }

    /** What becomes of a request. */
    public enum Answer {
        GO_ON,
        /** Asked too fast. */
        REFUSED,
        /** Asked too fast, for the first time since a while: this refusal is to be recorded for all that follow. */
        REFUSED_AND_TOLD
    }

    /** What one caller did. Guarded by {@link #accounts}. */
    private static final class Account {
        private final Map<Lane, Bucket> buckets = new EnumMap<>(Lane.class);
        private long toldAt;
        private boolean told;
        private long day = Long.MIN_VALUE;
        private long rows;
        private long bytes;

        private Bucket bucket(Lane lane, double full, long now) {
            return buckets.computeIfAbsent(lane, _ -> new Bucket(full, now));
        }
    }

    /** Requests that may still be asked at once, as of a time. */
    private static final class Bucket {
        private double tokens;
        private long filled;

        private Bucket(double full, long now) {
            tokens = full;
            filled = now;
        }
    }

    /** Takes one request of the caller's. */
    public Answer take(Caller caller, Lane lane) {
        if (limits.requestsPerSecond() == 0) {
            return Answer.GO_ON;
        }
        long now = nanos.getAsLong();
        synchronized (accounts) {
            Account account = account(caller);
            Bucket bucket = account.bucket(lane, size(), now);
            double more = Math.max(0, now - bucket.filled) / NANOS_PER_SECOND * limits.requestsPerSecond();
            bucket.tokens = Math.min(size(), bucket.tokens + more);
            bucket.filled = now;
            if (bucket.tokens >= 1) {
                bucket.tokens--;
                return Answer.GO_ON;
            }
            count(Refusal.REQUESTS).increment();
            if (account.told && now - account.toldAt < RECORD_EVERY_NANOS) {
                return Answer.REFUSED;
            }
            account.told = true;
            account.toldAt = now;
            return Answer.REFUSED_AND_TOLD;
        }
    }

    /** {@code QUOTA_EXCEEDED} when the caller has taken what one may take in a day. */
    void requireRoom(Caller caller) {
        if (limits.rowsPerDay() == 0 && limits.bytesPerDay() == 0) {
            return;
        }
        synchronized (accounts) {
            Account account = today(caller);
            if (limits.rowsPerDay() > 0 && account.rows >= limits.rowsPerDay()) {
                count(Refusal.ROWS).increment();
                throw QUOTA_EXCEEDED.error("You have taken " + limits.rowsPerDay()
                        + " rows today, the most that one may take in a day; it begins anew at midnight in UTC.");
            }
            if (limits.bytesPerDay() > 0 && account.bytes >= limits.bytesPerDay()) {
                count(Refusal.BYTES).increment();
                throw QUOTA_EXCEEDED.error("You have taken " + limits.bytesPerDay()
                        + " bytes today, the most that one may take in a day; it begins anew at midnight in UTC.");
            }
        }
    }

    /** Notes what went out to the caller. */
    void took(Caller caller, long rows, long bytes) {
        if (limits.rowsPerDay() == 0 && limits.bytesPerDay() == 0) {
            return;
        }
        synchronized (accounts) {
            Account account = today(caller);
            account.rows += rows;
            account.bytes += bytes;
        }
    }

    /** How often somebody was refused. */
    public long refused(Refusal why) {
        return count(why).sum();
    }

    private LongAdder count(Refusal why) {
        return Objects.requireNonNull(refused.get(why));
    }

    private double size() {
        return Math.max(1, limits.requestsAtOnce());
    }

    /** Called with {@link #accounts} held. A clock that is set back gives nobody a new day. */
    private Account today(Caller caller) {
        Account account = account(caller);
        long day = Math.floorDiv(
                clock.instant().getEpochSecond(), Duration.ofDays(1).toSeconds());
        if (day > account.day) {
            account.day = day;
            account.rows = 0;
            account.bytes = 0;
        }
        return account;
    }

    /** Called with {@link #accounts} held. */
    private Account account(Caller caller) {
        Account account = accounts.computeIfAbsent(List.of(caller.issuer(), caller.subject()), _ -> new Account());
        if (accounts.size() > limits.callersMax()) {
            accounts.pollFirstEntry();
        }
        return account;
    }
}
