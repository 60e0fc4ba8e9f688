package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.source.ServerNode.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNodeTest {
    private static final String QUERY = "0198c0de-0000-7000-8000-000000000001";
    private static final long START_MAX = 78_364_164_095L;

    private final ServerNode node = new ServerNode("k3f9a2b1", 40);

    @Test
    void aTagNamesQueryServerAndStartInWhatPostgresShows() {
        assertThat(node.tag(QUERY)).isEqualTo("belvedere/" + QUERY + "@k3f9a2b1-14");
        assertThat(new ServerNode("k3f9a2b1", START_MAX).tag(QUERY)).hasSize(63);
    }

    @ParameterizedTest
    @CsvSource({
        "@k3f9a2b1-14, THIS_START",
        "@k3f9a2b1-13, EARLIER_START",
        "@k3f9a2b1-1, EARLIER_START",
        "@k3f9a2b1-15, OTHER",
        "@k3f9a2b1-0, OTHER",
        "@k3f9a2b1--1, OTHER",
        "@k3f9a2b1-, OTHER",
        "@k3f9a2b1, OTHER",
        "@k3f9a2b0-13, OTHER",
        "@xk3f9a2b1-13, OTHER",
        "@k3f9a2b1-13 x, OTHER",
    })
    void onlyStatementsOfItsOwnStartsBelongToAServer(String end, Owner owner) {
        assertThat(node.owner("belvedere/" + QUERY + end)).isEqualTo(owner);
    }

    @Test
    void serversWithoutANameAreDifferentAndHaveNoPast() {
        assertThat(ServerNode.unnamed()).isNotEqualTo(ServerNode.unnamed());
        assertThat(ServerNode.unnamed().hasEarlierStarts()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "toolong12", "UPPER123", "k3f9a2b/", "k3f9a2b'"})
    void anIdThatCouldEndATagEarlyIsNone(String id) {
        assertThatThrownBy(() -> new ServerNode(id, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, START_MAX + 1})
    void startsAreCountedFromOneAndFitTheTag(long start) {
        assertThatThrownBy(() -> new ServerNode("k3f9a2b1", start)).isInstanceOf(IllegalArgumentException.class);
    }
}
