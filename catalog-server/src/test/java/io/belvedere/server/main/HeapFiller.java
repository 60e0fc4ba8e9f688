package io.belvedere.server.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** An agent that holds as much of a server's heap as a file says: {@code fill 90} percent in use, {@code free}, or {@code exhaust}. */
public final class HeapFiller {
    private static final int CHUNK_BYTES = 100_000;
    private static final List<byte[]> HELD = new ArrayList<>();

    private HeapFiller() {}

    /** The option that loads the agent into a server which obeys the file. */
    static String option(Path jar, Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", HeapFiller.class.getName());
        String name = HeapFiller.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var code = HeapFiller.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            out.write(code.readAllBytes());
        }
        return "-javaagent:" + jar + "=" + file;
    }

    /** Called by the server's machine. */
    public static void premain(String file) {
        Thread.ofPlatform().daemon().name("heap-filler").start(() -> obey(Path.of(file)));
    }

    private static void obey(Path file) {
        String before = "";
        try {
            while (true) {
                Thread.sleep(100);
                String wanted = Files.exists(file) ? Files.readString(file).strip() : "";
                if (!wanted.equals(before)) {
                    before = wanted;
                    turnTo(wanted);
                }
            }
        } catch (IOException | InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void turnTo(String wanted) {
        if (wanted.startsWith("fill ")) {
            fill(Integer.parseInt(wanted.substring(5)));
        } else if (wanted.equals("free")) {
            HELD.clear();
        } else if (wanted.equals("exhaust")) {
            while (true) {
                HELD.add(new byte[CHUNK_BYTES]);
            }
        }
    }

    private static void fill(int percent) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long wanted = runtime.maxMemory() / 100 * percent;
        long inUse = runtime.totalMemory() - runtime.freeMemory();
        for (long filled = inUse; filled < wanted; filled += CHUNK_BYTES) {
            HELD.add(new byte[CHUNK_BYTES]);
        }
        System.gc();
    }
}
