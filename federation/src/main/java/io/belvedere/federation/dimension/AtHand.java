package io.belvedere.federation.dimension;

import io.belvedere.federation.FederationError;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * The dimensions whose rows one query is answered with: one generation of each, from its plan to its end. What is not among them is read
 * at its source. Closed by each of its holders, once; the rows go with the last. Safe for use by many threads.
 */
public final class AtHand implements AutoCloseable {
    private final Map<TableName, Lease> leases;
    private final List<Absent> absent;
    private final Instant taken;
    // Guarded by this.
    private int holders = 1;

    private AtHand(Map<TableName, Lease> leases, List<Absent> absent, Instant taken) {
        this.leases = leases;
        this.absent = List.copyOf(absent);
        this.taken = taken;
    }

    /**
     * A dimension that was wanted and has no rows that are young enough.
     *
     * @param staleMax how old they might have been
     */
    private record Absent(TableName dimension, SourceName source, Duration staleMax) {}

    /** No dimension at all. */
    public static AtHand none() {
        return new AtHand(Map.of(), List.of(), Instant.EPOCH);
    }

    /**
     * Takes what the store has or can load; several loads are waited for at the same time.
     *
     * @param wanted how old the rows of each may be
     * @param deadline of the query; a load is waited for no longer than half of the time until then, so that there is some left to ask the
     *     source itself
     */
    public static AtHand take(
            Map<DimensionDefinition, Duration> wanted, DimensionStore store, Deadline deadline, Clock clock) {
        if (wanted.isEmpty()) {
            return none();
        }
        Deadline patience = Deadline.after(deadline.remaining().dividedBy(2));
        Map<DimensionDefinition, CompletableFuture<Optional<Lease>>> found = new LinkedHashMap<>();
        Map<TableName, Lease> leases = new LinkedHashMap<>();
        List<Absent> absent = new ArrayList<>();
        boolean done = false;
        try {
            wanted.forEach((dimension, staleMax) -> found.put(
                    dimension,
                    wanted.size() == 1
                            ? CompletableFuture.completedFuture(store.find(dimension, staleMax, patience))
                            : CompletableFuture.supplyAsync(
                                    () -> store.find(dimension, staleMax, patience), Thread::startVirtualThread)));
            found.forEach((dimension, lease) -> joined(lease)
                    .ifPresentOrElse(
                            each -> leases.put(dimension.name(), each),
                            () -> absent.add(new Absent(
                                    dimension.name(),
                                    dimension.source(),
                                    store.bound(dimension, wanted.getOrDefault(dimension, Duration.ZERO))))));
            done = true;
        } finally {
            if (!done) {
                // Those that are still looked for too, as soon as they are found.
                found.values().forEach(each -> {
                    var _ = each.thenAccept(lease -> lease.ifPresent(Lease::close));
                });
            }
        }
        return new AtHand(leases, absent, clock.instant());
    }

    private static Optional<Lease> joined(CompletableFuture<Optional<Lease>> lease) {
        try {
            return lease.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** In the order of the query. */
    public Set<TableName> names() {
        return leases.keySet();
    }

    public Collection<DimensionDefinition> definitions() {
        return leases.values().stream().map(lease -> lease.rows().definition()).toList();
    }

    public Optional<DimensionRows> find(TableName dimension) {
        return Optional.ofNullable(leases.get(dimension)).map(Lease::rows);
    }

    /**
     * The failure of a source that does not answer, which also says which of its dimensions might have stood in for it, were there rows that are
     * young enough; any other failure as it is.
     */
    public BelvedereException explain(SourceName source, BelvedereException failure) {
        if (failure.code() != FederationError.SOURCE_UNAVAILABLE) {
            return failure;
        }
        String bounds = absent.stream()
                .filter(each -> each.source().equals(source))
                .map(each -> " Dimension '" + each.dimension() + "' has no rows that are at most "
                        + each.staleMax().toSeconds() + " s old.")
                .collect(Collectors.joining());
        return bounds.isEmpty()
                ? failure
                : FederationError.SOURCE_UNAVAILABLE.error(failure.detail() + bounds, failure);
    }

    /** How old the rows of a dimension were when they were taken; never less than nothing, whatever clocks do. */
    public Duration age(DimensionRows rows) {
        Duration age = Duration.between(rows.asOf(), taken);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** This for one holder more. */
    public synchronized AtHand share() {
        if (holders == 0) {
            throw new IllegalStateException("the dimensions of a query are asked for after its end");
        }
        holders++;
        return this;
    }

    @Override
    public void close() {
        List<Lease> over;
        synchronized (this) {
            holders = Math.max(0, holders - 1);
            over = holders == 0 ? List.copyOf(leases.values()) : List.of();
        }
        over.forEach(Lease::close);
    }
}
