package io.belvedere.federation.plan;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What one plan expects of its steps, and whether a run of it came out otherwise. Safe for use by many threads. */
final class Lessons {
    /** A plan is made anew when what it expects is further off than this. */
    private static final double FACTOR = 2;

    /** Of a plan that has no choice: there is nothing to learn for it. */
    static final Lessons NONE = new Lessons(Map.of(), (_, rows) -> rows);

    private final Map<String, Feedback.Expectation> expected;
    private final Learner learner;
    private final AtomicBoolean contradicted = new AtomicBoolean();

    /** Takes note of the rows that a tree gave under one decision, and returns what is expected of it from now on. */
    @FunctionalInterface
    interface Learner {
        double learn(TreeShape shape, long rows);
    }

    /** @param expected by step, of those whose rows say something of their shape */
    Lessons(Map<String, Feedback.Expectation> expected, Learner learner) {
        this.expected = Map.copyOf(expected);
        this.learner = learner;
    }

    /** Takes note of all rows that a step gave. */
    void observed(String step, long rows) {
        Feedback.Expectation expectation = expected.get(step);
        if (expectation != null) {
            double now = learner.learn(expectation.shape(), rows);
            if (Math.max(now, expectation.rows()) > FACTOR * Math.min(now, expectation.rows())) {
                contradicted.set(true);
            }
        }
    }

    boolean contradicted() {
        return contradicted.get();
    }
}
