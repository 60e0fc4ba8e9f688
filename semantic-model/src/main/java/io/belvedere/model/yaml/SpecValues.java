package io.belvedere.model.yaml;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values that specs of views and of sources write alike. */
final class SpecValues {
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m|h)");

    private SpecValues() {}

    /** A duration like {@code 10s}; the fallback when it is absent or does not have the form, which is reported elsewhere. */
    static Duration duration(@Nullable String text, Duration fallback) {
        Matcher form = DURATION.matcher(text == null ? "" : text);
        if (!form.matches()) {
            return fallback;
        }
        long count = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    static Optional<DataType> type(Object column, @Nullable String text, Places places, Problems problems) {
        return text == null || !text.matches(Forms.TYPE)
                ? Optional.empty()
                : problems.attempt(places.of(column, "type"), () -> DataType.parse(text));
    }

    static Presence presence(@Nullable Boolean required) {
        return Boolean.TRUE.equals(required) ? Presence.REQUIRED : Presence.OPTIONAL;
    }

    static KeyPart keyPart(@Nullable Boolean key) {
        return Boolean.TRUE.equals(key) ? KeyPart.KEY : KeyPart.NONE;
    }

    static Set<Classification> classes(Object column, @Nullable List<String> words, Places places, Problems problems) {
        Set<Classification> classes = new HashSet<>();
        List<String> all = words == null ? List.of() : words;
        for (int index = 0; index < all.size(); index++) {
            String word = all.get(index);
            if (word != null) {
                Position at = places.ofItem(column, "classification", index);
                problems.attempt(at, () -> new Classification(word)).ifPresent(classes::add);
            }
        }
        return classes;
    }

    /** Reports each name that stands in the list already. */
    static <S> void refuseTwice(
            String what,
            @Nullable List<S> specs,
            Function<S, @Nullable String> name,
            Places places,
            Problems problems) {
        Set<String> seen = new HashSet<>();
        for (S spec : present(specs)) {
            String word = name.apply(spec);
            if (word != null && !seen.add(word)) {
                problems.add(
                        DiagnosticCode.DUPLICATE_NAME,
                        places.of(spec, "name"),
                        "This " + what + "'s name stands above already; names differ within a list.");
            }
        }
    }

    static Optional<ColumnName> columnName(Object column, @Nullable String text, Places places, Problems problems) {
        return text == null
                ? Optional.empty()
                : problems.attempt(places.of(column, "name"), () -> new ColumnName(text));
    }

    /** The elements that could be bound; those that could not are reported elsewhere. */
    static <S> List<S> present(@Nullable List<S> specs) {
        return specs == null
                ? List.of()
                : specs.stream().filter(Objects::nonNull).toList();
    }

    /** Whether a text of the file is a plain name, which a message may repeat. */
    static boolean isName(@Nullable String text) {
        return text != null && text.length() <= Forms.NAME_MAX && text.matches(Forms.NAME);
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
