package io.belvedere.server.wiring;

import io.belvedere.federation.hash.HashKeys;
import io.belvedere.model.error.BelvedereException;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Takes up keys of the mask {@code hash} that were added to their folder while the server runs. What cannot be used is logged once, and the keys stay as they were. */
final class HashKeyWatch implements Runnable {
    private static final Logger LOG = Logger.getLogger(HashKeyWatch.class);

    private final HashKeys keys;
    private final Path folder;
    // Owned by the thread that watches folders.
    private String told = "";

    HashKeyWatch(HashKeys keys, Path folder) {
        this.keys = keys;
        this.folder = folder;
    }

    @Override
    public void run() {
        try {
            FileRules.requireOwnFiles(folder);
            keys.reload();
            told = "";
        } catch (BelvedereException _) {
            tell("others may read or write a file of the folder '" + folder + "'; chmod 600 it, or 640 for a group");
        } catch (IllegalArgumentException useless) {
            tell(String.valueOf(useless.getMessage()));
        }
    }

    private void tell(String why) {
        if (!why.equals(told)) {
            told = why;
            LOG.errorf("belvedere.masks.hash-keys cannot be read again, and the keys stay as they were: %s", why);
        }
    }
}
