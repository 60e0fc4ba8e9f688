package io.belvedere.federation.dialect;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a source's catalog says of a text column. It may be out of date: it decides which superset of the rows is asked for by an index,
 * never which rows are right.
 *
 * @param charset as MariaDB and MySQL name it
 * @param collation one of that character set
 */
public record TextColumn(String charset, String collation) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,64}");
    /** Without the rules of any one language, by which two characters may be one. */
    private static final Pattern CHARACTER_BY_CHARACTER =
            Pattern.compile("[a-z0-9]+_(bin|nopad_bin|general_(nopad_)?ci|unicode_(520_)?(nopad_)?ci|swedish_ci"
                    + "|uca1400_(nopad_)?(ai|as)_(ci|cs)|0900_(bin|(ai|as)_(ci|cs)))");

    public TextColumn {
        if (!NAME.matcher(charset).matches() || !NAME.matcher(collation).matches()) {
            throw new IllegalArgumentException("a character set and a collation have names of lower-case letters");
        }
    }

    /** Empty for names that are none. */
    public static Optional<TextColumn> of(String charset, String collation) {
        return NAME.matcher(charset).matches() && NAME.matcher(collation).matches()
                ? Optional.of(new TextColumn(charset, collation))
                : Optional.empty();
    }

    /** Whether the column's character set has every character of a literal that is spelled so. */
    public boolean holds(Spelling spelling) {
        return switch (spelling) {
            case ASCII -> true;
            case LATIN -> isUnicode() || charset.equals("latin1");
            case BASIC -> isUnicode();
            case FULL -> isUnicode() && !isBasic();
        };
    }

    private boolean isUnicode() {
        return isBasic()
                || switch (charset) {
                    case "utf8mb4", "utf16", "utf16le", "utf32" -> true;
                    default -> false;
                };
    }

    private boolean isBasic() {
        return switch (charset) {
            case "utf8mb3", "utf8", "ucs2" -> true;
            default -> false;
        };
    }

    /** Whether a pattern that fits by code point fits in the column's collation too, for sure. */
    boolean comparesByCharacter() {
        return CHARACTER_BY_CHARACTER.matcher(collation).matches();
    }
}
