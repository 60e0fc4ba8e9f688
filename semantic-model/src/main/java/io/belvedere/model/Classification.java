package io.belvedere.model;

import java.util.regex.Pattern;

/** A class of data that policy speaks about, for example {@code pii.email}: dotted lower-case words. */
public record Classification(String value) implements Comparable<Classification> {
    private static final Pattern DOTTED = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");

    public Classification {
        if (value.length() > Names.LENGTH_MAX || !DOTTED.matcher(value).matches()) {
            throw new IllegalArgumentException("a classification is dotted lower-case words, like pii.email");
        }
    }

    @Override
    public int compareTo(Classification other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
