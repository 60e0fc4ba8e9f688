package io.belvedere.samples;

import java.util.List;
import java.util.random.RandomGenerator;

/** Card numbers that pass the Luhn check and lie in the ranges that processors keep for tests. */
final class Cards {
    private static final List<String> TEST_RANGES =
            List.of("411111111111", "400000000000", "555555555555", "222300000000", "510510510510");
    private static final int DIGITS = 16;

    private Cards() {}

    static String draw(RandomGenerator chance) {
        var digits = new StringBuilder(Draw.pick(TEST_RANGES, chance));
        while (digits.length() < DIGITS - 1) {
            digits.append((char) ('0' + chance.nextInt(10)));
        }
        return digits.append((char) ('0' + checkDigit(digits))).toString();
    }

    /** The digit that, appended, makes the Luhn sum a multiple of ten. */
    private static int checkDigit(CharSequence digits) {
        var sum = 0;
        for (var i = 0; i < digits.length(); i++) {
            var digit = digits.charAt(digits.length() - 1 - i) - '0';
            var doubled = i % 2 == 0 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return (10 - sum % 10) % 10;
    }
}
