package io.belvedere.audit;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A server that records until it is killed, and says what it was told is durable. */
final class CrashingWriter {
    private CrashingWriter() {}

    public static void main(String[] arguments) {
        FileAuditLog log = Samples.small(Path.of(arguments[0]));
        AtomicLong numbers = new AtomicLong();
        say(log.open(Samples.decision(numbers.incrementAndGet())).id());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 8; caller++) {
                threads.execute(() -> {
                    while (true) {
                        AuditTicket ticket = log.open(Samples.decision(numbers.incrementAndGet()));
                        say(ticket.id());
                        say(log.close(ticket, Samples.ok()).id());
                    }
                });
            }
        }
    }

    private static void say(String id) {
        synchronized (System.out) {
            System.out.println(id);
        }
    }
}
