package io.belvedere.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many clients that ask one question after another for a while, each on a thread of its own. */
final class Crowd {
    private Crowd() {}

    /** One question of one client. */
    @FunctionalInterface
    interface Ask {
        void ask(int client, long turn) throws Exception;
    }

    /**
     * What came of it.
     *
     * @param perSecond answers of all clients together
     * @param millis the time of each answer
     */
    record Result(double perSecond, List<Double> millis) {
        Result {
            millis = List.copyOf(millis);
        }
    }

    static Result run(int clients, double seconds, Ask ask) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            long begin = System.nanoTime();
            long until = begin + (long) (seconds * 1e9);
            List<Future<List<Double>>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int client = i;
                all.add(threads.submit(() -> client(client, until, ask)));
            }
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> each : all) {
                millis.addAll(each.get());
            }
            return new Result(millis.size() / ((System.nanoTime() - begin) / 1e9), millis);
        }
    }

    private static List<Double> client(int client, long until, Ask ask) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (long turn = client * 1_000L; System.nanoTime() < until; turn++) {
            long begin = System.nanoTime();
            ask.ask(client, turn);
            millis.add((System.nanoTime() - begin) / 1e6);
        }
        return millis;
    }
}
