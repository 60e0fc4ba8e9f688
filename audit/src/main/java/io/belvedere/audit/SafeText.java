package io.belvedere.audit;

/**
 * Text from outside, made fit for a record: bounded, and without a character that a terminal, a viewer or a line-based tool
 * would act on instead of showing.
 *
 * <p>Controls, format characters (bidirectional overrides, zero-width ones), separators of lines and paragraphs, private and
 * unassigned code points and halves of surrogate pairs are written as a backslash and {@code n}, {@code r}, {@code t}
 * or {@code u{hex}}; a backslash is doubled, so that what was there can be told from what was written for it.
 *
 * @param text the text as it is recorded
 * @param truncated whether something was cut off
 */
record SafeText(String text, boolean truncated) {
    /** The text in at most {@code bytesMax} bytes of UTF-8, as they stand in JSON; cut between code points. */
    static SafeText of(String text, int bytesMax) {
        if (isPlain(text, bytesMax)) {
            return new SafeText(text, false);
        }
        StringBuilder safe = new StringBuilder(Math.min(text.length(), bytesMax) + 16);
        int bytes = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int before = safe.length();
            append(safe, point);
            bytes += bytes(safe, before);
            if (bytes > bytesMax) {
                safe.setLength(before);
                return new SafeText(safe.toString(), true);
            }
            at += Character.charCount(point);
        }
        return new SafeText(safe.toString(), false);
    }

    /** Whether it is as it has to be, which most texts are. */
    private static boolean isPlain(String text, int bytesMax) {
        if (text.length() > bytesMax) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit < ' ' || unit >= 127 || unit == '\\' || unit == '"') {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder safe, int point) {
        if (point >= ' ' && point < 127 && point != '\\') {
            safe.append((char) point);
            return;
        }
        switch (point) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            case '\\' -> safe.append("\\\\");
            default -> {
                if (shows(point)) {
                    safe.appendCodePoint(point);
                } else {
                    safe.append("\\u{").append(Integer.toHexString(point)).append('}');
                }
            }
        }
    }

    private static boolean shows(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static int bytes(StringBuilder text, int from) {
        int bytes = 0;
        for (int at = from; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit == '"' || unit == '\\') {
                // JSON escapes them.
                bytes += 2;
            } else if (unit < 0x80) {
                bytes += 1;
            } else if (unit < 0x800 || Character.isSurrogate(unit)) {
                bytes += 2;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }
}
