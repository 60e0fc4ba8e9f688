package io.belvedere.testkit.hunt;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks query after query, and keeps what differs. What counts as a difference: other rows than the oracle's; a data error where the oracle has rows;
 * any failure. Where the oracle has a data error, rows or a data error are both right, because SQL does not say which rows a condition saves from a
 * division. A refusal is neither right nor wrong, and is counted.
 */
public final class Hunt {
    private static final int DIFFERENCES_MAX = 25;
    private static final int THREADS = 2;
    private static final int ATTEMPTS_MAX = 10;
    private static final int REASON_MAX = 200;
    private static final int SEEDS_SHOWN = 4;

    private final HuntedHouse house;
    private final Answering answering;
    private final String again;

    /** For queries that a test writes down itself. */
    public Hunt(HuntedHouse house, Answering answering) {
        this(house, answering, "the test that holds it");
    }

    /** @param again how one query is asked again from a shell, with {@code %d} for its seed */
    public Hunt(HuntedHouse house, Answering answering, String again) {
        this.house = house;
        this.answering = answering;
        this.again = again;
    }

    /** What a hunt found. */
    public static final class Found {
        private final Map<String, List<Long>> refusals = new TreeMap<>();
        private final List<String> differences = new ArrayList<>();
        private long asked;
        private long refused;
        private long dataErrors;
        private long empty;

        private synchronized void add(long seed, Checked checked) {
            asked++;
            switch (checked) {
                case Checked.Same same -> empty += same.rows() == 0 ? 1 : 0;
                case Checked.Erred _ -> dataErrors++;
                case Checked.Refused(String reason) -> {
                    refused++;
                    refusals.computeIfAbsent(brief(reason), _ -> new ArrayList<>())
                            .add(seed);
                }
                case Checked.Differs _ -> {}
            }
        }

        private synchronized void addDifference(String report) {
            differences.add(report);
        }

        private synchronized boolean isFull() {
            return differences.size() >= DIFFERENCES_MAX;
        }

        public synchronized long refused() {
            return refused;
        }

        public synchronized long asked() {
            return asked;
        }

        /** The share of queries that were refused. */
        public synchronized double refusedShare() {
            return asked == 0 ? 0 : (double) refused / asked;
        }

        /** For each difference: the seed, the query made small, the first rows that differ, the plan. */
        public synchronized List<String> differences() {
            return List.copyOf(differences);
        }

        /** The first line, without numbers: as many refusals as possible under one reason. */
        private static String brief(String reason) {
            String line = reason.lines().findFirst().orElse("").replaceAll("[0-9]+", "#");
            return line.substring(0, Math.min(line.length(), REASON_MAX));
        }

        /** One line, then one for each reason of refusals with how many and the first seeds. */
        @Override
        public synchronized String toString() {
            StringBuilder text = new StringBuilder();
            text.append(asked).append(" queries, ").append(differences.size()).append(" differences, ");
            text.append(refused).append(" refused, ").append(dataErrors).append(" data errors, ");
            text.append(empty).append(" without rows");
            refusals.forEach((reason, seeds) -> text.append("\n  refused ")
                    .append(seeds.size())
                    .append(": ")
                    .append(reason)
                    .append(" (seeds ")
                    .append(seeds.stream().limit(SEEDS_SHOWN).toList())
                    .append(')'));
            return text.toString();
        }
    }

    private sealed interface Checked {
        record Same(int rows) implements Checked {}

        record Erred() implements Checked {}

        record Refused(String reason) implements Checked {}

        record Differs(String how) implements Checked {}
    }

