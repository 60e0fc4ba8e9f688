package io.belvedere.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.yaml.CatalogLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStateTest {
    @TempDir
    Path folder;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(folder.resolve("views/sales"));
        Files.writeString(folder.resolve("views/sales/orders.yaml"), "one");
    }

    @Test
    void aLogThatGrowsBesideTheDefinitionsIsNoChange() throws IOException {
        FolderState before = state();
        Files.writeString(Files.createDirectory(folder.resolve("audit")).resolve("segment"), "a record");
        Files.writeString(folder.resolve("dev-identities.yaml"), "identities: []");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aDefinitionThatIsEditedAddedOrRemovedIsAChange() throws IOException {
        FolderState before = state();
        Files.writeString(folder.resolve("views/sales/orders.yaml"), "another");
        FolderState edited = state();
        Files.writeString(Files.createDirectory(folder.resolve("sources")).resolve("crm.yaml"), "source");
        FolderState added = state();
        Files.delete(folder.resolve("views/sales/orders.yaml"));
        assertThat(state()).isNotIn(before, edited, added);
        assertThat(before).isNotEqualTo(edited);
        assertThat(edited).isNotEqualTo(added);
    }

    /** As configuration is mounted into a container: the definitions are links, and what they lead to is replaced. */
    @Test
    void aDefinitionBehindALinkIsAChangeWhenTheLinkLeadsElsewhere() throws IOException {
        Path one = Files.writeString(folder.resolve("one"), "same text");
        Path two = Files.writeString(folder.resolve("two"), "same text");
        Files.setLastModifiedTime(two, Files.getLastModifiedTime(one));
        Path data = Files.createSymbolicLink(folder.resolve("..data"), one);
        Files.createSymbolicLink(folder.resolve("views/sales/mounted.yaml"), data);
        FolderState before = state();
        Files.delete(data);
        Files.createSymbolicLink(data, two);
        assertThat(state()).isNotEqualTo(before);
    }

    private FolderState state() {
        return FolderState.load(folder, CatalogLoader.FOLDERS);
    }
}
