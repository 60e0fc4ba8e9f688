package io.belvedere.bench;

import io.belvedere.bench.GovernedHouse.Kept;
import io.belvedere.bench.GovernedTable.Product;
import io.belvedere.bench.StepTimes.Counting;
import io.belvedere.bench.StepTimes.Step;
import io.belvedere.policy.OpaAddress;
import io.belvedere.policy.OpaServerGate;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.testkit.OpaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What governance costs: one row by key through the server's own pipeline, under a policy with a row filter and masks, under one that allows
 * everything, and by plain JDBC, turn by turn; each step by itself; evaluations of policy a second; and whether the time of a look-up tells a hidden row
 * from an absent one. As many turns again warm up. {@code --turns N} and {@code --pairs N} say how often.
 */
final class Governance implements Bench.Suite {
    private static final int TURNS = 3_000;
    /** Of so many turns one is measured with nothing kept: that takes longer. */
    private static final int ANEW_SHARE = 10;

    private static final int PAIRS = 10_000;
    private static final double EVALUATION_SECONDS = 4;
    /** What decide, weave, verify and audit may take together, in milliseconds. */
    private static final double GOVERNANCE_MILLIS = 1.5;

    private static final String GOVERNED = """
            {"belvedere": {"revision": "governed-1", "roles": {"analyst": {
              "access": "rows", "rows": {"class": "scope.region", "attribute": "region"},
              "masks": {"scope.region": {"mask": "none"}, "pii.name": {"mask": "none"}, "pii.email": {"mask": "email"},
                "payment.card": {"mask": "hidden"}},
              "maxRows": 100000, "detail": {"query": "shape", "explain": "shape", "monitor": "shape", "cancel": "shape"}}}}}
            """;
    private static final String ALLOW_ALL = """
            {"belvedere": {"revision": "all-1", "roles": {"analyst": {
              "access": "rows", "rows": "all",
              "masks": {"scope.region": {"mask": "none"}, "pii.name": {"mask": "none"}, "pii.email": {"mask": "none"},
                "payment.card": {"mask": "none"}},
              "maxRows": 100000, "detail": {"query": "full", "explain": "full", "monitor": "full", "cancel": "full"}}}}}
            """;

    @Override
    public String description() {
        return "what decide, weave, verify and audit add to a look-up; evaluations of policy; timing of hidden rows [--turns 3000] [--pairs 10000]";
    }

    @Override
    public List<Figure> run(Options options) throws Exception {
        System.err.println("starting the databases …");
        Path folder = Files.createTempDirectory("belvedere-bench-");
        Path governed = policy(folder, "governed", GOVERNED);
        try (GovernedTable maria = GovernedTable.open(Product.MARIADB);
                GovernedTable postgres = GovernedTable.open(Product.POSTGRESQL);
                GovernedHouse house = new GovernedHouse(folder.resolve("house"), List.of(maria, postgres));
                WasmPolicyGate policy = WasmPolicyGate.open(Optional.of(governed));
                WasmPolicyGate all = WasmPolicyGate.open(Optional.of(policy(folder, "all", ALLOW_ALL)))) {
            List<Figure> figures = new ArrayList<>();
            int turns = (int) options.number("turns", TURNS);
            for (GovernedTable table : List.of(maria, postgres)) {
                figures.addAll(told(kept(house, table, policy, all, turns)));
            }
            for (GovernedTable table : List.of(maria, postgres)) {
                figures.addAll(told(anew(house, table, policy, all, turns / ANEW_SHARE)));
            }
            figures.addAll(told(evaluations(house, maria, policy, governed)));
            TimingProbe probe = new TimingProbe((int) options.number("pairs", PAIRS));
            for (GovernedTable table : List.of(maria, postgres)) {
                figures.addAll(told(List.of(timing(house, table, policy, probe))));
            }
            return figures;
        } finally {
            Lookups.deleteAll(folder);
        }
    }

    private static Path policy(Path folder, String name, String data) throws IOException {
        Path rules = Files.createDirectories(folder.resolve("policy-" + name));
        Files.writeString(rules.resolve("data.json"), data);
        return rules;
    }

