package io.belvedere.federation.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.Split;
import io.belvedere.testkit.TestDatabases;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hash functions place keys where the databases' own do. */
class ShardHashIT {
    private static final int[] MODULI = {2, 3, 4, 7, 16, 256};

    @Test
    void numbersStandWherePostgresPutsThemInHashPartitions() throws Exception {
        List<Long> numbers = new ArrayList<>(List.of(
                0L, 1L, -1L, 42L, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE));
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            numbers.add(i % 2 == 0 ? random.nextLong() : random.nextInt());
        }
        try (TestDatabases.Fresh postgres = TestDatabases.freshPostgres("hash");
                var connection = postgres.openAsAdmin()) {
            for (int modulus : MODULI) {
                ShardMap map = map(Split.Hash.Function.POSTGRES, modulus);
                try (var create = connection.createStatement()) {
                    create.execute("DROP TABLE IF EXISTS p");
                    create.execute("CREATE TABLE p (k bigint) PARTITION BY HASH (k)");
                }
                try (var ask = connection.prepareStatement(
                        "SELECT satisfies_hash_partition('p'::regclass, " + modulus + ", ?, ?::bigint)")) {
                    for (long number : numbers) {
                        ask.setInt(1, map.shard(new ShardKey.Whole(number)).orElseThrow());
                        ask.setLong(2, number);
                        ResultSet answer = ask.executeQuery();
                        assertThat(answer.next() && answer.getBoolean(1))
                                .as(modulus + " " + number)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void anIntegerColumnIsSplitAsABigintOneIs() throws Exception {
        try (TestDatabases.Fresh postgres = TestDatabases.freshPostgres("hash");
                var connection = postgres.openAsAdmin();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE p (k integer) PARTITION BY HASH (k)");
            for (int i = 0; i < 4; i++) {
                statement.execute(
                        "CREATE TABLE p" + i + " PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER " + i + ")");
            }
            statement.execute("INSERT INTO p SELECT generate_series(-500, 500)");
            ShardMap map = map(Split.Hash.Function.POSTGRES, 4);
            ResultSet rows = statement.executeQuery("SELECT k, right(tableoid::regclass::text, 1)::int FROM p");
            int read = 0;
            for (; rows.next(); read++) {
                assertThat(map.shard(new ShardKey.Whole(rows.getInt(1)))).contains(rows.getInt(2));
            }
            assertThat(read).isEqualTo(1001);
        }
    }

    @Test
    void textStandsWherePostgresPutsItInHashPartitions() throws Exception {
        try (TestDatabases.Fresh postgres = TestDatabases.freshPostgres("hash");
                var connection = postgres.openAsAdmin()) {
            try (var create = connection.createStatement()) {
                create.execute("CREATE TABLE p (k text) PARTITION BY HASH (k)");
            }
            for (int modulus : MODULI) {
                ShardMap map = map(Split.Hash.Function.POSTGRES, modulus);
                try (var ask = connection.prepareStatement(
                        "SELECT satisfies_hash_partition('p'::regclass, " + modulus + ", ?, ?::text)")) {
                    for (String text : texts()) {
                        ask.setInt(1, map.shard(new ShardKey.Text(text)).orElseThrow());
                        ask.setString(2, text);
                        ResultSet answer = ask.executeQuery();
                        assertThat(answer.next() && answer.getBoolean(1))
                                .as(modulus + " " + text)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void crc32IsThatOfMariaDb() throws Exception {
        try (TestDatabases.Fresh mariaDb = TestDatabases.freshMariaDb("hash");
                var connection = mariaDb.openAsAdmin()) {
            for (int modulus : MODULI) {
                ShardMap map = map(Split.Hash.Function.CRC32, modulus);
                try (var ask = connection.prepareStatement("SELECT MOD(CRC32(?), " + modulus + ")")) {
                    for (String text : texts()) {
                        ask.setString(1, text);
                        ResultSet answer = ask.executeQuery();
                        assertThat(answer.next()).isTrue();
                        assertThat(map.shard(new ShardKey.Text(text))).contains(answer.getInt(1));
                    }
                    for (long number : new long[] {0, -7, 42, Long.MAX_VALUE}) {
                        ask.setLong(1, number);
                        ResultSet answer = ask.executeQuery();
                        assertThat(answer.next()).isTrue();
                        assertThat(map.shard(new ShardKey.Whole(number))).contains(answer.getInt(1));
                    }
                }
            }
        }
    }

    /** Of every length around the blocks of the hash, in one, two and four bytes a character. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int length = 0; length < 40; length++) {
            texts.add("abcdefghijklmnopqrstuvwxyz0123456789-_+ ABC".substring(0, length));
            texts.add("é".repeat(length));
        }
        texts.addAll(List.of("日本", "😀😀😀", "trailing ", "O'Hara\\"));
        return texts;
    }

    private static ShardMap map(Split.Hash.Function function, int shards) {
        SourceDefinition orders = FederationFixture.sources().get(2);
        return ShardMap.of(new SourceDefinition(
                orders.name(),
                orders.kind(),
                "",
                Collections.nCopies(shards, orders.shards().getFirst()),
                Optional.of(new Split(Map.of(), new Split.Hash(function))),
                orders.tables(),
                orders.limits(),
                "hash"));
    }
}
