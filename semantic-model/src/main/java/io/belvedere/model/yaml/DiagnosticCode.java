package io.belvedere.model.yaml;

/** Everything that can be wrong with a catalog file. A code is never renamed and never re-used. */
public enum DiagnosticCode {
    FOLDER_TOO_LARGE("The catalog folder holds too many files."),
    FOLDER_MISSING("A folder of the catalog is gone."),
    FILE_UNREADABLE("The file cannot be read."),
    FILE_TOO_LARGE("The file is too large."),
    SYMLINK_REFUSED("A symbolic link leaves the catalog folder, or stands for a folder."),
    TEXT_NOT_UTF8("The file is not UTF-8."),
    TEXT_NOT_NFC("The text is not in Unicode normalization form C"),
    TEXT_INVISIBLE("The text holds a control, invisible or direction-changing character."),
    YAML_INVALID("The file is not well-formed YAML"),
    YAML_EMPTY("The file holds no definition."),
    YAML_DOCUMENTS("The file holds more than one document."),
    YAML_DIRECTIVE("Directives are not accepted."),
    YAML_ALIAS("Anchors and aliases are not accepted."),
    YAML_TAG("Tags are not accepted."),
    YAML_MERGE_KEY("Merge keys are not accepted."),
    YAML_KEY("A key is not a plain word."),
    YAML_DUPLICATE_KEY("A key stands twice in one mapping."),
    YAML_TOO_DEEP("The file is nested too deep."),
    YAML_TOO_LARGE("The file holds too many values."),
    API_VERSION_UNSUPPORTED("The apiVersion is not supported."),
    UNSUPPORTED_KIND("The kind is not supported."),
    KIND_MISPLACED("The kind belongs in another folder."),
    KEY_UNKNOWN("The key is not known here."),
    KEY_MISSING("A required key is missing."),
    VALUE_TYPE("The value has the wrong type."),
    VALUE_INVALID("The value is outside what is allowed."),
    SECRET_LITERAL("A secret stands in the file."),
    VARIABLE_MISSING("A variable is not set."),
    VARIABLE_REFUSED("A variable cannot be used here."),
    TLS_REQUIRED("A connection in the clear leaves the machine."),
    DUPLICATE_NAME("A name stands twice in one list."),
    DUPLICATE_SHARD("Two shards are the same database."),
    DUPLICATE_SOURCE("Two files define one source."),
    DUPLICATE_VIEW_VERSION("Two files define one version of a view."),
    DUPLICATE_DIMENSION("Two files define one dimension."),
    NAME_TAKEN("A name that a query could read in two ways."),
    SPLIT_INVALID("The split does not fit the shards or the tables."),
    REFERENCE_UNKNOWN("What is named does not exist."),
    VERSION_UNDERDECLARED("A version changes more than its number says."),
    PROBLEMS_CUT("The file has more problems than are listed.");

    private final String title;

    DiagnosticCode(String title) {
        this.title = title;
    }

    /** One short sentence for people, the same for every occurrence. */
    public String title() {
        return title;
    }
}
