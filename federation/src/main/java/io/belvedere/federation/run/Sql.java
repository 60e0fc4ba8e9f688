package io.belvedere.federation.run;

/** The little SQL that the run itself writes for the engine. */
final class Sql {
    private Sql() {}

    /** A name as the engine reads it. */
    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
