package io.belvedere.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataFolderTest {
    private static final Scale SCALE =
            new Scale("test" + ProcessHandle.current().pid(), 1_000, 1_000, 20, 40);
    private static final LocalDate MONDAY = LocalDate.of(2026, 11, 16);

    @AfterEach
    void deleteFolders() throws IOException {
        try (var folder = DataFolder.open(SCALE, MONDAY).orElseThrow()) {
            folder.discard();
        }
        Files.delete(CacheFolder.root().resolve("coffee-chain").resolve(SCALE.name() + ".lock"));
    }

    @Test
    void aLoadedFolderIsUsedForAWeekAndThenDeleted() throws IOException {
        load(MONDAY);
        try (var later = DataFolder.open(SCALE, MONDAY.plusDays(7)).orElseThrow()) {
            assertThat(later.isLoaded()).isTrue();
            assertThat(later.day()).isEqualTo(MONDAY);
        }
        try (var tooLate = DataFolder.open(SCALE, MONDAY.plusDays(8)).orElseThrow()) {
            assertThat(tooLate.isLoaded()).isFalse();
            assertThat(tooLate.day()).isEqualTo(MONDAY.plusDays(8));
        }
        try (var gone = DataFolder.open(SCALE, MONDAY).orElseThrow()) {
            assertThat(gone.isLoaded()).isFalse();
        }
    }

    @Test
    void aFolderThatWasNotLoadedToItsEndIsBegunAnew() throws IOException {
        try (var folder = DataFolder.open(SCALE, MONDAY).orElseThrow()) {
            Files.createDirectories(folder.path().resolve("orders"));
        }
        try (var again = DataFolder.open(SCALE, MONDAY).orElseThrow()) {
            assertThat(again.isLoaded()).isFalse();
            assertThat(again.path()).doesNotExist();
        }
    }

    @Test
    void oneAtATimeHasTheFolder() throws IOException {
        try (var first = DataFolder.open(SCALE, MONDAY).orElseThrow()) {
            assertThat(first.isLoaded()).isFalse();
            assertThat(DataFolder.open(SCALE, MONDAY)).isEmpty();
        }
    }

    private static void load(LocalDate day) throws IOException {
        try (var folder = DataFolder.open(SCALE, day).orElseThrow()) {
            folder.markLoaded();
        }
    }
}
