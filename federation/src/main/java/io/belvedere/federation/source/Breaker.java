package io.belvedere.federation.source;

import io.belvedere.federation.source.SourceObserver.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Keeps queries from waiting for a shard that is down, or that answers too slowly to be of use. It looks at the last
 * {@value #CALLS_MAX} calls of the last ten seconds; when too many of them went wrong nobody asks for a while. After that pause the
 * pool's own probes try it, one at a time, so that no caller pays for them. Safe for use by many threads.
 */
final class Breaker {
    static final int CALLS_MAX = 20;
    static final int CALLS_MIN = 10;
    static final Duration WINDOW = Duration.ofSeconds(10);
    static final int FAILED_PERCENT = 50;
    static final int SLOW_PERCENT = 80;
    static final Duration OPEN_MIN = Duration.ofSeconds(5);
    static final Duration OPEN_MAX = Duration.ofSeconds(60);
    static final int JITTER_PERCENT = 20;
    static final int PROBES = 3;

    /** Two wrong passwords in a row are enough: a third may lock the account. */
    static final int REFUSED_CREDENTIALS_MAX = 2;

    /** Until the same password is tried once more, in case the account was unlocked. A new one is tried at once. */
    static final Duration OPEN_AFTER_CREDENTIALS = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Consumer<Event> observer;
    // The fields below are guarded by this.
    private final Deque<Call> calls = new ArrayDeque<>();
    private State state = State.CLOSED;
    private int openings;
    private long openUntil;
    private int goodProbes;
    private boolean probing;
    private int refusedCredentials;

    /** How a call of the shard went. */
    enum Outcome {
        ANSWERED,
        /** It answered, and took far too long to let us in. */
        SLOW,
        FAILED
    }

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    private record Call(long nanos, Outcome outcome) {}

    Breaker(LongSupplier nanoTime, RandomGenerator random, Consumer<Event> observer) {
        this.nanoTime = nanoTime;
        this.random = random;
        this.observer = observer;
    }

    /** Whether the shard may be asked. */
    synchronized boolean admits() {
        return state == State.CLOSED;
    }

    /** How long until it may be worth asking again, at least a second. */
    synchronized Duration retryAfter() {
        long left = state == State.OPEN ? openUntil - nanoTime.getAsLong() : 0;
        return Duration.ofNanos(Math.max(left, Duration.ofSeconds(1).toNanos()));
    }

    /** Whether somebody should try the shard now; who is told yes says how it went, by {@link #probed}. */
    synchronized boolean wantsProbe() {
        if (state == State.CLOSED || probing || nanoTime.getAsLong() - openUntil < 0) {
            return false;
        }
        if (state == State.OPEN) {
            state = State.PROBING;
            goodProbes = 0;
            observer.accept(Event.BREAKER_PROBING);
        }
        probing = true;
        return true;
    }

    synchronized void probed(Outcome outcome) {
        probing = false;
        if (state != State.PROBING) {
            return;
        }
        if (outcome != Outcome.ANSWERED) {
            open(pause());
        } else if (++goodProbes >= PROBES) {
            close();
        }
    }

    synchronized void called(Outcome outcome) {
        if (outcome != Outcome.FAILED) {
            refusedCredentials = 0;
        }
        if (state != State.CLOSED) {
            return;
        }
        long now = nanoTime.getAsLong();
        calls.addLast(new Call(now, outcome));
        while (calls.size() > CALLS_MAX || now - calls.getFirst().nanos() > WINDOW.toNanos()) {
            calls.removeFirst();
        }
        if (calls.size() >= CALLS_MIN
                && (share(Outcome.FAILED) >= FAILED_PERCENT || share(Outcome.SLOW) >= SLOW_PERCENT)) {
            open(pause());
        }
    }

    /** The source did not take our credentials; counted apart from all else. */
    synchronized void credentialsRefused() {
        if (++refusedCredentials >= REFUSED_CREDENTIALS_MAX) {
            open(OPEN_AFTER_CREDENTIALS);
        }
    }

    /** There is another password than the one that was refused: it may be tried. */
    synchronized void credentialsChanged() {
        if (refusedCredentials >= REFUSED_CREDENTIALS_MAX) {
            refusedCredentials = 0;
            close();
        }
    }

    synchronized boolean waitsForCredentials() {
        return state != State.CLOSED && refusedCredentials >= REFUSED_CREDENTIALS_MAX;
    }

    private int share(Outcome outcome) {
        return (int)
                (100 * calls.stream().filter(call -> call.outcome() == outcome).count() / calls.size());
    }

    /** Longer with every time it opens again, a little more or less, so that many servers do not come back as one. */
    private Duration pause() {
        long millis = Math.min(OPEN_MIN.toMillis() << Math.min(openings, 10), OPEN_MAX.toMillis());
        long spread = millis * JITTER_PERCENT / 100;
        return Duration.ofMillis(millis + random.nextLong(-spread, spread + 1));
    }

    private void open(Duration pause) {
        state = State.OPEN;
        openings++;
        openUntil = nanoTime.getAsLong() + pause.toNanos();
        calls.clear();
        observer.accept(Event.BREAKER_OPENED);
    }

    private void close() {
        state = State.CLOSED;
        openings = 0;
        refusedCredentials = 0;
        calls.clear();
        observer.accept(Event.BREAKER_CLOSED);
    }
}
