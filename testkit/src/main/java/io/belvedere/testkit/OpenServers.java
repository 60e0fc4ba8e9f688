package io.belvedere.testkit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The servers that run now, so that the end of the JVM is the end of them too. */
final class OpenServers {
    private static final Set<Server> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(OpenServers::closeAll, "close-embedded-servers"));
    }

    private OpenServers() {}

    static void add(Server server) {
        OPEN.add(server);
    }

    static void remove(Server server) {
        OPEN.remove(server);
    }

    private static void closeAll() {
        var closers = OPEN.stream()
                .map(server -> Thread.ofPlatform().start(server::close))
                .toList();
        for (var closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
