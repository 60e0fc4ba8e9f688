package io.belvedere.testkit;

import java.util.regex.Pattern;

/** Names that go into DDL, where no parameter can. */
final class Identifier {
    private static final Pattern PLAIN = Pattern.compile("[a-z][a-z0-9_]{0,50}");

    private Identifier() {}

    static String check(String name) {
        if (!PLAIN.matcher(name).matches()) {
            throw new IllegalArgumentException("A database name is [a-z][a-z0-9_]{0,50}");
        }
        return name;
    }
}
