package io.belvedere.samples;

import static io.belvedere.samples.Draw.Kind.CUSTOMER;
import static io.belvedere.samples.Draw.Kind.ORDER;
import static io.belvedere.samples.Draw.Kind.PAYMENT;
import static io.belvedere.samples.Draw.Kind.PRODUCT;
import static io.belvedere.samples.Draw.Kind.STOCK;
import static io.belvedere.samples.Draw.Kind.STORE;

import io.belvedere.samples.Countries.Country;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Every row of the coffee chain, made from a seed: the same seed, scale and day give the same rows, on any machine and in any order. Ids count
 * from 1. About one order in a hundred is open; three in ten of those are past their promise date on {@code today}.
 */
final class CoffeeChainData {
    /** Changes whenever the same seed no longer gives the same rows. */
    static final int VERSION = 2;

    static final int PROMISED_AHEAD_DAYS_MAX = 21;
    private static final int HISTORY_DAYS = 3 * 365;
    private static final long PAYMENT_ID_OFFSET = 5_000_000;
    private static final List<String> SEGMENTS =
            List.of("student", "commuter", "office", "family", "connoisseur", "night owl");
    private static final List<String> PAID_WITH =
            List.of("card", "card", "card", "wallet", "wallet", "invoice", "gift card");

    private final long seed;
    private final Scale scale;
    private final LocalDate today;
    private final List<Product> products;
    private final List<Store> stores;
    private final Map<String, List<Store>> storesByCountry = new HashMap<>();

    CoffeeChainData(long seed, Scale scale, LocalDate today) {
        this.seed = seed;
        this.scale = scale;
        this.today = today;
        this.products = makeProducts();
        this.stores = makeStores();
        for (var store : stores) {
            storesByCountry
                    .computeIfAbsent(store.country().code(), _ -> new ArrayList<>())
                    .add(store);
        }
    }

    record Customer(
            long id,
            String name,
            Optional<String> email,
            Optional<String> phone,
            Optional<String> cardNumber,
            String street,
            String postcode,
            String city,
            Country country,
            Optional<String> segment,
            LocalDateTime createdAt) {}

    record Order(
            long id,
            long customerId,
            long storeId,
            Status status,
            LocalDateTime orderedAt,
            LocalDate promisedOn,
            List<Item> items) {
        Order {
            items = List.copyOf(items);
        }

        long totalCents() {
            return items.stream()
                    .mapToLong(item -> item.quantity() * item.unitPriceCents())
                    .sum();
        }

        boolean isOpen() {
            return status == Status.PLACED || status == Status.PREPARING;
        }
    }

    enum Status {
        PLACED("placed"),
        PREPARING("preparing"),
        DELIVERED("delivered"),
        CANCELLED("cancelled");

        final String word;

        Status(String word) {
            this.word = word;
        }
    }

    record Item(int lineNo, long productId, int quantity, long unitPriceCents) {}

    record Payment(
            long id, long orderId, long amountCents, String method, String status, Optional<LocalDateTime> paidAt) {}

    record Product(long id, String sku, String name, String category, long priceCents, int reorderLevel) {}

    record Store(long id, String name, String city, Country country) {}

    record Stock(long storeId, long productId, int quantity, LocalDateTime updatedAt) {}

    Scale scale() {
        return scale;
    }

    List<Product> products() {
        return products;
    }

    List<Store> stores() {
        return stores;
    }

    Customer customer(long id) {
        var chance = Draw.of(seed, CUSTOMER, id);
        var country = Countries.draw(chance);
        var name = People.draw(country.names(), chance);
        var email = People.email(name, id, chance);
        var phone = country.dial() + " " + (100 + chance.nextInt(900)) + " " + (100_000 + chance.nextInt(9_900_000));
        var card = Cards.draw(chance);
        var segment = Draw.pick(SEGMENTS, chance);
        return new Customer(
                id,
                name.full(),
                unless(chance.nextInt(100) < 3, email),
                unless(chance.nextInt(100) < 8, phone),
                unless(chance.nextInt(100) < 10, card),
                (1 + chance.nextInt(240)) + " " + name.family().written() + " St.",
                Integer.toString(10_000 + chance.nextInt(89_999)),
                Draw.pick(country.cities(), chance),
                country,
                unless(chance.nextInt(100) < 12, segment),
                moment(today.minusDays(HISTORY_DAYS + 1L + chance.nextInt(2 * 365)), chance));
    }

    Order order(long id) {
        var chance = Draw.of(seed, ORDER, id);
        var customerId = customerOf(chance);
        var store = storeNear(customerId, chance);
        var draw = chance.nextInt(1000);
        if (draw < 10) {
            return openOrder(id, customerId, store, chance);
        }
        var status = draw < 50 ? Status.CANCELLED : Status.DELIVERED;
        // Trade grows: the smaller of two ages is likelier to be small.
        var age = 1 + smallerOfTwo(HISTORY_DAYS, chance);
        var orderedOn = today.minusDays(age);
        return new Order(
                id,
                customerId,
                store,
                status,
                moment(orderedOn, chance),
                orderedOn.plusDays(chance.nextInt(5)),
                items(chance));
    }

