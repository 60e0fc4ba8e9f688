package io.belvedere.model.source;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Files below the one folder that the operator opened for sources. Only names and slashes: no absolute path, no way up, no hidden
 * file, no URL.
 *
 * @param folder below the operator's folder; empty for that folder itself
 * @param database the database file in it, for a source that is one; empty for a source whose tables are files
 */
public record FileLocation(String folder, Optional<String> database) implements Location {
    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.=+-]*";
    private static final Pattern FOLDER = Pattern.compile("(" + NAME + "(/" + NAME + ")*)?");
    private static final Pattern DATABASE = Pattern.compile(NAME);
    private static final String PART = "(" + NAME + "|[A-Za-z0-9_=-]*\\*[A-Za-z0-9_.=+-]*)";
    private static final Pattern TABLE = Pattern.compile(PART + "(/" + PART + ")*");
    private static final int LENGTH_MAX = 512;

    public FileLocation {
        requireFolder(folder);
        database.ifPresent(FileLocation::requireDatabase);
    }

    /** Throws {@link IllegalArgumentException} for a folder that a source must not have. */
    public static void requireFolder(String folder) {
        if (folder.length() > LENGTH_MAX || !FOLDER.matcher(folder).matches()) {
            throw new IllegalArgumentException(
                    "a folder is names of letters, digits, _, ., =, + and - with / between them, and none begins with a dot");
        }
    }

    /** Throws {@link IllegalArgumentException} for a database file that a source must not have. */
    public static void requireDatabase(String database) {
        if (database.length() > LENGTH_MAX || !DATABASE.matcher(database).matches()) {
            throw new IllegalArgumentException(
                    "a database file is a name of letters, digits, _, ., =, + and -, and does not begin with a dot");
        }
    }

    /** Throws {@link IllegalArgumentException} for a table's file, or pattern of files, that a source must not have. */
    public static void requireTable(String file) {
        if (file.length() > LENGTH_MAX || !TABLE.matcher(file).matches()) {
            throw new IllegalArgumentException(
                    "a table's file is names of letters, digits, _, ., =, + and - with / between"
                            + " them, none begins with a dot, and each may have one *");
        }
    }
}
