package io.belvedere.testkit;

import java.nio.file.Path;

/** Where a server keeps its data, and so how much it cares about it. */
public sealed interface Storage {

    /** A folder of its own below the cache folder, deleted when the server is closed; nothing in it survives a crash of the machine. */
    record Temporary() implements Storage {}

    /** A folder that stays; one server at a time may use it, and what it has committed is durable. */
    record Kept(Path folder) implements Storage {
        public Kept {
            folder = folder.toAbsolutePath();
        }
    }

    static Storage temporary() {
        return new Temporary();
    }

    static Storage kept(Path folder) {
        return new Kept(folder);
    }
}
