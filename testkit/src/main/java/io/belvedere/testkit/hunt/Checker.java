package io.belvedere.testkit.hunt;

/**
 * Asks both sides, and compares. What counts as a difference: other rows than the oracle's, and any failure. Where one side finds a fault in the
 * data and the other has rows, both are right if SQL leaves it open: a condition may run before another or after, so that rows which nobody needs
 * are divided by zero, or are not looked at. So the product may find a fault only where the oracle finds the same one when all those rows are
 * computed; and then the query is compared once more, with NULL for what is divided by zero. For one thread.
 */
final class Checker {
    private static final int ATTEMPTS_MAX = 10;

    private final Answering.Session session;
    private final Oracle oracle;

    Checker(Answering.Session session, Oracle oracle) {
        this.session = session;
        this.oracle = oracle;
    }

    Checked check(HuntedQuery query) {
        return switch (ask(query)) {
            case Answer.Busy() -> new Checked.Differs("busy, however often it is asked");
            case Answer.Agreed(int rows) -> new Checked.Same(rows);
            case Answer.Refused(String reason) -> new Checked.Refused(reason);
            case Answer.Failed(String reason) -> new Checked.Differs("failed: " + reason);
            case Answer.DataError ours ->
                switch (oracle.ask(query)) {
                    case Answer.Rows _ ->
                        oracle.mayFind(ours.fault(), query)
                                ? harmless(query)
                                : new Checked.Differs("a data error where there is none: " + ours.reason());
                    case Answer.DataError _ -> harmless(query);
                    case Answer.Refused(String why) -> new Checked.Refused(why);
                    case Answer.Failed(String why) -> new Checked.Differs(why);
                    case Answer.Busy _, Answer.Agreed _ -> new Checked.Differs("the oracle is busy");
                };
            case Answer.Rows ours ->
                switch (oracle.ask(query)) {
                    case Answer.Rows theirs ->
                        Comparison.difference(query, ours, theirs)
                                .<Checked>map(Checked.Differs::new)
                                .orElseGet(() -> new Checked.Same(ours.rows().size()));
                    case Answer.DataError _ -> harmless(query);
                    case Answer.Refused(String why) -> new Checked.Refused(why);
                    case Answer.Failed(String why) -> new Checked.Differs(why);
                    case Answer.Busy _, Answer.Agreed _ -> new Checked.Differs("the oracle is busy");
                };
        };
    }

    private Checked harmless(HuntedQuery query) {
        HuntedQuery other = query.withoutDivisionByZero();
        if (other.equals(query)) {
            return new Checked.Erred(Checked.About.NOT_COMPARED);
        }
        return switch (check(other)) {
            case Checked.Same _ -> new Checked.Erred(Checked.About.COMPARED);
            case Checked.Erred _, Checked.Refused _ -> new Checked.Erred(Checked.About.NOT_COMPARED);
            case Checked.Differs(String how) -> new Checked.Differs(how);
        };
    }

    /** On a busy machine a source may be asked less at a time than the hunt asks. */
    private Answer ask(HuntedQuery query) {
        HuntedQuery.Text text = query.asked();
        Answer answer = new Answer.Busy();
        for (int i = 0; i < ATTEMPTS_MAX && answer instanceof Answer.Busy; i++) {
            answer = session.ask(text.sql(), text.parameters());
        }
        return answer;
    }
}
