package io.belvedere.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The real file system. */
final class FileDisk implements Disk {
    private static final int CHUNK_BYTES = 1024 * 1024;

    @Override
    public SegmentFile allocate(Path file, int bytes) throws IOException {
        Files.deleteIfExists(file);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        try {
            ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(CHUNK_BYTES, bytes));
            for (int position = 0; position < bytes; position += CHUNK_BYTES) {
                zeros.clear().limit(Math.min(CHUNK_BYTES, bytes - position));
                writeAll(channel, zeros, position);
            }
            channel.force(true);
            return new ChannelFile(channel);
        } catch (IOException failure) {
            channel.close();
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    @Override
    public void publish(Path allocated, Path name) throws IOException {
        Files.move(allocated, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(name.resolveSibling("."));
    }

    /** Makes the names in a folder durable. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private record ChannelFile(FileChannel channel) implements SegmentFile {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            writeAll(channel, bytes, position);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            channel.truncate(bytes);
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
