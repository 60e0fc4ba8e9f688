package io.belvedere.federation.run;

import io.belvedere.model.DataType;
import java.util.List;

/**
 * Distinct, non-NULL key values on their way to a source, as text: numbers in plain decimal, dates and times in ISO form with a
 * space, binary in hexadecimal, booleans as {@code true} and {@code false}. They are rows of somebody's data and never shown.
 */
record ShippedKeys(DataType type, List<String> texts) {
    ShippedKeys {
        texts = List.copyOf(texts);
    }

    @Override
    public String toString() {
        return texts.size() + " keys";
    }
}
