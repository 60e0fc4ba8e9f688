package io.belvedere.audit.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The vectors of the format, computed by hand with another program. */
class LogHashesTest {
    private static final List<byte[]> LEAVES = List.of(
            leaf("{\"seq\":0,\"type\":\"open\",\"v\":1}"),
            leaf("{\"seq\":1,\"type\":\"decision\",\"v\":1}"),
            leaf("{\"seq\":2,\"type\":\"outcome\",\"v\":1}"));

    @Test
    void leavesAreThoseOfTheFormat() {
        assertThat(LEAVES.stream().map(LogHashesTest::hex))
                .containsExactly(
                        "3f600f31df5c23cc75f5cac7572acd0d1c3231c9b65576d7bdb9b1221ee84251",
                        "ef8efa4afca15182e5a237bacd1c6b8a12b89489506258ca4c69c8409a168499",
                        "374178d86845bbee4ad0b9f2ee4c96fb1de36cc62ce3a947f067cd350016b766");
    }

    @Test
    void theChainIsThatOfTheFormat() {
        byte[] chain = LogHashes.genesis("example.org/audit/n1/1");
        assertThat(hex(chain)).isEqualTo("9fa4bb1ea905bd8ba06dddf28740a7e951ce4db81912bf67b94f479d81e5d392");
        for (byte[] leaf : LEAVES) {
            chain = LogHashes.chain(chain, leaf);
        }
        assertThat(hex(chain)).isEqualTo("3805d2150b6a48fae4933cd5954ba7b2d105c4f4a2bf9200af5028c8da200eb8");
    }

    @Test
    void rootsAreThoseOfTheFormat() {
        assertThat(hex(LogHashes.root(List.of())))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(hex(LogHashes.root(LEAVES.subList(0, 2))))
                .isEqualTo("8eb4d37b856c9087f281b8619f8beaedca0f10ee2419377432ba4db52bf4c903");
        assertThat(hex(LogHashes.root(LEAVES)))
                .isEqualTo("a6de9adba1f8135f91235f0b6ed38f0259bd0ce807287c16abf1e1195d44ae69");
    }

    /** The roots over the eight inputs that certificate-transparency implementations test with. */
    @Test
    void rootsAreThoseKnownForRfc6962() {
        List<byte[]> leaves = List.of(
                        "",
                        "00",
                        "10",
                        "2021",
                        "3031",
                        "40414243",
                        "5051525354555657",
                        "606162636465666768696a6b6c6d6e6f")
                .stream()
                .map(input -> LogHashes.leaf(HexFormat.of().parseHex(input)))
                .toList();
        assertThat(hex(LogHashes.root(leaves.subList(0, 1))))
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(hex(LogHashes.root(leaves.subList(0, 3))))
                .isEqualTo("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assertThat(hex(LogHashes.root(leaves)))
                .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    private static byte[] leaf(String entry) {
        return LogHashes.leaf(entry.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
