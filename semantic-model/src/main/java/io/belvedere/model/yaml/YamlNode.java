package io.belvedere.model.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A value of a YAML file with the place where it begins: text, lists and mappings; never a Java object of the file's choice. */
sealed interface YamlNode {
    Position position();

    /** What it is, for people. */
    String what();

    /**
     * A single value.
     *
     * @param position of its first character; of the quote, or of {@code |} or {@code >}, where it has one
     */
    record Scalar(Position position, String value, Style style) implements YamlNode {
        private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
        private static final Pattern FLOAT = Pattern.compile(
                "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
        private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
        private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");

        /** The type by the core schema of YAML 1.2.2, section 10.3, which editors and JSON Schema share. */
        Kind kind() {
            if (style != Style.PLAIN) {
                return Kind.TEXT;
            }
            if (NULL.matcher(value).matches()) {
                return Kind.NOTHING;
            }
            if (BOOLEAN.matcher(value).matches()) {
                return Kind.BOOLEAN;
            }
            if (INTEGER.matcher(value).matches()) {
                return Kind.INTEGER;
            }
            return FLOAT.matcher(value).matches() ? Kind.FLOAT : Kind.TEXT;
        }

        @Override
        public String what() {
            return switch (kind()) {
                case NOTHING -> "nothing";
                case BOOLEAN -> "true or false";
                case INTEGER, FLOAT -> "a number";
                case TEXT -> "text";
            };
        }
    }

    /** A list. */
    record Sequence(Position position, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String what() {
            return "a list";
        }
    }

    /** Keys with values, in the order of the file. */
    record Mapping(Position position, Map<String, Entry> entries) implements YamlNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String what() {
            return "a mapping";
        }
    }

    /** A key's place and its value. */
    record Entry(Position key, YamlNode value) {}

    /** How a single value is written. */
    enum Style {
        PLAIN,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        LITERAL,
        FOLDED
    }

    /** What a single value is. */
    enum Kind {
        NOTHING,
        BOOLEAN,
        INTEGER,
        FLOAT,
        TEXT
    }
}
