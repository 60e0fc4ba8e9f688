package io.belvedere.server.attack;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of the list of attacks: what is tried, and what must come of it. Used as data; {@link AttackSuiteIT} sends it.
 *
 * @param id as in the list
 * @param what what is tried, in short
 */
record Attack(String id, String what, List<Probe> probes) {
    Attack {
        probes = List.copyOf(probes);
    }

    /**
     * A request of an attack.
     *
     * @param expected what the attacker must get
     * @param control what shows that the expectation can fail, or that the request is refused for the right reason
     */
    record Probe(String caller, Ask ask, Expected expected, Control control) {}

    /** Shows that a probe can tell. */
    sealed interface Control {
        /** Who may see everything gets something else by the same request: what the attacker would get without enforcement. */
        record CarolDiffers() implements Control {}

        /** A request as like as can be that is meant to be answered. */
        record Answered(String caller, Ask harmless) implements Control {}
    }

    static Builder attack(String id, String what) {
        return new Builder(id, what);
    }

    /** Collects probes. */
    static final class Builder {
        private static final Ask HARMLESS = Ask.sql("SELECT COUNT(*) AS n FROM {s}.customer");
        private final String id;
        private final String what;
        private final List<Probe> probes = new ArrayList<>();
        private String caller = "alice";
        private Control refused = new Control.Answered("alice", HARMLESS);

        private Builder(String id, String what) {
            this.id = id;
            this.what = what;
        }

        /** Who sends what follows; alice when nobody is named. */
        Builder as(String name) {
            caller = name;
            return this;
        }

        /** What is answered where what follows is refused. */
        Builder unlike(String harmless) {
            refused = new Control.Answered("alice", Ask.sql(harmless));
            return this;
        }

        /** As {@link #unlike(String)}, by anybody and any request. */
        Builder unlike(String name, Ask harmless) {
            refused = new Control.Answered(name, harmless);
            return this;
        }

        /** Rows for the attacker; carol gets others. */
        Builder rows(String sql, String json) {
            return add(Ask.sql(sql), new Expected.Rows(json), new Control.CarolDiffers());
        }

        /** The same rows for all, because the statement reads nothing that is kept from anybody. */
        Builder rowsForAll(String sql, String json) {
            return add(Ask.sql(sql), new Expected.Rows(json), refused);
        }

        Builder rows(Ask ask, String json) {
            return add(ask, new Expected.Rows(json), new Control.CarolDiffers());
        }

        Builder refused(String sql, int status, String code) {
            return add(Ask.sql(sql), new Expected.Problem(status, code), refused);
        }

        Builder refused(Ask ask, int status, String code) {
            return add(ask, new Expected.Problem(status, code), refused);
        }

        /** A text with some words and without others; carol's has other words. */
        Builder text(Ask ask, int status, List<String> found, List<String> notFound) {
            return add(ask, new Expected.Text(status, found, notFound), new Control.CarolDiffers());
        }

        Builder add(Ask ask, Expected expected, Control control) {
            probes.add(new Probe(caller, ask, expected, control));
            return this;
        }

        Attack done() {
            return new Attack(id, what, probes);
        }
    }
}
