package io.belvedere.audit;

import java.io.IOException;
import java.nio.file.Path;

/** The file system as the log's writer uses it; what tests make fail. */
interface Disk {
    /** Creates a file whose every byte is written, as zero, and on the disk: later writes need no space. */
    SegmentFile allocate(Path file, int bytes) throws IOException;

    /** Gives an allocated file its name, in place of any other; durable on return. */
    void publish(Path allocated, Path name) throws IOException;
}
