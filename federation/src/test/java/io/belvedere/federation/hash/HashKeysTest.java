package io.belvedere.federation.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are rotated while the server runs. */
class HashKeysTest {
    private static final String ONE = "11".repeat(HashKeys.BYTES_MIN);
    private static final String TWO = "22".repeat(HashKeys.BYTES_MIN);

    @TempDir
    private Path folder;

    private HashKeys keys = HashKeys.NONE;

    @BeforeEach
    void load() throws IOException {
        Files.writeString(folder.resolve("k1"), ONE);
        keys = HashKeys.load(folder, "k1");
    }

    @Test
    void aKeyThatIsAddedCanBeNamedOnceTheFolderIsReadAgain() throws IOException {
        byte[] before = hash("k1");
        Files.writeString(folder.resolve("k2"), TWO);
        assertThat(keys.has("k2")).isFalse();

        keys.reload();

        assertThat(keys.has("k2")).isTrue();
        assertThat(keys.active()).contains("k1");
        assertThat(hash("k1")).isEqualTo(before).isNotEqualTo(hash("k2"));
    }

    @Test
    void aKeyThatIsTakenAwayHashesNothingMore() throws IOException {
        Files.writeString(folder.resolve("k2"), TWO);
        keys.reload();
        Files.delete(folder.resolve("k2"));

        keys.reload();

        assertThat(keys.has("k2")).isFalse();
        assertThatThrownBy(() -> hash("k2"))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.MASK_KEY_MISSING));
    }

    @Test
    void anotherKeyUnderAnOldIdIsRefusedAndTheOldOneGoesOn() throws IOException {
        byte[] before = hash("k1");
        Files.writeString(folder.resolve("k1"), TWO);

        assertKept("the key 'k1' is another one");

        assertThat(hash("k1")).isEqualTo(before);
    }

    @Test
    void whatIsNoKeyIsRefusedAndTheKeysGoOn() throws IOException {
        byte[] before = hash("k1");
        Files.writeString(folder.resolve("k2"), "canary");
        assertKept("is not a key in hexadecimal");
        Files.writeString(folder.resolve("k2"), "22");
        assertKept("has less than");
        Files.delete(folder.resolve("k2"));
        Files.delete(folder.resolve("k1"));
        assertKept("no key with the active id 'k1'");

        assertThat(hash("k1")).isEqualTo(before);
        assertThat(keys.has("k2")).isFalse();
    }

    private void assertKept(String why) {
        assertThatThrownBy(keys::reload)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("2222");
    }

    private byte[] hash(String key) {
        return keys.mac(HashLabel.of(key, "a.b", "c", "")).doFinal("value".getBytes(StandardCharsets.UTF_8));
    }
}
