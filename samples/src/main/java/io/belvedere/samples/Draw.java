package io.belvedere.samples;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Chance that depends on nothing but a seed and what it is for, so that any row can be made alone, in any order, by any thread. */
final class Draw {

    private Draw() {}

    /** The source of chance of row {@code id} of {@code kind}. */
    static RandomGenerator of(long seed, Kind kind, long id) {
        return new SplittableRandom(mix(mix(seed + kind.salt) + id));
    }

    /** What a draw is for. */
    enum Kind {
        CUSTOMER(1),
        ORDER(2),
        PAYMENT(3),
        PRODUCT(4),
        STORE(5),
        STOCK(6);

        private final long salt;

        Kind(long salt) {
            this.salt = salt;
        }
    }

    static <T> T pick(List<T> list, RandomGenerator chance) {
        return list.get(chance.nextInt(list.size()));
    }

    /** The finaliser of SplitMix64: neighbouring ids get unrelated streams. */
    private static long mix(long value) {
        var z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
