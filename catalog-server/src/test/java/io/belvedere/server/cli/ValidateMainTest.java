package io.belvedere.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateMainTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ValidateMain command = new ValidateMain(new PrintStream(printed, true, StandardCharsets.UTF_8));

    @Test
    void theSampleHasNoProblems() {
        assertThat(command.run("../samples/coffee-chain"))
                .as(printed.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("13 files, 5 views, no problems\n");
    }

    @Test
    void aProblemIsPrintedWithItsPlaceAndCode(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("views"));
        Files.writeString(folder.resolve("views/a.yaml"), "apiVersion: belvedere.io/v1\nkind: View\nnope: 1\n");
        assertThat(command.run(folder.toString())).isEqualTo(1);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsPattern("(?m)^views/a\\.yaml:\\d+:\\d+ [A-Z_]+ ")
                .containsPattern("(?m)^1 files, 0 views, \\d+ problems?$");
    }

    @Test
    void aFolderThatIsNotThereIsAnErrorOfItsOwn(@TempDir Path folder) {
        assertThat(command.run(folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(command.run()).isEqualTo(2);
    }
}