    private Order openOrder(long id, long customerId, long store, RandomGenerator chance) {
        var status = chance.nextInt(10) < 6 ? Status.PLACED : Status.PREPARING;
        var late = chance.nextInt(10) < 3;
        var promisedOn = late
                ? today.minusDays(1 + chance.nextInt(14))
                : today.plusDays(chance.nextInt(PROMISED_AHEAD_DAYS_MAX));
        var orderedOn = (late ? promisedOn : today).minusDays(1 + chance.nextInt(4));
        return new Order(id, customerId, store, status, moment(orderedOn, chance), promisedOn, items(chance));
    }

    /** Few customers order often, most now and then, three in a hundred never. */
    private long customerOf(RandomGenerator chance) {
        var active = scale.customers() * 97L / 100;
        var rank = (long) (active * Math.pow(chance.nextDouble(), 1.6));
        return rank * 7919 % scale.customers()
                + 1; // a prime that shares no factor with the scale spreads ranks over ids
    }

    private long storeNear(long customerId, RandomGenerator chance) {
        var country = Countries.draw(Draw.of(seed, CUSTOMER, customerId));
        return Draw.pick(storesByCountry.getOrDefault(country.code(), stores), chance)
                .id();
    }

    private List<Item> items(RandomGenerator chance) {
        var count = 1 + smallerOfTwo(6, chance);
        var items = new ArrayList<Item>(count);
        for (var line = 1; line <= count; line++) {
            var product = Draw.pick(products, chance);
            var discounted = chance.nextInt(20) == 0;
            var price = discounted ? product.priceCents() * 85 / 100 : product.priceCents();
            items.add(new Item(line, product.id(), 1 + smallerOfTwo(5, chance), price));
        }
        return items;
    }

    Payment payment(Order order) {
        var chance = Draw.of(seed, PAYMENT, order.id());
        var status = switch (order.status()) {
            case PLACED, PREPARING -> chance.nextInt(100) < 55 ? "pending" : "settled";
            case DELIVERED -> chance.nextInt(200) == 0 ? "refunded" : "settled";
            case CANCELLED -> chance.nextInt(3) == 0 ? "failed" : "refunded";
        };
        var paidAt = order.orderedAt().plusSeconds(chance.nextInt(7_200));
        return new Payment(
                PAYMENT_ID_OFFSET + order.id(),
                order.id(),
                order.totalCents(),
                Draw.pick(PAID_WITH, chance),
                status,
                unless(status.equals("pending") || status.equals("failed"), paidAt));
    }

    Stock stock(Store store, Product product) {
        var chance = Draw.of(seed, STOCK, store.id() * 1_000_000 + product.id());
        var low = chance.nextInt(100) < 12;
        var quantity = low ? chance.nextInt(product.reorderLevel()) : product.reorderLevel() + chance.nextInt(400);
        return new Stock(store.id(), product.id(), quantity, moment(today.minusDays(1 + chance.nextInt(6)), chance));
    }

    private List<Product> makeProducts() {
        var origins = List.of(
                "Yirgacheffe", "Huila", "São Roque", "Antigua", "Kona", "Sidamo", "Java", "Tarrazú", "Nariño", "Kāʻū");
        var forms = List.of(
                "Espresso",
                "Filter",
                "Café crème",
                "Decaf",
                "Cold brew",
                "Pour-over",
                "Capsules",
                "Ristretto",
                "Crème brûlée latte");
        var categories = List.of("beans", "drinks", "equipment", "pastry");
        var made = new ArrayList<Product>();
        for (var id = 1; id <= scale.products(); id++) {
            var chance = Draw.of(seed, PRODUCT, id);
            made.add(new Product(
                    id,
                    "SKU-%05d".formatted(id),
                    Draw.pick(origins, chance) + " " + Draw.pick(forms, chance) + " No. " + id,
                    Draw.pick(categories, chance),
                    195 + chance.nextInt(4_000),
                    10 + chance.nextInt(31)));
        }
        return List.copyOf(made);
    }

    private List<Store> makeStores() {
        var made = new ArrayList<Store>();
        for (var id = 1; id <= scale.stores(); id++) {
            var chance = Draw.of(seed, STORE, id);
            // Each country has a store; the others stand where the customers are.
            var country = id <= Countries.ALL.size() ? Countries.ALL.get(id - 1) : Countries.draw(chance);
            var city = Draw.pick(country.cities(), chance);
            made.add(new Store(id, "Belvedere " + city + " " + id, city, country));
        }
        return List.copyOf(made);
    }

    private static int smallerOfTwo(int bound, RandomGenerator chance) {
        var one = chance.nextInt(bound);
        var other = chance.nextInt(bound);
        return Math.min(one, other);
    }

    /** A moment of a day's opening hours. */
    private static LocalDateTime moment(LocalDate day, RandomGenerator chance) {
        var second = 6 * 3600 + chance.nextInt(15 * 3600);
        return day.atTime(LocalTime.ofSecondOfDay(second)).plus(chance.nextInt(1_000_000), ChronoUnit.MICROS);
    }

    private static <T> Optional<T> unless(boolean absent, T value) {
        return absent ? Optional.empty() : Optional.of(value);
    }
}
