package io.belvedere.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the masks are written in JSON: the word under {@code mask}, and the one parameter that some have. */
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
    BUCKET("width");

    private final Optional<String> parameter;

    MaskForm() {
        this.parameter = Optional.empty();
    }

    MaskForm(String parameter) {
        this.parameter = Optional.of(parameter);
    }

    Optional<String> parameter() {
        return parameter;
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
