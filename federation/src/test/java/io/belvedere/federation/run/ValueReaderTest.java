package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bounds for exact numbers: what they let pass is what the comparison of binary fractions lets pass. */
class ValueReaderTest {
    @Test
    void aBoundLetsPassWhatTheComparisonOfFractionsLetsPass() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            int scale = random.nextInt(7);
            BigDecimal number = new BigDecimal(new java.math.BigInteger(1 + random.nextInt(100), random), scale);
            BigDecimal signed = random.nextBoolean() ? number : number.negate();
            double near = signed.doubleValue();
            for (double value :
                    new double[] {near, Math.nextUp(near), Math.nextDown(near), near * random.nextDouble()}) {
                BigDecimal highest = ValueReader.highest(value, scale);
                BigDecimal lowest = ValueReader.lowest(value, scale);
                assertThat(signed.compareTo(highest) > 0).isEqualTo(near > value);
                assertThat(signed.compareTo(lowest) >= 0).isEqualTo(near >= value);
            }
        }
    }

    @Test
    void whatIsNoNumberIsAboveAllNumbersAndInfinityBeyondThem() {
        BigDecimal large = BigDecimal.TEN.pow(38);
        for (double above : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
            assertThat(ValueReader.highest(above, 2)).isGreaterThan(large);
            assertThat(ValueReader.lowest(above, 2)).isGreaterThan(large);
        }
        assertThat(ValueReader.lowest(Double.NEGATIVE_INFINITY, 2)).isLessThan(large.negate());
        assertThat(ValueReader.highest(-1e300, 0)).isLessThan(large.negate());
    }

    @Test
    void zeroIsZeroWhateverItsSign() {
        for (double zero : new double[] {0.0, -0.0}) {
            assertThat(ValueReader.highest(zero, 2)).isEqualByComparingTo("0");
            assertThat(ValueReader.lowest(zero, 2)).isEqualByComparingTo("0");
        }
    }
}
