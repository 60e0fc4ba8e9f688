package io.belvedere.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A view as a query names it: {@code domain.name} for the newest published version, or pinned as {@code name@1},
 * {@code name@1.2} or {@code name@1.2.0}.
 */
public record ViewReference(ViewName name, Pin pin) {
    private static final Pattern PIN = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6})(?:\\.(\\d{1,6}))?)?");

    /** Which versions a reference accepts; the newest of them is taken. */
    public sealed interface Pin {
        boolean accepts(Version version);
    }

    /** Any version. */
    public record Newest() implements Pin {
        @Override
        public boolean accepts(Version version) {
            return true;
        }
    }

    /** Any version of one major. */
    public record Major(int major) implements Pin {
        @Override
        public boolean accepts(Version version) {
            return version.major() == major;
        }
    }

    /** Any patch of one minor. */
    public record Minor(int major, int minor) implements Pin {
        @Override
        public boolean accepts(Version version) {
            return version.major() == major && version.minor() == minor;
        }
    }

    /** Exactly one version. */
    public record Exact(Version version) implements Pin {
        @Override
        public boolean accepts(Version candidate) {
            return candidate.equals(version);
        }
    }

    /** Reads {@code domain.name} with an optional pin; throws {@link IllegalArgumentException} for anything else. */
    public static ViewReference parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new ViewReference(ViewName.parse(text), new Newest())
                : new ViewReference(ViewName.parse(text.substring(0, at)), parsePin(text.substring(at + 1)));
    }

    @Override
    public String toString() {
        return switch (pin) {
            case Newest _ -> name.toString();
            case Major(int major) -> name + "@" + major;
            case Minor(int major, int minor) -> name + "@" + major + "." + minor;
            case Exact(Version version) -> name + "@" + version;
        };
    }

    private static Pin parsePin(String text) {
        Matcher pin = PIN.matcher(text);
        if (!pin.matches()) {
            throw new IllegalArgumentException("a version is pinned as @1, @1.2 or @1.2.0");
        }
        int major = Integer.parseInt(pin.group(1));
        if (pin.group(2) == null) {
            return new Major(major);
        }
        int minor = Integer.parseInt(pin.group(2));
        return pin.group(3) == null
                ? new Minor(major, minor)
                : new Exact(new Version(major, minor, Integer.parseInt(pin.group(3))));
    }
}