    private static List<Figure> told(List<Figure> figures) {
        figures.forEach(figure -> System.err.printf(
                Locale.ROOT, "  %s: %.3f %s; %s%n", figure.name(), figure.median(), figure.unit(), figure.note()));
        return figures;
    }

    /** As the server answers a look-up that it has seen before, with other keys. */
    private static List<Figure> kept(
            GovernedHouse house, GovernedTable table, PolicyGate policy, PolicyGate all, int turns) throws Exception {
        String title = "look-up (" + table.product().title() + ")";
        System.err.println("measuring a " + title + " …");
        GovernedHouse.Way ours = house.way(policy, Kept.ALL);
        GovernedHouse.Way open = house.way(all, Kept.ALL);
        List<Double> byHand = new ArrayList<>();
        try (LookupCase.Direct direct = table.connect()) {
            for (int turn = 0; turn < 2 * turns; turn++) {
                Counting counting = turn < turns ? Counting.NO : Counting.YES;
                long id = GovernedTable.seen(turn);
                // Each comes first in a third of the turns: whoever does finds the row cold.
                List<List<String>> answer = List.of();
                List<List<String>> expected = List.of();
                for (int way = 0; way < 3; way++) {
                    switch ((turn + way) % 3) {
                        case 0 -> answer = ours.rows(table, id, counting);
                        case 1 -> requireOne(open.rows(table, id, counting));
                        default -> {
                            long begin = System.nanoTime();
                            expected = direct.rows(id);
                            if (counting == Counting.YES) {
                                byHand.add((System.nanoTime() - begin) / 1e6);
                            }
                        }
                    }
                }
                if (!answer.equals(expected)) {
                    throw new IllegalStateException("ours and the baseline do not give the same answer");
                }
            }
        }
        return figures(title, ours.times(), open.times(), byHand);
    }

    private static void requireOne(List<List<String>> rows) {
        if (rows.size() != 1) {
            throw new IllegalStateException("an id has one row, not " + rows.size());
        }
    }

    private static List<Figure> figures(String title, StepTimes ours, StepTimes open, List<Double> byHand) {
        List<Figure> figures = new ArrayList<>();
        double direct = Lookups.percentile(byHand, 0.5);
        figures.add(new Figure(
                "governance",
                title + ", against JDBC",
                "ms",
                ours.percentile(Step.ALL, 0.5),
                direct,
                OptionalDouble.of((direct + GOVERNANCE_MILLIS) / direct),
                String.format(
                        Locale.ROOT,
                        "p50 %.3f ms over JDBC; p99 %.3f ms, JDBC %.3f ms",
                        ours.percentile(Step.ALL, 0.5) - direct,
                        ours.percentile(Step.ALL, 0.99),
                        Lookups.percentile(byHand, 0.99))));
        figures.addAll(steps(title, ours, open, OptionalDouble.of(GOVERNANCE_MILLIS)));
        return figures;
    }

    /** Each step under the policy, against the same under one that allows everything. */
    private static List<Figure> steps(String title, StepTimes ours, StepTimes open, OptionalDouble goalMillis) {
        return ours.steps().stream()
                .map(step -> new Figure(
                        "governance",
                        title + ": " + step.words(),
                        "ms",
                        ours.percentile(step, 0.5),
                        open.percentile(step, 0.5),
                        step == Step.GOVERNANCE && goalMillis.isPresent()
                                ? OptionalDouble.of(goalMillis.getAsDouble() / open.percentile(step, 0.5))
                                : OptionalDouble.empty(),
                        String.format(
                                Locale.ROOT,
                                "p50 %.3f ms, p99 %.3f ms; with a policy that allows all %.3f and %.3f ms",
                                ours.percentile(step, 0.5),
                                ours.percentile(step, 0.99),
                                open.percentile(step, 0.5),
                                open.percentile(step, 0.99))))
                .toList();
    }

