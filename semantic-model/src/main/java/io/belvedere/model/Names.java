package io.belvedere.model;

import java.util.regex.Pattern;

/** The one rule for identifiers in contracts: lower-case ASCII words, at most {@value #LENGTH_MAX} characters. */
final class Names {
    static final int LENGTH_MAX = 128;
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

    private Names() {}

    static String require(String what, String value) {
        if (value.length() > LENGTH_MAX || !WORD.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " must be a lower-case word of letters, digits and _, at most "
                    + LENGTH_MAX + " characters");
        }
        return value;
    }
}