    /** Asks the queries of {@code count} seeds from {@code first} on, or fewer when the time is over or enough differed. */
    public Found run(long first, long count, Duration time) throws InterruptedException {
        Found found = new Found();
        AtomicLong next = new AtomicLong(first);
        long deadline = System.nanoTime() + time.toNanos();
        Callable<Void> work = () -> {
            try (Oracle oracle = new Oracle(house.openOracle())) {
                for (long seed = next.getAndIncrement();
                        seed < first + count && System.nanoTime() < deadline && !found.isFull();
                        seed = next.getAndIncrement()) {
                    one(seed, oracle, found);
                }
            }
            return null;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(work));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        } catch (ExecutionException failure) {
            throw new IllegalStateException("the hunt itself failed", failure.getCause());
        }
        return found;
    }

    /** The query of one seed, in every mode. */
    public Found replay(long seed) throws SQLException {
        return everyMode(HuntedQuery.of(seed));
    }

    /** A query written by hand, in every mode. Without an order its rows are compared as a bag. */
    public Found compare(String body, String order) throws SQLException {
        Node none = Node.optional("", "", List.of());
        Node ordered = order.isEmpty() ? none : Node.of(Sort.CLAUSE, order);
        Node whole = Node.of(Sort.CLAUSE, "$1 $2 $3", none, Node.of(Sort.QUERY, body), ordered);
        return everyMode(new HuntedQuery(0, (Node.Term) whole));
    }

    private Found everyMode(HuntedQuery query) throws SQLException {
        Found found = new Found();
        try (Oracle oracle = new Oracle(house.openOracle())) {
            for (Mode mode : Mode.ALL) {
                Checked checked = check(query, mode, oracle);
                found.add(query.seed(), checked);
                report(query, mode, checked, oracle).ifPresent(found::addDifference);
            }
        }
        return found;
    }

    private void one(long seed, Oracle oracle, Found found) {
        HuntedQuery query = HuntedQuery.of(seed);
        Mode mode = Mode.of(seed);
        Checked checked = check(query, mode, oracle);
        found.add(query.seed(), checked);
        report(query, mode, checked, oracle).ifPresent(found::addDifference);
    }

    /** On a busy machine a source may be asked less at a time than the hunt asks. */
    private Answer ask(HuntedQuery query, Mode mode) {
        Answer answer = new Answer.Busy();
        for (int i = 0; i < ATTEMPTS_MAX && answer instanceof Answer.Busy; i++) {
            answer = answering.ask(query.sql(Side.ASKED), mode, query.seed());
        }
        return answer;
    }

    private Checked check(HuntedQuery query, Mode mode, Oracle oracle) {
        return switch (ask(query, mode)) {
            case Answer.Busy() -> new Checked.Differs("busy, however often it is asked");
            case Answer.Refused(String reason) -> new Checked.Refused(reason);
            case Answer.Failed(String reason) -> new Checked.Differs("failed: " + reason);
            case Answer.DataError(String reason) ->
                switch (oracle.ask(query)) {
                    case Answer.Rows _ -> new Checked.Differs("a data error where there is none: " + reason);
                    case Answer.DataError _ -> new Checked.Erred();
                    case Answer.Refused(String why) -> new Checked.Refused(why);
                    case Answer.Failed(String why) -> new Checked.Differs(why);
                    case Answer.Busy() -> new Checked.Differs("the oracle is busy");
                };
            case Answer.Rows ours ->
                switch (oracle.ask(query)) {
                    case Answer.Rows theirs ->
                        Comparison.difference(query, ours, theirs)
                                .<Checked>map(Checked.Differs::new)
                                .orElseGet(() -> new Checked.Same(ours.rows().size()));
                    case Answer.DataError _ -> new Checked.Erred();
                    case Answer.Refused(String why) -> new Checked.Refused(why);
                    case Answer.Failed(String why) -> new Checked.Differs(why);
                    case Answer.Busy() -> new Checked.Differs("the oracle is busy");
                };
        };
    }

    private Optional<String> report(HuntedQuery query, Mode mode, Checked checked, Oracle oracle) {
        if (!(checked instanceof Checked.Differs differs)) {
            return Optional.empty();
        }
        String kind = kind(differs.how());
        HuntedQuery small = Shrinker.shrink(
                query,
                each -> check(each, mode, oracle) instanceof Checked.Differs(String how)
                        && kind(how).equals(kind));
        String how = check(small, mode, oracle) instanceof Checked.Differs(String again) ? again : differs.how();
        return Optional.of("seed " + query.seed() + ", " + mode + ", again: " + again.formatted(query.seed()) + "\n"
                + small.sql(Side.ASKED) + "\noracle: " + small.sql(Side.ORACLE) + "\n" + how + "\nas drawn: "
                + query.sql(Side.ASKED) + "\n" + answering.explain(small.sql(Side.ASKED), mode, query.seed()));
    }

    /** A query must not shrink from one kind of difference into another, such as one that nobody can read. */
    private static String kind(String how) {
        return how.startsWith("row ")
                ? "row"
                : how.replaceAll("[0-9]+|\".*", "").lines().findFirst().orElse("");
    }
}
