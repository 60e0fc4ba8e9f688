package io.belvedere.server.caches;

import io.belvedere.model.access.Caller;
import io.belvedere.server.caches.StormWorld.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Many callers at once at one house, whose policy and catalog change under them. Each answer is held against those that a house without a
 * cache gave in the states that there were while the question was under way.
 */
final class Storm {
    /** A contract is asked for now and then, instead of rows. */
    private static final List<String> CONTRACTS = List.of("crm.people");

    private static final String CHANGED = "DECISION_CHANGED";
    /** What the server says when it, or a database, has no time; asked again. */
    private static final Set<String> BUSY =
            Set.of("POLICY_UNAVAILABLE", "OVERLOADED", "SOURCE_UNAVAILABLE", "TIMED_OUT");

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    static final String ANOTHERS = "what is another's";

    private final Map<Asked, String> expected = new HashMap<>();
    private final List<Asked> questions = new ArrayList<>();
    // What was, from the first on; guarded by itself.
    private final List<State> history = new ArrayList<>();

    /** A question in a state; the text is SQL, or the name of a view whose contract is asked for. */
    private record Asked(State state, Caller caller, String text) {}

    /** Learns every right answer from a house without a cache. */
    Storm(StormWorld world, StormHouse plain) {
        for (State state : world.states()) {
            plain.turnTo(state);
            for (Caller caller : StormWorld.CALLERS) {
                for (String sql : StormWorld.QUERIES) {
                    learn(new Asked(state, caller, sql), plain);
                }
                for (String view : CONTRACTS) {
                    learn(new Asked(state, caller, view), plain);
                }
            }
        }
    }

    private void learn(Asked asked, StormHouse plain) {
        questions.add(asked);
        expected.put(asked, answer(plain, asked));
    }

    private static String answer(StormHouse house, Asked asked) {
        long begin = System.nanoTime();
        String answer = once(house, asked);
        while (BUSY.contains(answer) && System.nanoTime() - begin < PATIENCE_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            answer = once(house, asked);
        }
        return answer;
    }

    private static String once(StormHouse house, Asked asked) {
        return CONTRACTS.contains(asked.text())
                ? house.contract(asked.caller(), asked.text())
                : house.ask(asked.caller(), asked.text());
    }

    /** How many different answers there are; a storm in which all get the same would prove nothing. */
    long differentAnswers() {
        return expected.values().stream().distinct().count();
    }

    /**
     * Lets so many callers ask so often each, and turns the house to another state after every so many answers.
     *
     * @return what was answered and should not have been, in words
     */
    List<String> blow(StormHouse house, int callers, int each, int turnAfter, long seed) throws InterruptedException {
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicInteger answers = new AtomicInteger();
        List<State> states = questions.stream().map(Asked::state).distinct().toList();
        turn(house, states.getFirst());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                Random chance = new Random(seed + caller);
                threads.execute(() -> {
                    for (int turn = 0; turn < each; turn++) {
                        ask(house, questions.get(chance.nextInt(questions.size())), wrong);
                        int count = answers.incrementAndGet();
                        if (count % turnAfter == 0) {
                            turn(house, states.get(count / turnAfter % states.size()));
                        }
                    }
                });
            }
        }
        if (answers.get() != callers * each) {
            wrong.add("only " + answers.get() + " of " + callers * each + " questions had an answer");
        }
        return List.copyOf(wrong);
    }

    private void turn(StormHouse house, State next) {
        synchronized (history) {
            // Before and after: a question may meet either half of a change.
            history.add(next);
            history.add(new State(next.catalog(), house.state().policy()));
            house.turnTo(next);
            history.add(next);
        }
    }

    private int now() {
        synchronized (history) {
            return history.size();
        }
    }

    private void ask(StormHouse house, Asked asked, Queue<String> wrong) {
        int begin = now();
        String answer = answer(house, asked);
        Set<String> right = right(asked, begin, now());
        // Policy that changed under a query may end it; nothing was given then.
        boolean stopped = answer.equals(CHANGED) && right.size() > 1;
        if (!right.contains(answer) && !stopped) {
            wrong.add(asked.caller() + " asked " + asked.text() + " and got "
                    + (answer.contains("\n") && expected.containsValue(answer) ? ANOTHERS : "what nobody should")
                    + ": " + answer.lines().limit(3).toList());
        }
    }

    /** The answers of every catalog with every policy that was there in the meantime. */
    private Set<String> right(Asked asked, int begin, int end) {
        List<State> meanwhile;
        synchronized (history) {
            meanwhile = List.copyOf(history.subList(begin - 1, end));
        }
        Set<String> right = new HashSet<>();
        for (State catalog : meanwhile) {
            for (State policy : meanwhile) {
                State state = new State(catalog.catalog(), policy.policy());
                right.add(expected.getOrDefault(new Asked(state, asked.caller(), asked.text()), ""));
            }
        }
        return right;
    }
}
