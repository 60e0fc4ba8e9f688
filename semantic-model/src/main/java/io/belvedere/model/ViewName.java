package io.belvedere.model;

/** The name of a view: its domain and its own name, written {@code domain.name}. */
public record ViewName(String domain, String name) implements Comparable<ViewName> {
    public ViewName {
        Names.require("a domain", domain);
        Names.require("a view's name", name);
    }

    /** Reads {@code domain.name}; throws {@link IllegalArgumentException} for anything else. */
    public static ViewName parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0) {
            throw new IllegalArgumentException("a view is named domain.name");
        }
        return new ViewName(text.substring(0, dot), text.substring(dot + 1));
    }

    @Override
    public int compareTo(ViewName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return domain + "." + name;
    }
}
