package io.belvedere.server.attack;

import io.belvedere.server.doors.Rest;
import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.Mode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * Asks both worlds, and holds their answers against each other byte by byte. To the hunt, which draws the queries and makes those that differ
 * small, an answer that is the same in both is one that needs no oracle.
 */
final class TwinAnswers implements Answering {
    private static final int EXPLAINED_EACH = 10;
    private static final int POKED_EACH = 4;
    private static final List<String> TABLES =
            List.of("people", "places", "events", "notes", "orders", "items", "guarded", "mixed");
    /** What some rows fail: those that are hidden all do, those that are seen some. */
    private static final List<String> POKES = List.of(
            "100 / k > 0",
            "MOD(7, k) >= 0",
            "CAST(u AS INTEGER) > 0",
            "CAST(u AS DATE) IS NOT NULL",
            "CAST(t AS INTEGER) > 0",
            "EXP(x) > 0",
            "SQRT(x) >= 0",
            "LN(d2) < 100",
            "k + 2147483640 > 0",
            "CAST(g AS INTEGER) > 0",
            "g * 9007199254740993 > 0",
            "10 / (k - 1) > 0");

    /** Only doubles stand bare with a fraction or an exponent; decimals are texts. */
    private static final Pattern DOUBLE = Pattern.compile("(?<=^|[\\[,])-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?(?=$|[\\],])");

    private static final int DIGITS = 11;
    private static final String CALLER = "hunter";
    private static final Pattern ROWS = Pattern.compile("\"rows\":\\[\\[(.*)]],\"status\"", Pattern.DOTALL);

    private final Rest one;
    private final Rest two;
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();

    TwinAnswers(Rest one, Rest two) {
        this.one = one;
        this.two = two;
    }

    @Override
    public Session open(Mode mode, long seed) {
        return new Twins(seed);
    }

    /** The two servers cannot be told a mode, and learn as they do: the queries of a seed are asked of both in the same order. */
    private final class Twins implements Session {
        private final long seed;
        private boolean more;

        private Twins(long seed) {
            this.seed = seed;
            this.more = true;
        }

        @Override
        public Answer ask(String sql, List<Optional<Object>> parameters) {
            try {
                Answer answer = compared(new Ask.Sql(sql, json(parameters)));
                if (more && answer instanceof Answer.Refused && parameters.isEmpty() && seed % EXPLAINED_EACH == 0) {
                    answer = compared(Ask.explain(sql));
                }
                if (more && answer instanceof Answer.Refused && seed % POKED_EACH == 0) {
                    answer = compared(Ask.sql(poke(seed / POKED_EACH)));
                }
                more = false;
                return answer;
            } catch (IOException failure) {
                return new Answer.Failed(failure.toString());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return new Answer.Failed("interrupted");
            }
        }

        @Override
        public String explain(String sql, List<Optional<Object>> parameters) {
            return parameters.isEmpty() ? plans(sql) : "parameters " + parameters;
        }

        @Override
        public long fromKeptPlans() {
            return 0;
        }
    }

    private static List<String> json(List<Optional<Object>> parameters) throws IOException {
        List<String> json = new ArrayList<>();
        for (Optional<Object> parameter : parameters) {
            json.add(
                    parameter.isEmpty()
                            ? "null"
                            : switch (parameter.get()) {
                                case LocalDate date -> "{\"date\": \"" + date + "\"}";
                                case LocalDateTime time ->
                                    "{\"timestamp\": \"" + time.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME) + "Z\"}";
                                case BigDecimal number -> number.toPlainString();
                                case Object other -> Ask.MAPPER.writeValueAsString(other);
                            });
        }
        return json;
    }

    /** A count with a condition that rows fail, alone and where another condition saves some of them. */
    private static String poke(long seed) {
        String table = TABLES.get((int) (seed % TABLES.size()));
        String poke = POKES.get((int) (seed / TABLES.size() % POKES.size()));
        String saved = seed % 3 == 0 ? "" : " AND id < " + seed % 13;
        return "SELECT COUNT(*) AS n FROM hunt." + table + " WHERE " + poke + saved;
    }

    private Answer compared(Ask ask) throws IOException, InterruptedException {
        Rest.Answer here = ask.send(one, CALLER, Source.POSTGRES);
        Rest.Answer there = ask.send(two, CALLER, Source.POSTGRES);
        if (busy(here) || busy(there)) {
            return new Answer.Busy();
        }
        String first = comparable(here);
        String second = comparable(there);
        answers.computeIfAbsent(kind(here), _ -> new LongAdder()).increment();
        if (first.contains(Canaries.WORD)) {
            return new Answer.Failed("a canary: " + first);
        }
        return first.equals(second)
                ? new Answer.Refused("the same in both worlds")
                : new Answer.Failed("the worlds differ\n  one " + first + "\n  two " + second);
    }

    /** A machine with more to do than it can says so by one of these, and not always on both servers. */
    private static boolean busy(Rest.Answer answer) {
        return answer.status() == 429
                || answer.text().contains("\"code\":\"OVERLOADED\"")
                || answer.text().contains("\"code\":\"TIMED_OUT\"");
    }

    /** Rows without an order may come in any, and a sum of doubles depends on theirs in its last digits; what they are may not differ. */
    private static String comparable(Rest.Answer answer) {
        String same = SameBytes.of(answer);
        var rows = ROWS.matcher(same);
        if (!rows.find()) {
            return same;
        }
        String[] each = DOUBLE.matcher(rows.group(1))
                .replaceAll(number -> new BigDecimal(number.group())
                        .round(new MathContext(DIGITS))
                        .stripTrailingZeros()
                        .toString())
                .split("],\\[", -1);
        Arrays.sort(each);
        return same.substring(0, rows.start(1)) + String.join("],[", each) + same.substring(rows.end(1));
    }

    private static String kind(Rest.Answer answer) throws IOException {
        return answer.status() != 200
                ? answer.json().path("code").asText()
                : answer.text().contains("\"rows\":[]")
                        ? "no row"
                        : answer.text().contains("\"rows\"") ? "rows" : "plan";
    }

    private String plans(String sql) {
        try {
            return Ask.explain(sql).send(one, CALLER, Source.POSTGRES).text() + "\nother world:\n"
                    + Ask.explain(sql).send(two, CALLER, Source.POSTGRES).text();
        } catch (IOException failure) {
            return failure.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** How many answers there were of each kind. */
    Map<String, Long> kinds() {
        Map<String, Long> kinds = new TreeMap<>();
        answers.forEach((kind, count) -> kinds.put(kind, count.sum()));
        return kinds;
    }
}
