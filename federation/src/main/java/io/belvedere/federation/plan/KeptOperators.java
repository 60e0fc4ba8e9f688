package io.belvedere.federation.plan;

import io.belvedere.federation.plan.PlanReport.KeptBack;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexInputRef;

/** The operators of one tree that no source runs, each with one reason. Used by the one thread that plans. */
final class KeptOperators {
    // By identity: two operators that read the same are still two.
    private final IdentityHashMap<RelNode, String> reasons = new IdentityHashMap<>();

    /** The first reason counts: what is said later only follows from it. */
    void note(RelNode operator, String reason) {
        reasons.putIfAbsent(operator, reason);
    }

    /** Notes an operator that stayed in the engine and for which no reason of its own was given. */
    void noteKept(RelNode operator) {
        if (operator instanceof Values) {
            note(operator, "it holds constants, which no source need be asked for");
        } else if (operator instanceof Join join) {
            note(join, sides(join));
        } else if (!isPick(operator)) {
            note(operator, "what it reads is only put together in the engine");
        }
    }

    private static String sides(Join join) {
        SortedSet<String> left = sources(join.getLeft());
        SortedSet<String> right = sources(join.getRight());
        return left.equals(right)
                ? "what it reads is only put together in the engine"
                : "its sides stand in different places: " + inWords(left) + " on the left, " + inWords(right)
                        + " on the right";
    }

    private static String inWords(SortedSet<String> places) {
        return places.isEmpty() ? "constants" : String.join(" and ", places);
    }

    private static SortedSet<String> sources(RelNode rel) {
        SortedSet<String> names = new TreeSet<>();
        if (rel instanceof TableScan scan) {
            names.add(Trees.table(scan).source().value());
        }
        rel.getInputs().forEach(input -> names.addAll(sources(input)));
        return names;
    }

    /** Choosing and renaming columns is no work that somebody would push. */
    private static boolean isPick(RelNode operator) {
        return operator instanceof Project project
                && project.getProjects().stream().allMatch(each -> each instanceof RexInputRef);
    }

    /** From the top of the tree down, as they were noted. */
    List<KeptBack> list(RelNode tree) {
        List<KeptBack> found = new ArrayList<>();
        collect(tree, found);
        return found;
    }

    private void collect(RelNode rel, List<KeptBack> found) {
        String reason = reasons.get(rel);
        if (reason != null) {
            found.add(new KeptBack(OperatorWords.of(rel), reason));
        }
        rel.getInputs().forEach(input -> collect(input, found));
    }
}
