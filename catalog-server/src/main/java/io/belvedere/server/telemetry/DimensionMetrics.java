package io.belvedere.server.telemetry;

import io.belvedere.federation.dimension.DimensionStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The figures of dimensions, each with its name from the first reading on that finds it; one that is gone reads as 0. */
final class DimensionMetrics {
    private final MeterRegistry registry;
    private final Supplier<List<DimensionStatus>> statuses;
    // Guarded by this.
    private final Set<String> known = new HashSet<>();

    DimensionMetrics(MeterRegistry registry, Supplier<List<DimensionStatus>> statuses) {
        this.registry = registry;
        this.statuses = statuses;
    }

    /** Looks for dimensions that are new. */
    synchronized void update() {
        for (DimensionStatus status : statuses.get()) {
            if (known.add(status.name().toString())) {
                show(status.name().toString());
            }
        }
    }

    private void show(String name) {
        gauge(name, "rows", "Rows that a dimension keeps", status -> kept(status, DimensionStatus.Kept::rows));
        gauge(name, "bytes", "Memory that they take", status -> kept(status, DimensionStatus.Kept::bytes));
        gauge(
                name,
                "age.seconds",
                "How old they are",
                status -> kept(status, rows -> rows.age().toMillis() / 1000.0));
        counter(
                name,
                "hits",
                "Queries that were given rows at once",
                status -> status.counts().hits());
        counter(
                name,
                "misses",
                "Queries that had to wait, or got none",
                status -> status.counts().misses());
        counter(name, "loads", "Loads that gave rows", status -> status.counts().loads());
        counter(
                name,
                "failures",
                "Loads that gave nothing",
                status -> status.counts().failures());
    }

    private static double kept(DimensionStatus status, ToDoubleFunction<DimensionStatus.Kept> figure) {
        return status.kept().map(figure::applyAsDouble).orElse(0.0);
    }

    private void gauge(String name, String what, String help, ToDoubleFunction<DimensionStatus> figure) {
        Gauge.builder("belvedere.dimension." + what, this, all -> all.figure(name, figure))
                .description(help)
                .tags(Tags.of("dimension", name))
                .strongReference(true)
                .register(registry);
    }

    private void counter(String name, String what, String help, ToDoubleFunction<DimensionStatus> figure) {
        FunctionCounter.builder("belvedere.dimension." + what, this, all -> all.figure(name, figure))
                .description(help)
                .tags(Tags.of("dimension", name))
                .register(registry);
    }

    private double figure(String name, ToDoubleFunction<DimensionStatus> figure) {
        return statuses.get().stream()
                .filter(status -> status.name().toString().equals(name))
                .mapToDouble(figure)
                .findFirst()
                .orElse(0.0);
    }
}
