package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The audit log's own command on the log of a served sample. */
public final class LogTool {
    private static final int WHOLE = 0;
    private static final int INCOMPLETE = 2;

    private LogTool() {}

    /** What it shows; it must end well. */
    public static String show(Path served, String... options) throws IOException, InterruptedException {
        return run(WHOLE, "show", served, options);
    }

    /** Fails unless the log verifies whole. */
    public static void verify(Path served) throws IOException, InterruptedException {
        run(WHOLE, "verify", served);
    }

    /** Fails unless the log verifies but for a place where the disk failed, which it must name. */
    static void verifySuspect(Path served) throws IOException, InterruptedException {
        assertThat(run(INCOMPLETE, "verify", served)).contains("suspect range");
    }

    private static String run(int expected, String verb, Path served, String... options)
            throws IOException, InterruptedException {
        Path jars = Path.of("target", "quarkus-app").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                jars + "/app/*:" + jars + "/lib/main/*:" + jars + "/lib/boot/*",
                "io.belvedere.audit.verify.VerifyMain",
                verb,
                served.resolve("audit").toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(expected);
        return printed;
    }
}
