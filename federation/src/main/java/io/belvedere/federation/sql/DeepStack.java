package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Runs what descends into a tree of unknown depth on a thread whose stack is deep enough, and waits for it. */
public final class DeepStack {
    private DeepStack() {}

    /** The work's result, or what it throws; an overflow all the same is {@code LIMIT_EXCEEDED}. */
    public static <T> T call(long stackBytes, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = new Thread(null, task, "belvedere-sql", stackBytes, false);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException interruption) {
                    // The work is short and bounded by the text; the caller sees the interruption right after.
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            throw unwrapped(failed);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unwrapped(ExecutionException failed) {
        return switch (failed.getCause()) {
            case StackOverflowError overflow ->
                new SqlProblem(LIMIT_EXCEEDED, 0, 0, "The query nests too deeply.", overflow);
            case RuntimeException thrown -> thrown;
            case Error thrown -> throw thrown;
            case null, default -> new IllegalStateException(failed);
        };
    }
}
