package io.belvedere.testkit.mutants;

import java.util.List;

/** One way in which governance could be broken, made in compiled classes. Its makers are enums, whose constants' names name it. */
public interface Mutant {
    String name();

    /** What is broken, in a few words. */
    String says();

    List<Damage> damages();

    /** The names of the tests that must fail. */
    List<String> tests();

    /** The mutants as a table of the documentation. */
    static String table(String guards, List<? extends Mutant> mutants) {
        StringBuilder table =
                new StringBuilder("| mutant | what is broken | killed by, of `" + guards + "` |\n|---|---|---|\n");
        for (Mutant mutant : mutants) {
            table.append("| ")
                    .append(mutant.name())
                    .append(" | ")
                    .append(mutant.says())
                    .append(" | ")
                    .append(String.join(", ", mutant.tests()))
                    .append(" |\n");
        }
        return table.toString();
    }
}
