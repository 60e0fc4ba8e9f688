package io.belvedere.server.pipeline;

import static io.belvedere.server.ServerError.TOO_MANY_QUERIES;

import io.belvedere.model.access.Caller;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Each caller's own share of the server: so many queries run, so many more wait a little, and the others are refused at once. */
final class CallerLanes {
    private final int running;
    private final int waiting;
    private final Duration waitingTime;
    // Guarded by itself; a caller without a query is not in it.
    private final Map<List<String>, Lane> lanes = new HashMap<>();

    CallerLanes(int running, int waiting, Duration waitingTime) {
        this.running = running;
        this.waiting = waiting;
        this.waitingTime = waitingTime;
    }

    private static final class Lane {
        private final Semaphore places;
        // Guarded by lanes.
        private int users;

        private Lane(int places) {
            this.places = new Semaphore(places, true);
        }
    }

    /** Takes a place of the caller's, waiting a little for one; {@code TOO_MANY_QUERIES} when there is none. */
    Runnable enter(Caller caller) {
        List<String> key = List.of(caller.issuer(), caller.subject());
        Lane lane = join(key);
        boolean entered = false;
        try {
            entered = lane.places.tryAcquire(waitingTime.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Interruption.DRAIN.error();
        } finally {
            if (!entered) {
                leave(key);
            }
        }
        if (!entered) {
            throw tooMany();
        }
        return () -> {
            lane.places.release();
            leave(key);
        };
    }

    private Lane join(List<String> key) {
        synchronized (lanes) {
            Lane lane = lanes.computeIfAbsent(key, _ -> new Lane(running));
            if (lane.users >= running + waiting) {
                throw tooMany();
            }
            lane.users++;
            return lane;
        }
    }

    private void leave(List<String> key) {
        synchronized (lanes) {
            lanes.computeIfPresent(key, (_, lane) -> --lane.users == 0 ? null : lane);
        }
    }

    private RuntimeException tooMany() {
        return TOO_MANY_QUERIES.error("You run " + running
                + " queries already; wait for one to end or cancel one (DELETE /api/v1/queries/{id}).");
    }
}
