package io.belvedere.federation.dialect;

import io.belvedere.model.expr.Literal;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;

/** How a literal is written, and which columns can hold it; a comparison may be written otherwise for another spelling. */
public enum Spelling {
    /** Between quotes, as it is. */
    QUOTED,
    /** Otherwise, of characters that MariaDB's latin1 has, which is Windows-1252. */
    LATIN,
    /** Otherwise, of the first 65,536 characters. */
    BASIC,
    /** Otherwise. */
    FULL;

    private static final Charset WINDOWS = Charset.forName("windows-1252");

    static Spelling of(Literal value, String sql) {
        if (sql.startsWith("'")) {
            return QUOTED;
        }
        return value instanceof Literal.Text(String text) ? of(text) : LATIN;
    }

    /** Of a text that is not written between quotes. */
    static Spelling of(String text) {
        CharsetEncoder latin = WINDOWS.newEncoder();
        if (latin.canEncode(text)) {
            return LATIN;
        }
        return text.chars().noneMatch(unit -> Character.isSurrogate((char) unit)) ? BASIC : FULL;
    }
}
