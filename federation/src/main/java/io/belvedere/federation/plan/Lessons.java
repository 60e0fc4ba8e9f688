package io.belvedere.federation.plan;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What one plan expects of its steps, and whether a run of it came out otherwise. Safe for use by many threads. */
final class Lessons {
    /** A plan is made anew when what it expects is further off than this. */
    private static final double FACTOR = 2;

    /** Of a plan that has no choice: there is nothing to learn for it. */
    static final Lessons NONE = new Lessons(Map.of(), new Feedback(), "none");

    private final Map<String, Feedback.Expectation> expected;
    private final Feedback feedback;
    private final String stamp;
    private final AtomicBoolean contradicted = new AtomicBoolean();

    /** @param expected by step, of those whose rows say something of their shape */
    Lessons(Map<String, Feedback.Expectation> expected, Feedback feedback, String stamp) {
        this.expected = Map.copyOf(expected);
        this.feedback = feedback;
        this.stamp = stamp;
    }

    /** Takes note of all rows that a step gave. */
    void observed(String step, long rows) {
        Feedback.Expectation expectation = expected.get(step);
        if (expectation != null) {
            double now = feedback.learn(expectation.shape(), rows, stamp);
            if (Math.max(now, expectation.rows()) > FACTOR * Math.min(now, expectation.rows())) {
                contradicted.set(true);
            }
        }
    }

    boolean contradicted() {
        return contradicted.get();
    }
}
