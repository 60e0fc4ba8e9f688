package io.belvedere.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs several pieces of work at the same time and waits for all of them. */
final class AtOnce {

    private AtOnce() {}

    /** The results, in the order of the work; when some fail, the first failure, with the others suppressed in it, after all have ended. */
    static <T> List<T> run(List<Callable<T>> work) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<T>>();
            work.forEach(task -> futures.add(executor.submit(task)));
            return joined(futures);
        }
    }

    private static <T> List<T> joined(List<Future<T>> futures) {
        var results = new ArrayList<T>();
        var failures = new ArrayList<Throwable>();
        for (var future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while databases were at work", e);
            }
        }
        if (failures.isEmpty()) {
            return results;
        }
        var first = new IllegalStateException(String.valueOf(failures.getFirst().getMessage()), failures.getFirst());
        failures.stream().skip(1).forEach(first::addSuppressed);
        throw first;
    }
}
