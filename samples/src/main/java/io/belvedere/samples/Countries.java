package io.belvedere.samples;

import java.util.List;
import java.util.random.RandomGenerator;

/** The countries the chain sells in. */
final class Countries {
    static final List<Country> ALL =
            Texts.lines("countries.txt").map(Country::parse).toList();
    private static final int WEIGHTS = ALL.stream().mapToInt(Country::weight).sum();

    private Countries() {}

    /** One country; {@code weight} is its share of customers and stores, {@code names} the language its people's names are drawn from. */
    record Country(
            String code, String name, String region, int weight, String names, String dial, List<String> cities) {
        Country {
            cities = List.copyOf(cities);
        }

        private static Country parse(String line) {
            var parts = line.split("\\|", -1);
            return new Country(
                    parts[0],
                    parts[1],
                    parts[2],
                    Integer.parseInt(parts[3]),
                    parts[4],
                    parts[5],
                    List.of(parts[6].split(";", -1)));
        }
    }

    static Country draw(RandomGenerator chance) {
        var rest = chance.nextInt(WEIGHTS);
        for (var country : ALL) {
            rest -= country.weight();
            if (rest < 0) {
                return country;
            }
        }
        throw new IllegalStateException("weights do not add up");
    }
}
