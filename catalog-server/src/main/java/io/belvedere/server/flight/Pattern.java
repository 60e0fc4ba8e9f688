package io.belvedere.server.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A filter for names as JDBC writes it: {@code %} for any characters, {@code _} for one, {@code \} before what stands for itself. */
record Pattern(Optional<List<Sign>> signs) {
    /** A sign of the filter: a character, or one of the two that stand for others. */
    private record Sign(Kind kind, char literal) {
        enum Kind {
            ANY,
            ONE,
            LITERAL
        }

        boolean takes(char character) {
            return kind == Kind.ONE || (kind == Kind.LITERAL && literal == character);
        }
    }

    /** A filter that is left out matches everything. */
    static Pattern of(Optional<String> filter) {
        return new Pattern(filter.map(Pattern::read));
    }

    private static List<Sign> read(String filter) {
        List<Sign> signs = new ArrayList<>(filter.length());
        for (int i = 0; i < filter.length(); i++) {
            char sign = filter.charAt(i);
            if (sign == '%') {
                signs.add(new Sign(Sign.Kind.ANY, sign));
            } else if (sign == '_') {
                signs.add(new Sign(Sign.Kind.ONE, sign));
            } else {
                char literal = sign == '\\' && i + 1 < filter.length() ? filter.charAt(++i) : sign;
                signs.add(new Sign(Sign.Kind.LITERAL, literal));
            }
        }
        return List.copyOf(signs);
    }

    /** In time that grows with both lengths only, whatever the filter: of several {@code %} only the last is ever gone back to. */
    boolean matches(String name) {
        if (signs.isEmpty()) {
            return true;
        }
        List<Sign> all = signs.get();
        int at = 0;
        int sign = 0;
        int lastAny = -1;
        int resume = 0;
        while (at < name.length()) {
            if (sign < all.size() && all.get(sign).takes(name.charAt(at))) {
                at++;
                sign++;
            } else if (sign < all.size() && all.get(sign).kind() == Sign.Kind.ANY) {
                lastAny = sign++;
                resume = at;
            } else if (lastAny >= 0) {
                sign = lastAny + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        return all.subList(sign, all.size()).stream().allMatch(each -> each.kind() == Sign.Kind.ANY);
    }
}
