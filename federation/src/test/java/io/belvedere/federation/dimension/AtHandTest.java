package io.belvedere.federation.dimension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.DimensionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a query takes of several dimensions. */
class AtHandTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<DimensionDefinition> BOTH = List.of(
            FederationFixture.dimension("geo.countries", "crm.countries"),
            FederationFixture.dimension("geo.products", "inventory.products"));

    private final AtomicInteger open = new AtomicInteger();

    private final class Counted implements Lease {
        private final DimensionRows rows;

        Counted(DimensionDefinition dimension) {
            rows = new DimensionRows(dimension, Instant.EPOCH, 1, List.of());
            open.incrementAndGet();
        }

        @Override
        public DimensionRows rows() {
            return rows;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    private static AtHand take(DimensionStore store) {
        Map<DimensionDefinition, Duration> wanted = new LinkedHashMap<>();
        BOTH.forEach(dimension -> wanted.put(dimension, PATIENCE));
        return AtHand.take(wanted, store, Deadline.after(PATIENCE), FederationFixture.CLOCK);
    }

    @Test
    void severalLoadsAreWaitedForAtTheSameTime() {
        CountDownLatch begun = new CountDownLatch(BOTH.size());
        try (AtHand atHand = take((dimension, _, _) -> {
            begun.countDown();
            try {
                return begun.await(1, TimeUnit.MINUTES) ? Optional.of(new Counted(dimension)) : Optional.empty();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        })) {
            assertThat(atHand.names())
                    .containsExactly(BOTH.get(0).name(), BOTH.get(1).name());
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void whatWasFoundIsGivenBackWhereAnotherFails() {
        CountDownLatch failed = new CountDownLatch(1);
        assertThatThrownBy(() -> take((dimension, _, _) -> {
                    if (dimension.equals(BOTH.get(1))) {
                        failed.countDown();
                        throw new IllegalStateException("lost");
                    }
                    try {
                        assertThat(failed.await(1, TimeUnit.MINUTES)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return Optional.of(new Counted(dimension));
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("lost");
        assertThat(open).hasValue(0);
    }
}
