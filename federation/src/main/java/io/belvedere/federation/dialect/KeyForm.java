package io.belvedere.federation.dialect;

/** How shipped keys are written for a product. */
public sealed interface KeyForm {
    /** One array parameter a column: {@code c = ANY (?)}, several columns by {@code unnest}. */
    record Arrays() implements KeyForm {}

    /**
     * Lists of literals; as many lists as needed, joined by OR.
     *
     * @param listMax elements in one list
     */
    record Lists(int listMax) implements KeyForm {
        public Lists {
            if (listMax < 1) {
                throw new IllegalArgumentException("a list holds at least one key");
            }
        }
    }

    /** One text parameter that holds all keys as JSON, read as a table by the server. */
    record Json() implements KeyForm {}
}
