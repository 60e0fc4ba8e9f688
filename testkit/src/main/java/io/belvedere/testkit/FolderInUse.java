package io.belvedere.testkit;

import java.io.IOException;
import java.nio.file.Path;

/** A kept folder that another server, of this process or of another one, works in right now. */
public final class FolderInUse extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUse(Path folder) {
        super("Another server works in " + folder);
    }
}
