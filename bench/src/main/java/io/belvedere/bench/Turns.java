package io.belvedere.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Several ways to the same rows, each open once, asked in turn, so that whatever else the machine does meets all alike. Their answers are compared every time. */
final class Turns {
    private final List<Way> ways;
    private final int warmUps;
    private final int runs;
    // The thread's that runs it.
    private long rows;

    /** @param warmUps turns that are not counted */
    Turns(List<Way> ways, int warmUps, int runs) {
        this.ways = List.copyOf(ways);
        this.warmUps = warmUps;
        this.runs = runs;
    }

    /** Opens a client's door. */
    @FunctionalInterface
    interface Opener {
        Door open(int client) throws Exception;
    }

    /**
     * One way to the rows.
     *
     * @param goal how it may compare with the baseline when all rows are read
     */
    record Way(String name, Opener opener, OptionalDouble goal) {}

    /** What is asked of a door. */
    @FunctionalInterface
    interface Question {
        Tally ask(Door door, long turn) throws Exception;
    }

    /** The times of each way in milliseconds, in the order of the ways. */
    List<List<Double>> run(Question question) throws Exception {
        List<Door> doors = new ArrayList<>();
        List<List<Double>> millis = new ArrayList<>();
        try {
            for (Way way : ways) {
                doors.add(way.opener().open(0));
                millis.add(new ArrayList<>());
            }
            for (int turn = 0; turn < warmUps + runs; turn++) {
                List<Double> took = turn(doors, question, turn);
                for (int i = 0; turn >= warmUps && i < doors.size(); i++) {
                    millis.get(i).add(took.get(i));
                }
            }
            return millis;
        } finally {
            for (Door door : doors) {
                door.close();
            }
        }
    }

    private List<Double> turn(List<Door> doors, Question question, long turn) throws Exception {
        List<Double> took = new ArrayList<>();
        Optional<Tally> expected = Optional.empty();
        for (Door door : doors) {
            long begin = System.nanoTime();
            Tally answer = question.ask(door, turn);
            took.add((System.nanoTime() - begin) / 1e6);
            expected.ifPresent(answer::requireSameAs);
            expected = Optional.of(answer);
            rows = answer.rows();
        }
        return took;
    }

    /** How many rows the last answer had. */
    long rows() {
        return rows;
    }
}
