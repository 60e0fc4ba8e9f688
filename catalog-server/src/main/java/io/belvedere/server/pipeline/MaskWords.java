package io.belvedere.server.pipeline;

import io.belvedere.policy.Mask;

/** Masks in plain words for those who see them; no constant and no key is said. */
final class MaskWords {
    private MaskWords() {}

    static String of(Mask mask) {
        return switch (mask) {
            case Mask.None _ -> "as it is";
            case Mask.Hidden _ -> "hidden";
            case Mask.Null _ -> "always empty";
            case Mask.Constant _ -> "the same value in every row";
            case Mask.Redact _ -> "replaced by ***";
            case Mask.KeepFirst(int characters) -> characters(characters, "first");
            case Mask.KeepLast(int characters) -> characters(characters, "last");
            case Mask.Email _ -> "e-mail form";
            case Mask.DateTrunc(Mask.DateTrunc.Unit unit) ->
                switch (unit) {
                    case MONTH -> "the month only";
                    case QUARTER -> "the quarter only";
                    case YEAR -> "the year only";
                };
            case Mask.Bucket(long width) -> "rounded down to a multiple of " + width;
            case Mask.Hash _ -> "replaced by a keyed hash";
        };
    }

    private static String characters(int count, String which) {
        return "the " + which + (count == 1 ? " character only" : " " + count + " characters only");
    }
}
