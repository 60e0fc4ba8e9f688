package io.belvedere.testkit.hunt;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks query after query, and keeps what differs. Each seed's query is asked in one mode; of some seeds it is asked again with other values, and
 * once more with the first, so that plans which are kept answer too.
 */
public final class Hunt {
    private static final int THREADS = 2;
    /** Of so many seeds one is asked again. */
    private static final int AGAIN_EVERY = 4;
    /** A plan for all values is made when the second values are seen, and serves the third. */
    private static final int VARIATIONS = 2;

    /** How often a query is drawn until it has rows: next to nothing can be wrong with an answer without any. */
    private static final int DRAWS_MAX = 4;
    /** Of so many seeds one is asked whatever it draws first. */
    private static final int AS_IT_COMES_EVERY = 8;

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

    /** Asks the queries of the seeds from {@code first} on until there were {@code count}, or fewer when the time is over or enough differed. */
    public Found run(long first, long count, Duration time) throws InterruptedException {
        Found found = new Found();
        AtomicLong next = new AtomicLong(first);
        long deadline = System.nanoTime() + time.toNanos();
        Callable<Void> work = () -> {
            try (Oracle oracle = new Oracle(house.openOracle())) {
                for (long seed = next.getAndIncrement();
                        found.asked() < count && System.nanoTime() < deadline && !found.isFull();
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
        try (Oracle oracle = new Oracle(house.openOracle())) {
            return everyMode(queries(drawn(seed, oracle)));
        }
    }

    /** A query written by hand, in every mode. Without an order its rows are compared as a bag. */
    public Found compare(String body, String order) throws SQLException {
        Node none = Node.optional("", "", List.of());
        Node ordered = order.isEmpty() ? none : Node.of(Sort.CLAUSE, order);
        Node whole = Node.of(Sort.CLAUSE, "$1 $2 $3", none, Node.of(Sort.QUERY, body), ordered);
        return everyMode(List.of(new HuntedQuery(0, (Node.Term) whole)));
    }

    private Found everyMode(List<HuntedQuery> queries) throws SQLException {
        Found found = new Found();
        try (Oracle oracle = new Oracle(house.openOracle())) {
            for (Mode mode : new LinkedHashSet<>(Mode.ALL)) {
                ask(queries, mode, oracle, found);
            }
        }
        return found;
    }

    private void one(long seed, Oracle oracle, Found found) {
        HuntedQuery query = drawn(seed, oracle);
        List<HuntedQuery> queries = Math.floorMod(seed, AGAIN_EVERY) == 0 ? queries(query) : List.of(query);
        ask(queries, Mode.of(seed), oracle, found);
    }

    /** The query of a seed; which one depends on the rows of the house. */
    private static HuntedQuery drawn(long seed, Oracle oracle) {
        HuntedQuery query = HuntedQuery.of(seed, 0);
        boolean asItComes = Math.floorMod(seed, AS_IT_COMES_EVERY) == 1;
        for (int draw = 1;
                draw < DRAWS_MAX && !asItComes && oracle.ask(query) instanceof Answer.Rows(var rows) && rows.isEmpty();
                draw++) {
            query = HuntedQuery.of(seed, draw);
        }
        return query;
    }

    /** With its own values, with others, and with its own again. */
    private static List<HuntedQuery> queries(HuntedQuery query) {
        List<HuntedQuery> queries = new ArrayList<>();
        queries.add(query);
        for (int time = 1; time <= VARIATIONS; time++) {
            queries.add(query.varied(time));
        }
        queries.add(query);
        return queries;
    }

    private void ask(List<HuntedQuery> queries, Mode mode, Oracle oracle, Found found) {
        Answering.Session session = answering.open(mode, queries.getFirst().seed());
        for (HuntedQuery query : queries) {
            Checked checked = new Checker(session, oracle).check(query);
            found.add(query.seed(), checked);
            report(query, mode, checked, oracle).ifPresent(found::addDifference);
            if (checked instanceof Checked.Differs || checked instanceof Checked.Refused) {
                break;
            }
        }
        found.addFromKeptPlans(session.fromKeptPlans());
    }

    private Optional<String> report(HuntedQuery query, Mode mode, Checked checked, Oracle oracle) {
        if (!(checked instanceof Checked.Differs(String seen))) {
            return Optional.empty();
        }
        String kind = kind(seen);
        HuntedQuery small = Shrinker.shrink(
                query,
                each -> anew(each, mode, oracle) instanceof Checked.Differs(String how)
                        && kind(how).equals(kind));
        String how = anew(small, mode, oracle) instanceof Checked.Differs(String shown)
                ? shown
                : seen + "\n(not when it is asked alone)";
        HuntedQuery.Text asked = small.asked();
        return Optional.of("seed " + query.seed() + ", " + mode + ", again: " + again.formatted(query.seed()) + "\n"
                + asked + "\noracle: " + small.sql(Side.ORACLE) + "\n" + how + "\nas drawn: " + query.asked() + "\n"
                + answering.open(mode, query.seed()).explain(asked.sql(), asked.parameters()));
    }

    private Checked anew(HuntedQuery query, Mode mode, Oracle oracle) {
        return new Checker(answering.open(mode, query.seed()), oracle).check(query);
    }

    /** A query must not shrink from one kind of difference into another, such as one that nobody can read. */
    private static String kind(String how) {
        return how.startsWith("row ")
                ? "row"
                : how.replaceAll("[0-9]+|\".*", "").lines().findFirst().orElse("");
    }
}
