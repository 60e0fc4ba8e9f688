package io.belvedere.model.yaml;

import java.text.Normalizer;
import java.util.HexFormat;

/**
 * Which characters a catalog file may hold: those that a reviewer sees.
 *
 * <p>Refused are controls other than tab and line end, everything that changes the direction of text, everything that is
 * invisible by the Unicode property Default_Ignorable_Code_Point (zero-width, fillers, variation selectors, tags), and line ends that
 * editors and YAML count differently.
 */
final class Characters {
    /** Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt) outside of category Cf, as pairs of bounds. */
    private static final int[] IGNORABLE = {
        0x034F, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x2065, 0x2065, 0x3164, 0x3164, 0xFE00, 0xFE0F,
        0xFFA0, 0xFFA0, 0xFFF0, 0xFFF8, 0xE0000, 0xE0FFF
    };

    private Characters() {}

    /** The index of the first character that is refused; -1 when there is none. */
    static int firstInvisible(String text) {
        for (int index = 0; index < text.length(); ) {
            int character = text.codePointAt(index);
            boolean lineEnd = character == '\r' && index + 1 < text.length() && text.charAt(index + 1) == '\n';
            if (!lineEnd && isInvisible(character)) {
                return index;
            }
            index += Character.charCount(character);
        }
        return -1;
    }

    /** The index of the first character that normalization form C changes. */
    static int firstNotNormal(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
        int index = 0;
        while (index < text.length() && index < normal.length() && text.charAt(index) == normal.charAt(index)) {
            index++;
        }
        return index;
    }

    /** The character by its number, because it cannot be shown. */
    static String describe(int character) {
        return "The character U+" + digits(character);
    }

    /** The character by its number, for a name that cannot be shown as it is. */
    static String escape(int character) {
        return "\\u{" + digits(character) + "}";
    }

    private static String digits(int character) {
        return HexFormat.of().withUpperCase().toHexDigits(character, 6).replaceFirst("^00?", "");
    }

    private static boolean isInvisible(int character) {
        if ((character >= ' ' && character < 0x7F) || character == '\n' || character == '\t') {
            return false;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> (character & 0xFFFE) == 0xFFFE || isIgnorable(character);
        };
    }

    private static boolean isIgnorable(int character) {
        for (int pair = 0; pair < IGNORABLE.length; pair += 2) {
            if (character >= IGNORABLE[pair] && character <= IGNORABLE[pair + 1]) {
                return true;
            }
        }
        return false;
    }
}
