package io.belvedere.server.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Looks at folders again and again, on one thread of its own; a look that fails is logged and does not end the watch. */
public final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FolderWatch.class);

    private final Duration interval;
    private final List<Runnable> looks;
    private final Thread thread;

    private FolderWatch(Duration interval, List<Runnable> looks) {
        this.interval = interval;
        this.looks = List.copyOf(looks);
        this.thread = Thread.ofPlatform().daemon().name("belvedere-folders").unstarted(this::run);
    }

    /**
     * Starts to watch; closing it ends the watch.
     *
     * @param others what else is looked at
     */
    public static FolderWatch start(
            Duration interval, PublishedCatalog catalog, PublishedPolicy policy, List<? extends Runnable> others) {
        List<Runnable> looks = new ArrayList<>(List.of(catalog::refreshOrKeep, policy::refresh));
        looks.addAll(others);
        FolderWatch watch = new FolderWatch(interval, looks);
        watch.thread.start();
        return watch;
    }

    private void run() {
        while (!thread.isInterrupted()) {
            try {
                Thread.sleep(interval);
            } catch (InterruptedException stopped) {
                return;
            }
            looks.forEach(FolderWatch::look);
        }
    }

    private static void look(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException failure) {
            LOG.errorf("A folder could not be looked at: %s", failure.getClass().getName());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
