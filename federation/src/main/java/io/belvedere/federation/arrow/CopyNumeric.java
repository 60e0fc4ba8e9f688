package io.belvedere.federation.arrow;

import io.belvedere.model.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;

/**
 * A {@code numeric} of the server as a decimal of a fixed scale. On the wire: how many digits of base 10,000 follow, the power of the first,
 * sign, scale of display, digits; each in two bytes. Trailing zero digits are left out.
 *
 * @param type a value that is not exactly one of these is refused
 */
record CopyNumeric(DataType.Decimal type) implements CopyColumns.Decoder {
    private static final int HEADER = 4 * Short.BYTES;
    private static final int BASE = 10_000;
    private static final int BASE_DIGITS = 4;
    private static final int POSITIVE = 0;
    private static final int NEGATIVE = 0x4000;
    /** What a long holds for certain. */
    private static final int LONG_DIGITS = 18;

    /** Ten to the power of the index. */
    private static final long[] POWERS = powers();

    private static long[] powers() {
        long[] powers = new long[LONG_DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    @Override
    public int decode(CopyRows rows, int length, FieldVector vector, int row) {
        int at = rows.position();
        if (length < HEADER) {
            throw DataErrors.unfit();
        }
        int digits = rows.shortAt(at);
        int weight = rows.shortAt(at + Short.BYTES);
        int sign = rows.shortAt(at + 2 * Short.BYTES);
        if ((sign != POSITIVE && sign != NEGATIVE) || digits < 0 || length != HEADER + digits * Short.BYTES) {
            throw DataErrors.unfit();
        }
        // The power of ten of the last digit, in units of the wanted scale.
        int shift = BASE_DIGITS * (weight - digits + 1) + type.scale();
        DecimalVector decimals = (DecimalVector) vector;
        if (digits == 0) {
            decimals.set(row, 0);
        } else if (BASE_DIGITS * digits + Math.max(0, shift) <= LONG_DIGITS && shift >= -LONG_DIGITS) {
            long unscaled = scaled(unscaled(rows, at + HEADER, digits), shift);
            decimals.set(row, sign == NEGATIVE ? -unscaled : unscaled);
        } else {
            decimals.set(row, exact(rows, at + HEADER, digits, weight, sign));
        }
        return 0;
    }

    private static long unscaled(CopyRows rows, int at, int digits) {
        long value = 0;
        for (int i = 0; i < digits; i++) {
            value = value * BASE + rows.shortAt(at + i * Short.BYTES);
        }
        return value;
    }

    private long scaled(long value, int shift) {
        long divisor = POWERS[Math.max(0, -shift)];
        long unscaled = value / divisor * POWERS[Math.max(0, shift)];
        if (value % divisor != 0 || (type.precision() < LONG_DIGITS && unscaled >= POWERS[type.precision()])) {
            throw DataErrors.unfit();
        }
        return unscaled;
    }

    private BigDecimal exact(CopyRows rows, int at, int digits, int weight, int sign) {
        BigInteger value = BigInteger.ZERO;
        BigInteger base = BigInteger.valueOf(BASE);
        for (int i = 0; i < digits; i++) {
            value = value.multiply(base).add(BigInteger.valueOf(rows.shortAt(at + i * Short.BYTES)));
        }
        BigDecimal number =
                new BigDecimal(sign == NEGATIVE ? value.negate() : value, BASE_DIGITS * (digits - 1 - weight));
        return ColumnWriters.exact(number, type);
    }
}
