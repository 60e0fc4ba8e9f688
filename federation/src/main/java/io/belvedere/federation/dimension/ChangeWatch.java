package io.belvedere.federation.dimension;

import io.belvedere.federation.source.Sources;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Hears from the sources that dimensions changed: by a connection that listens to notifications, or by asking for a watermark again and again. A
 * change that cannot be heard of is only seen with the next refresh, as if there were no signal. Safe for use by many threads.
 */
final class ChangeWatch implements AutoCloseable {
    private final Dimensions dimensions;
    private final Sources sources;
    private final LongSupplier ticker;
    // Guarded by this.
    private final Map<KeptDimension, Watched> watched = new HashMap<>();

    ChangeWatch(Dimensions dimensions, Sources sources, LongSupplier ticker) {
        this.dimensions = dimensions;
        this.sources = sources;
        this.ticker = ticker;
    }

    /** How one dimension's source is heard. */
    private sealed interface Watched extends AutoCloseable {
        void tick();

        @Override
        void close();
    }

    /** Begins to hear of dimensions that are new, ends with those that are gone, and asks for the watermarks that are due. */
    void tick() {
        List<Watched> gone = new ArrayList<>();
        List<Watched> here;
        synchronized (this) {
            List<KeptDimension> kept = dimensions.kept();
            watched.entrySet().removeIf(entry -> {
                boolean out = !kept.contains(entry.getKey());
                if (out) {
                    gone.add(entry.getValue());
                }
                return out;
            });
            for (KeptDimension each : kept) {
                each.definition()
                        .signal()
                        .ifPresent(signal -> watched.computeIfAbsent(each, _ -> watch(each.definition(), signal)));
            }
            here = List.copyOf(watched.values());
        }
        gone.forEach(Watched::close);
        here.forEach(Watched::tick);
    }

    private Watched watch(DimensionDefinition dimension, ChangeSignal signal) {
        return switch (signal) {
            case ChangeSignal.Notification(String channel) -> new Listening(dimension, channel);
            case ChangeSignal.Watermark watermark -> new Polling(dimension, watermark);
        };
    }

    @Override
    public void close() {
        List<Watched> all;
        synchronized (this) {
            all = List.copyOf(watched.values());
            watched.clear();
        }
        all.forEach(Watched::close);
    }

    /** A connection to each shard. */
    private final class Listening implements Watched {
        private final List<AutoCloseable> listeners;

        Listening(DimensionDefinition dimension, String channel) {
            this.listeners = sources.require(dimension.source()).shards().stream()
                    .<AutoCloseable>map(shard -> shard.listen(channel, () -> dimensions.changed(dimension)))
                    .toList();
        }

        @Override
        public void tick() {}

        @Override
        public void close() {
            for (AutoCloseable listener : listeners) {
                try {
                    listener.close();
                } catch (Exception e) {
                    throw new IllegalStateException("a listener closes without a failure", e);
                }
            }
        }
    }

    /** A question, asked again and again. */
    private final class Polling implements Watched {
        private final DimensionDefinition dimension;
        private final ChangeSignal.Watermark watermark;
        private final AtomicBoolean asking = new AtomicBoolean();
        private volatile boolean closed;
        // Written by the one who asks, read by the next.
        private volatile long dueNanos = ticker.getAsLong();
        private volatile Optional<String> last = Optional.empty();

        Polling(DimensionDefinition dimension, ChangeSignal.Watermark watermark) {
            this.dimension = dimension;
            this.watermark = watermark;
        }

        @Override
        public void tick() {
            if (!closed && ticker.getAsLong() - dueNanos >= 0 && asking.compareAndSet(false, true)) {
                Thread.ofVirtual()
                        .name("belvedere-watermark-" + dimension.name())
                        .start(this::ask);
            }
        }

        private void ask() {
            try {
                dueNanos = ticker.getAsLong() + watermark.poll().toNanos();
                Optional<String> now = Optional.of(dimensions.watermark(dimension, watermark, deadline()));
                // The first shows nothing: whether rows were loaded before or after is not known, so they are loaded
                // again.
                if (!now.equals(last) && !closed) {
                    dimensions.changed(dimension);
                }
                last = now;
            } catch (BelvedereException e) {
                // What was missed meanwhile shows in the next watermark; until then the rows are loaded when they are
                // due.
                System.getLogger(ChangeWatch.class.getName())
                        .log(
                                System.Logger.Level.DEBUG,
                                "the watermark of {0} is not known: {1}",
                                dimension.name(),
                                e.code());
            } finally {
                asking.set(false);
            }
        }

        private Deadline deadline() {
            Duration poll = watermark.poll();
            return Deadline.after(poll.compareTo(PATIENCE) < 0 ? poll : PATIENCE);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** How long a source may take to give a watermark. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
}
