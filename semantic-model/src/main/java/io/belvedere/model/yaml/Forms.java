package io.belvedere.model.yaml;

/** The patterns that specs, their JSON Schemas and the contract types share; anchored, because JSON Schema searches. */
final class Forms {
    static final String API_VERSION = "belvedere.io/v1";
    static final String NAME = "^[a-z][a-z0-9_]*$";
    static final String NAME_MESSAGE = "must be a lower-case word of letters, digits and _, beginning with a letter";
    static final String VIEW_NAME = "^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$";
    static final String VIEW_NAME_MESSAGE = "must be domain.name, two lower-case words of letters, digits and _";
    static final String TABLE = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)?$";
    static final String TABLE_MESSAGE = "must be table or source.table, in lower-case words of letters, digits and _";
    static final String VERSION = "^(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})$";
    static final String VERSION_MESSAGE = "must be major.minor.patch, like 1.2.0";
    static final String TYPE = "^(boolean|integer|bigint|double|varchar|varbinary|date|time|timestamp"
            + "|timestamp with time zone|decimal\\([0-9]{1,2}, ?[0-9]{1,2}\\))$";
    static final String TYPE_MESSAGE =
            "must be boolean, integer, bigint, double, decimal(p,s), varchar, varbinary, date,"
                    + " time, timestamp or timestamp with time zone; inside braces decimal(p,s) needs quotes";
    static final String CLASSIFICATION = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$";
    static final String CLASSIFICATION_MESSAGE = "must be dotted lower-case words, like pii.email";
    static final String DURATION = "^[1-9][0-9]{0,8}(ms|s|m|h)$";
    static final String DURATION_MESSAGE = "must be a whole number and a unit: ms, s, m or h, like 10s";
    static final String DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    static final String DATE_MESSAGE = "must be a date as year-month-day, like 2026-10-01";
    static final String REFERENCE = "^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*(@[0-9]{1,6}(\\.[0-9]{1,6}(\\.[0-9]{1,6})?)?)?$";
    static final String REFERENCE_MESSAGE = "must be domain.name, or pinned as domain.name@1, @1.2 or @1.2.0";
    static final String TAG = "^[A-Za-z0-9][A-Za-z0-9_.:-]*$";
    static final String TAG_MESSAGE = "must be letters, digits, _, ., : and -";
    static final String REMOTE = "^[^\"'`\\\\\\u0000-\\u001f]+$";
    static final String REMOTE_MESSAGE =
            "must be a name as the source spells it, without quotes, backslash or line end";

    static final String VARIABLE = "^\\$\\{env:[A-Za-z_][A-Za-z0-9_]{0,127}\\}$";
    static final String SECRET = "^\\$\\{(env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:/[A-Za-z0-9_./-]{1,1000})\\}$";

    static final int NAME_MAX = 128;
    static final int VIEW_NAME_MAX = 257;
    static final int TITLE_MAX = 200;
    static final int OWNER_MAX = 128;
    static final int DESCRIPTION_MAX = 4_000;
    static final int TAGS_MAX = 50;
    static final int TAG_MAX = 64;
    static final int CLASSIFICATIONS_MAX = 20;
    static final int QUERY_MAX = 64 * 1024;
    static final int LENGTH_UNCHECKED = 1_024;

    private Forms() {}
}
