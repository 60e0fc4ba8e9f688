package io.belvedere.testkit.hunt;

import java.util.List;

/** A way to answer that may change how long an answer takes, never what it says. */
public record Mode(Knowledge knowledge, PushDown pushDown, Keys keys) {
    /** What is known of the tables' sizes. */
    public enum Knowledge {
        NONE,
        TRUE,
        /** Wrong on purpose, by the query's seed: empty tables are huge, keys are few. */
        LYING
    }

    /** Whether sources do more than give their rows. */
    public enum PushDown {
        ON,
        OFF
    }

    /** Whether keys travel between sources. */
    public enum Keys {
        ON,
        OFF
    }

    /** Every query is answered in one of them, by its seed; a query that differed is tried in all. */
    static final List<Mode> ALL = List.of(
            new Mode(Knowledge.TRUE, PushDown.ON, Keys.ON),
            new Mode(Knowledge.NONE, PushDown.ON, Keys.ON),
            new Mode(Knowledge.LYING, PushDown.ON, Keys.ON),
            new Mode(Knowledge.TRUE, PushDown.ON, Keys.OFF),
            new Mode(Knowledge.LYING, PushDown.ON, Keys.ON),
            new Mode(Knowledge.NONE, PushDown.OFF, Keys.OFF));

    public static Mode of(long seed) {
        return ALL.get((int) Math.floorMod(seed, (long) ALL.size()));
    }

    @Override
    public String toString() {
        return "statistics " + knowledge + ", push-down " + pushDown + ", keys " + keys;
    }
}
