package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An archive is whole, small and of files, or it is refused. */
class BundleArchiveTest {
    static Stream<byte[]> damaged() {
        byte[] good = Bundles.archive(Bundles.sample("3"));
        byte[] flipped = good.clone();
        flipped[flipped.length / 2] ^= 1;
        byte[] link = Bundles.gzip(concat(Bundles.header("/data.json", 0, '2'), new byte[1024]));
        byte[] bomb = Bundles.gzip(concat(Bundles.header("/data.json", 1L << 31, '0'), new byte[1024]));
        byte[] checksum = Bundles.header("/data.json", 0, '0');
        checksum[0] = 'x';
        return Stream.of(
                new byte[0],
                Bundles.text("<html>not found</html>"),
                Arrays.copyOf(good, good.length / 2),
                flipped,
                Bundles.gzip(new byte[100]),
                link,
                bomb,
                Bundles.gzip(concat(checksum, new byte[1024])),
                Bundles.archive(Map.of("/../data.json", Bundles.text("{}"))),
                Bundles.gzip(concat(
                        concat(Bundles.header("/data.json", 0, '0'), Bundles.header("data.json", 0, '0')),
                        new byte[1024])));
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void whatIsNoWholeArchiveOfFilesIsRefused(byte[] archive) {
        assertThatThrownBy(() -> BundleArchive.read(archive))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(PolicyError.POLICY_FILE_INVALID));
    }

    @Test
    void noChangedBitChangesAFile() {
        byte[] good = Bundles.archive(Bundles.sample("3"));
        BundleArchive whole = BundleArchive.read(good);
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            int changed = at;
            byte[] flipped = good.clone();
            flipped[at] ^= (byte) (1 << at % Byte.SIZE);
            try {
                BundleArchive read = BundleArchive.read(flipped);
                assertThat(read.files().keySet()).isEqualTo(whole.files().keySet());
                read.files()
                        .forEach((name, content) -> assertThat(content)
                                .as("%s with byte %s changed", name, changed)
                                .isEqualTo(whole.files().get(name)));
            } catch (BelvedereException damaged) {
                refused++;
            }
        }
        // A few bits say nothing: the time and the system in the header, what fills up a last byte.
        assertThat(refused).isGreaterThan(good.length - 16);
    }

    @Test
    void whatStandsBehindTheEndIsNotLeftUnread() {
        byte[] end = concat(Bundles.header("/data.json", 0, '0'), new byte[1024]);
        assertThat(BundleArchive.read(Bundles.gzip(concat(end, new byte[8192]))).files())
                .containsOnlyKeys("data.json");
        assertThatThrownBy(() -> BundleArchive.read(Bundles.gzip(concat(end, Bundles.header("/more", 0, '0')))))
                .hasMessageContaining("behind its end");
    }

    @Test
    void filesAreKnownByTheirPathsWithoutASlashInFront() {
        BundleArchive archive = BundleArchive.read(
                Bundles.archive(Map.of("/data.json", Bundles.text("{}"), "./a/b.rego", Bundles.text("package b"))));
        assertThat(archive.files().keySet()).containsExactly("a/b.rego", "data.json");
        assertThat(archive.files().get("a/b.rego")).isEqualTo(Bundles.text("package b"));
    }

    @ParameterizedTest
    @CsvSource({
        "41, 42, true",
        "42, 41, false",
        "42, 42, false",
        "9, 10, true",
        "1.9.0, 1.10.0, true",
        "1.10, 1.10.1, true",
        "rel-7, rel-08, true",
        "2026-11-23T09:59:59Z, 2026-11-23T10:00:00Z, true",
        "2026-11-23T10:00:00Z, 2026-11-23T09:59:59Z, false",
        "rel-1, build-2, false",
        "3f2a, 9be1, false",
        "99999999999999999999998, 99999999999999999999999, true"
    })
    void ofTwoRevisionsThatDifferInNumbersTheSmallerIsTheOlder(String offered, String current, boolean older) {
        assertThat(RevisionOrder.isOlder(offered, current)).isEqualTo(older);
    }

    private static byte[] concat(byte[] left, byte[] right) {
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
