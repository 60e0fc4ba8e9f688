package io.belvedere.server.pipeline;

import io.belvedere.cache.Measured;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Every cache of the server that operators can look at and empty, by name. Safe for use by many threads. */
public final class Caches {
    private final List<Measured> known = new CopyOnWriteArrayList<>();
    private final Consumer<Measured> watcher;

    /** @param watcher is told of each, once */
    public Caches(Consumer<Measured> watcher) {
        this.watcher = watcher;
    }

    /** One more; throws {@link IllegalArgumentException} for a name that is taken or no name. */
    public synchronized void add(Measured cache) {
        if (!cache.name().matches("[a-z]+(-[a-z]+)*") || find(cache.name()).isPresent()) {
            throw new IllegalArgumentException("a cache has a name of its own, in lower-case words with hyphens");
        }
        known.add(cache);
        watcher.accept(cache);
    }

    /** In the order of their names. */
    public List<Measured> all() {
        return known.stream().sorted(Comparator.comparing(Measured::name)).toList();
    }

    public Optional<Measured> find(String name) {
        return known.stream().filter(cache -> cache.name().equals(name)).findFirst();
    }
}
