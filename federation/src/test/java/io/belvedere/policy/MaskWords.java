package io.belvedere.policy;

import java.util.Arrays;
import java.util.List;

/** The words of the catalogue of masks, as policy writes them. */
public final class MaskWords {
    private MaskWords() {}

    /** A mask's word and its parameters; those in brackets may be left out. */
    public record Form(String word, List<String> parameters) {}

    public static List<Form> all() {
        return Arrays.stream(MaskForm.values())
                .map(form -> new Form(form.word(), parameters(form)))
                .toList();
    }

    private static List<String> parameters(MaskForm form) {
        List<String> parameters =
                new java.util.ArrayList<>(form.parameter().stream().toList());
        form.others().forEach(other -> parameters.add("[" + other + "]"));
        return parameters;
    }
}
