package io.belvedere.model.source;

import java.util.regex.Pattern;

/**
 * What a name at a source may hold. Dialects quote names; a name that holds a quote, a backslash or a control character is refused
 * all the same, so that one wrong quoting is not a hole.
 */
final class RemoteNames {
    private static final int LENGTH_MAX = 128;
    private static final Pattern FORM = Pattern.compile("[^\"'`\\\\\\p{Cntrl}]+");

    private RemoteNames() {}

    static void require(String name) {
        if (name.length() > LENGTH_MAX || !FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("a name at a source is 1 to " + LENGTH_MAX
                    + " characters without quotes, backslash or control characters");
        }
    }
}
