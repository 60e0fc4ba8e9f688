package io.belvedere.server.telemetry;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import io.belvedere.server.pipeline.Pressure;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the heap is nearly full of what is in use. Garbage does not count, so it looks at what was left after the last
 * collection; while that was too much it asks for a collection now and then, because an idle server has none of its own. Used by
 * one thread.
 */
public final class HeapPressure implements Pressure {
    private static final Duration COLLECT_EVERY = Duration.ofSeconds(5);

    private final int percentMax;
    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    private long collectedNanos = System.nanoTime();

    /**
     * @param percentMax of the largest heap the server may have
     */
    public HeapPressure(int percentMax) {
        this.percentMax = percentMax;
    }

    @Override
    public boolean isHigh() {
        if (!isOver()) {
            return false;
        }
        if (System.nanoTime() - collectedNanos > COLLECT_EVERY.toNanos()) {
            collectedNanos = System.nanoTime();
            System.gc();
            return isOver();
        }
        return true;
    }

    private boolean isOver() {
        return inUse() > Runtime.getRuntime().maxMemory() / 100 * percentMax;
    }

    private long inUse() {
        return collectors.stream()
                .flatMap(collector -> Optional.ofNullable(collector.getLastGcInfo()).stream())
                .max(Comparator.comparingLong(GcInfo::getEndTime))
                .map(this::heapAfter)
                .orElse(0L);
    }

    private long heapAfter(GcInfo collection) {
        return collection.getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> heapPools.contains(pool.getKey()))
                .map(java.util.Map.Entry::getValue)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }
}
