package io.belvedere.testkit.hunt;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a query small while it still shows what it showed. */
final class Shrinker {
    private static final int TRIES_MAX = 300;

    private Shrinker() {}

    static HuntedQuery shrink(HuntedQuery query, Predicate<HuntedQuery> stillShows) {
        HuntedQuery smallest = query;
        Set<String> tried = new HashSet<>();
        boolean found = true;
        int tries = 0;
        while (found && tries < TRIES_MAX) {
            found = false;
            List<Node> candidates = smallest.node().simpler().stream()
                    .sorted(Comparator.comparingInt(Node::size))
                    .toList();
            for (Node candidate : candidates) {
                HuntedQuery simpler = new HuntedQuery(query.seed(), (Node.Term) candidate);
                if (isSmaller(simpler, smallest)
                        && tried.add(simpler.sql(Side.ASKED))
                        && tries++ < TRIES_MAX
                        && stillShows.test(simpler)) {
                    smallest = simpler;
                    found = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private static boolean isSmaller(HuntedQuery one, HuntedQuery other) {
        return one.sql(Side.ASKED).length() < other.sql(Side.ASKED).length();
    }
}
