package io.belvedere.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the masks are written in JSON: the word under {@code mask}, the one parameter that some have, and those that may be left out. */
enum MaskForm {
    NONE,
    HIDDEN,
    NULL,
    CONSTANT("value"),
    REDACT,
    KEEP_FIRST("characters"),
    KEEP_LAST("characters"),
    EMAIL,
    DATE_TRUNC("unit"),
    BUCKET("width"),
    HASH("salt", "key");

    private final Optional<String> parameter;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which its type does not say
    private final List<String> others;

    MaskForm() {
        this.parameter = Optional.empty();
        this.others = List.of();
    }

    MaskForm(String parameter, String... others) {
        this.parameter = Optional.of(parameter);
        this.others = List.of(others);
    }

    Optional<String> parameter() {
        return parameter;
    }

    /** Parameters that may be left out. */
    List<String> others() {
        return others;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<MaskForm> find(String word) {
        return Arrays.stream(values()).filter(form -> form.word().equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(MaskForm::word).collect(Collectors.joining(", "));
    }
}
