package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a hunt found. Safe for use by many threads. */
public final class Found {
    private static final int DIFFERENCES_MAX = 25;
    private static final int REASON_MAX = 200;
    private static final int SEEDS_SHOWN = 4;

    private final Map<String, List<Long>> refusals = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private long asked;
    private long refused;
    private long faults;
    private long faultsCompared;
    private long empty;
    private long fromKeptPlans;

    Found() {}

    synchronized void add(long seed, Checked checked) {
        asked++;
        switch (checked) {
            case Checked.Same(int rows) -> empty += rows == 0 ? 1 : 0;
            case Checked.Erred(Checked.About about) -> {
                faults++;
                faultsCompared += about == Checked.About.COMPARED ? 1 : 0;
            }
            case Checked.Refused(String reason) -> {
                refused++;
                refusals.computeIfAbsent(brief(reason), _ -> new ArrayList<>()).add(seed);
            }
            case Checked.Differs _ -> {}
        }
    }

    synchronized void addDifference(String report) {
        differences.add(report);
    }

    synchronized void addFromKeptPlans(long answers) {
        fromKeptPlans += answers;
    }

    synchronized boolean isFull() {
        return differences.size() >= DIFFERENCES_MAX;
    }

    public synchronized long refused() {
        return refused;
    }

    /** How many queries were asked; one with other values is another. */
    public synchronized long asked() {
        return asked;
    }

    /** How many answers came from a plan that was made for another query, or for an earlier time. */
    public synchronized long fromKeptPlans() {
        return fromKeptPlans;
    }

    /** The share of queries that were refused. */
    public synchronized double refusedShare() {
        return share(refused);
    }

    /** The share of queries whose answer has no rows. */
    public synchronized double emptyShare() {
        return share(empty);
    }

    /** The share of queries of which nothing is known but that a fault in the data may be found. */
    public synchronized double notComparedShare() {
        return share(faults - faultsCompared);
    }

    private double share(long part) {
        return asked == 0 ? 0 : (double) part / asked;
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
        text.append(refused).append(" refused, ");
        text.append(faults).append(" data errors (").append(faultsCompared).append(" compared without), ");
        text.append(empty).append(" without rows, ").append(fromKeptPlans).append(" from kept plans");
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
