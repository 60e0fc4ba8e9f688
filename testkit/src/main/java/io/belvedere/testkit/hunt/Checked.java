package io.belvedere.testkit.hunt;

/** What came of one query. */
sealed interface Checked {
    record Same(int rows) implements Checked {}

    /**
     * A value in the data did not fit, and it is right that one side says so, or both.
     *
     * @param about the same query without the fault, where that can be asked
     */
    record Erred(About about) implements Checked {}

    record Refused(String reason) implements Checked {}

    record Differs(String how) implements Checked {}

    /** What is known of a query of which some order of work finds a fault in the data. */
    enum About {
        /** Both sides say the same once the fault is no fault. */
        COMPARED,
        /** The fault is part of the query. */
        NOT_COMPARED
    }
}
