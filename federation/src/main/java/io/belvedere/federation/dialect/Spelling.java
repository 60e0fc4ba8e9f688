package io.belvedere.federation.dialect;

import io.belvedere.model.expr.Literal;
import java.nio.charset.Charset;

/** Which characters a literal is spelled with, and so which columns can hold it; a comparison may be written otherwise for others. */
public enum Spelling {
    /** Those that every character set has; what is no text needs no others. */
    ASCII,
    /** More, but all of them in MariaDB's latin1, which is Windows-1252. */
    LATIN,
    /** More, but all of them among the first 65,536. */
    BASIC,
    /** Any. */
    FULL;

    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final int ASCII_END = 128;

    public static Spelling of(Literal value) {
        return value instanceof Literal.Text(String text) ? of(text) : ASCII;
    }

    public static Spelling of(String text) {
        if (text.chars().allMatch(unit -> unit < ASCII_END)) {
            return ASCII;
        }
        if (WINDOWS.newEncoder().canEncode(text)) {
            return LATIN;
        }
        return text.chars().noneMatch(unit -> Character.isSurrogate((char) unit)) ? BASIC : FULL;
    }
}
