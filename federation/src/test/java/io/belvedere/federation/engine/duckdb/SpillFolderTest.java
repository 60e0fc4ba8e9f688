package io.belvedere.federation.engine.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpillFolderTest {
    @TempDir
    Path home;

    @Test
    void makesAFolderThatIsTheUsersAlone() throws IOException {
        Path folder = home.resolve("a/b");

        Path spill = SpillFolder.open(folder).create();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spill)))
                .isEqualTo("rwx------");
    }

    @Test
    void refusesAFolderThatOthersMayWriteTo() throws IOException {
        Path folder = Files.createDirectory(home.resolve("open"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused(folder);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesALinkInThePlaceOfTheFolder() throws IOException {
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(home.resolve("link"), elsewhere);

        assertRefused(link);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void refusesAFileInThePlaceOfTheFolder() throws IOException {
        assertRefused(Files.createFile(home.resolve("file")));
    }

    @Test
    void deletesWhatADeadServerLeftAndNothingElse() throws Exception {
        Path folder = Files.createDirectory(
                home.resolve("spill"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path abandoned = Files.createDirectory(folder.resolve("belvedere-spill-" + ended.pid() + "-1"));
        Files.writeString(abandoned.resolve("rows.tmp"), "rows");
        Path inUse = Files.createDirectory(
                folder.resolve("belvedere-spill-" + ProcessHandle.current().pid() + "-2"));
        Path foreign = Files.createDirectory(folder.resolve("photos"));

        SpillFolder.open(folder);

        assertThat(abandoned).doesNotExist();
        assertThat(inUse).exists();
        assertThat(foreign).exists();
    }

    private static void assertRefused(Path folder) {
        assertThatThrownBy(() -> SpillFolder.open(folder))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(FederationError.ENGINE_FAILED));
    }
}
