package io.belvedere.federation.hunt;

import io.belvedere.federation.hunt.TwinHouse.Said;
import io.belvedere.model.expr.Literal;
import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.Mode;
import io.belvedere.testkit.hunt.TwinWorld;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Asks both worlds and holds what they say against each other. What they agree on needs no oracle. */
final class TwinsAsked implements Answering {
    private final TwinHouse few;
    private final TwinHouse many;
    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();
    private final LongAdder plansDiffer = new LongAdder();

    TwinsAsked(TwinHouse few, TwinHouse many) {
        this.few = few;
        this.many = many;
    }

    @Override
    public Answering.Session open(Mode mode, long seed) {
        return new Twins(few.open(mode, seed), many.open(mode, seed), seed);
    }

    private final class Twins implements Answering.Session {
        private final TwinHouse.Session one;
        private final TwinHouse.Session other;
        private final long seed;
        private boolean first = true;

        private Twins(TwinHouse.Session one, TwinHouse.Session other, long seed) {
            this.one = one;
            this.other = other;
            this.seed = seed;
        }

        @Override
        public Answer ask(String sql, List<Optional<Object>> parameters) {
            Answer answer = both(
                    sql,
                    parameters.stream().map(value -> value.map(Known::literal)).toList());
            if (first && answer instanceof Answer.Agreed) {
                first = false;
                Optional<String> poke = Pokes.of(seed);
                return poke.isPresent() ? both(poke.get(), List.of()) : answer;
            }
            return answer;
        }

        private Answer both(String sql, List<Optional<Literal>> parameters) {
            Said here = one.ask(sql, parameters);
            Said there = other.ask(sql, parameters);
            if (here.answer() instanceof Said.Answer.Busy || there.answer() instanceof Said.Answer.Busy) {
                return new Answer.Busy();
            }
            if (here.answer() instanceof Said.Answer.Unplanned || there.answer() instanceof Said.Answer.Unplanned) {
                kinds.computeIfAbsent(kind(new Said.Answer.Unplanned()), _ -> new LongAdder())
                        .increment();
                return new Answer.Agreed(0);
            }
            Optional<String> difference = TwinComparison.difference(sql, here, there);
            if (difference.isPresent()) {
                return new Answer.Failed(difference.get());
            }
            kinds.computeIfAbsent(kind(here.answer()), _ -> new LongAdder()).increment();
            if (!here.inside().equals(there.inside())) {
                plansDiffer.increment();
            }
            return new Answer.Agreed(
                    here.answer() instanceof Said.Answer.Rows found
                            ? found.rows().size()
                            : 0);
        }

        @Override
        public String explain(String sql, List<Optional<Object>> parameters) {
            List<Optional<Literal>> values =
                    parameters.stream().map(value -> value.map(Known::literal)).toList();
            return "few:\n" + one.ask(sql, values).inside() + "\nmany:\n"
                    + other.ask(sql, values).inside();
        }

        @Override
        public long fromKeptPlans() {
            return 0;
        }
    }

    private static String kind(Said.Answer answer) {
        return switch (answer) {
            case Said.Answer.Rows found -> found.rows().isEmpty() ? "no row" : "rows";
            case Said.Answer.Refusal refusal -> refusal.code();
            case Said.Answer.Busy _ -> "busy";
            case Said.Answer.Unplanned _ -> "not planned in time";
        };
    }

    /** How many answers there were of each kind. */
    Map<String, Long> kinds() {
        Map<String, Long> counts = new TreeMap<>();
        kinds.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    /** How many queries were worked on otherwise in the other world, as nobody but an operator may see. */
    long plansThatDiffer() {
        return plansDiffer.sum();
    }

    /** Whether the text has what nobody may see. */
    static boolean hasCanary(Said said) {
        return (said.answer() + said.explained()).contains(TwinWorld.CANARY);
    }
}
