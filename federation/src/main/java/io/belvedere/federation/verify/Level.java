package io.belvedere.federation.verify;

import java.util.ArrayList;
import java.util.List;

/** The barriers above a place, outermost first. Each has a number of its own, however often its view is named. */
record Level(List<Integer> barriers) {
    static final Level TOP = new Level(List.of());

    Level {
        barriers = List.copyOf(barriers);
    }

    boolean isWithin(Level outer) {
        return barriers.size() >= outer.barriers.size()
                && barriers.subList(0, outer.barriers.size()).equals(outer.barriers);
    }

    Level outermost(int count) {
        return new Level(barriers.subList(0, count));
    }

    Level under(int barrier) {
        List<Integer> deeper = new ArrayList<>(barriers);
        deeper.add(barrier);
        return new Level(deeper);
    }
}
