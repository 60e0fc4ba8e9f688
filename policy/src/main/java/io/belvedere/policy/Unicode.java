package io.belvedere.policy;

/** Text that is Unicode: no half of a surrogate pair without the other (Unicode 17, D84). */
final class Unicode {
    private Unicode() {}

    static boolean isWellFormed(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
