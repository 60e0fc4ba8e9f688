package io.belvedere.model;

import java.util.Comparator;

/** One published version of a view, written {@code domain.name@1.2.0}. */
public record ViewId(ViewName name, Version version) implements Comparable<ViewId> {
    private static final Comparator<ViewId> ORDER =
            Comparator.comparing(ViewId::name).thenComparing(ViewId::version);

    /** Reads {@code domain.name@1.2.0}; throws {@link IllegalArgumentException} for anything else. */
    public static ViewId parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("a view's version is written domain.name@1.2.0");
        }
        return new ViewId(ViewName.parse(text.substring(0, at)), Version.parse(text.substring(at + 1)));
    }

    @Override
    public int compareTo(ViewId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