    /** With nothing kept: what a new question costs, or one after a change of policy. */
    private static List<Figure> anew(
            GovernedHouse house, GovernedTable table, PolicyGate policy, PolicyGate all, int turns) {
        String title = "nothing kept (" + table.product().title() + ")";
        System.err.println("measuring with " + title + " …");
        GovernedHouse.Way ours = house.way(policy, Kept.NOTHING);
        GovernedHouse.Way open = house.way(all, Kept.NOTHING);
        for (int turn = 0; turn < 2 * turns; turn++) {
            Counting counting = turn < turns ? Counting.NO : Counting.YES;
            requireOne(ours.rows(table, GovernedTable.seen(turn), counting));
            requireOne(open.rows(table, GovernedTable.seen(turn), counting));
        }
        return steps(title, ours.times(), open.times(), OptionalDouble.empty());
    }

    /** The same question at another moment each time, so that nobody has an answer ready. */
    private static List<Figure> evaluations(GovernedHouse house, GovernedTable table, PolicyGate embedded, Path data)
            throws Exception {
        System.err.println("measuring evaluations of policy …");
        String rules = Path.of(System.getProperty("belvedere.root", "."), "policy", "src", "main", "rego")
                .toString();
        try (OpaServer opa = OpaServer.start(rules, data.resolve("data.json").toString());
                OpaServerGate server = OpaServerGate.open(new OpaAddress(opa.address(), Optional.empty()))) {
            List<Figure> figures = new ArrayList<>();
            for (int threads : List.of(1, Runtime.getRuntime().availableProcessors() * 2)) {
                Crowd.Result ours = evaluated(house.question(table, Instant.now()), embedded, threads);
                Crowd.Result theirs = evaluated(house.question(table, Instant.now()), server, threads);
                figures.add(new Figure(
                        "governance",
                        "one evaluation of policy, embedded against the server, threads: " + threads,
                        "µs each",
                        1e6 / ours.perSecond(),
                        1e6 / theirs.perSecond(),
                        OptionalDouble.empty(),
                        String.format(
                                Locale.ROOT,
                                "embedded %,.0f/s, p50 %.3f ms, p99 %.3f ms; server %,.0f/s, p50 %.3f ms, p99 %.3f ms",
                                ours.perSecond(),
                                Lookups.percentile(ours.millis(), 0.5),
                                Lookups.percentile(ours.millis(), 0.99),
                                theirs.perSecond(),
                                Lookups.percentile(theirs.millis(), 0.5),
                                Lookups.percentile(theirs.millis(), 0.99))));
            }
            return figures;
        }
    }

    private static Crowd.Result evaluated(PolicyRequest question, PolicyGate gate, int threads) throws Exception {
        AtomicLong moment = new AtomicLong();
        Crowd.Ask ask = (_, _) -> {
            PolicyRequest now = new PolicyRequest(
                    question.caller(),
                    question.purpose(),
                    question.operation(),
                    question.protocol(),
                    question.time().plusMillis(moment.incrementAndGet()),
                    question.views());
            var _ = gate.decide(now);
        };
        Crowd.run(threads, EVALUATION_SECONDS / 2, ask);
        return Crowd.run(threads, EVALUATION_SECONDS, ask);
    }

    private static Figure timing(GovernedHouse house, GovernedTable table, PolicyGate policy, TimingProbe probe) {
        String title =
                "time of a hidden row against an absent one (" + table.product().title() + ")";
        System.err.println("measuring the " + title + " …");
        GovernedHouse.Way way = house.way(policy, Kept.ALL);
        TimingProbe.Result result = probe.run(
                turn -> requireNone(way.rows(table, GovernedTable.hidden(turn), Counting.NO)),
                turn -> requireNone(way.rows(table, GovernedTable.absent(turn), Counting.NO)));
        return new Figure(
                "governance",
                title,
                "AUC",
                result.effect(),
                0.5,
                OptionalDouble.of(TimingProbe.AREA_MAX / 0.5),
                result.text());
    }

    private static void requireNone(List<List<String>> rows) {
        if (!rows.isEmpty()) {
            throw new IllegalStateException("a row came that policy hides");
        }
    }
}
