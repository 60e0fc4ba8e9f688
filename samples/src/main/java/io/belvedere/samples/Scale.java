package io.belvedere.samples;

/**
 * How big the coffee chain is.
 *
 * @param orders each has one to six items (2.6 on average) and one payment
 * @param stores each stocks every product
 */
public record Scale(String name, int customers, int orders, int products, int stores) {
    /** What the demo and the benchmarks run on: more than a million order items. */
    public static final Scale FULL = new Scale("full", 24_000, 420_000, 360, 140);

    /** A twentieth of that, for tests. */
    public static final Scale SMALL = new Scale("small", 1_200, 21_000, 120, 40);

    public Scale {
        if (customers < 100 || orders < 100 || products < 10 || stores < Countries.ALL.size()) {
            throw new IllegalArgumentException(
                    "A chain has 100 customers, 100 orders, 10 products and a store in each country");
        }
    }
}
