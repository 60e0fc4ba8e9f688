package io.belvedere.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.samples.CoffeeChainData.Customer;
import io.belvedere.samples.CoffeeChainData.Order;
import io.belvedere.samples.CoffeeChainData.Status;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CoffeeChainDataTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final CoffeeChainData DATA = new CoffeeChainData(7, Scale.SMALL, TODAY);
    private static final CoffeeChainData FULL = new CoffeeChainData(7, Scale.FULL, TODAY);
    private static final List<Customer> CUSTOMERS = LongStream.rangeClosed(1, Scale.FULL.customers())
            .mapToObj(FULL::customer)
            .toList();

    @Test
    void theSameSeedGivesTheSameRowsInAnyOrder() {
        var again = new CoffeeChainData(7, Scale.SMALL, TODAY);
        for (var id = (long) Scale.SMALL.orders(); id >= 1; id -= 13) {
            assertThat(again.order(id)).isEqualTo(DATA.order(id));
            assertThat(again.payment(again.order(id))).isEqualTo(DATA.payment(DATA.order(id)));
        }
        assertThat(again.customer(99)).isEqualTo(DATA.customer(99));
        assertThat(again.products()).isEqualTo(DATA.products());
        assertThat(again.stores()).isEqualTo(DATA.stores());
    }

    @Test
    void anotherSeedGivesOtherRows() {
        var other = new CoffeeChainData(8, Scale.SMALL, TODAY);
        assertThat(other.customer(1)).isNotEqualTo(DATA.customer(1));
        assertThat(other.order(1)).isNotEqualTo(DATA.order(1));
    }

    @Test
    void theFullChainIsAsLargeAsPromised() {
        var items = orders().mapToLong(order -> order.items().size()).sum();
        assertThat(Scale.FULL.customers()).isGreaterThanOrEqualTo(20_000);
        assertThat(Scale.FULL.orders()).isGreaterThanOrEqualTo(400_000);
        assertThat(items).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void aFewTenthsOfAPercentOfOrdersAreOpenAndLateAWeekLaterToo() {
        var open = orders().filter(Order::isOpen).toList();
        assertThat(share(open.size())).isBetween(0.009, 0.011);
        assertThat(share(lateOn(open, TODAY))).isBetween(0.002, 0.004);
        assertThat(share(lateOn(open, TODAY.plusDays(7)))).isBetween(0.003, 0.008);
    }

    @Test
    void noOrderIsOlderThanItsPromiseAllowsOrFromTheFuture() {
        assertThat(orders()).allSatisfy(order -> {
            var orderedOn = order.orderedAt().toLocalDate();
            assertThat(orderedOn).isBefore(TODAY).isBeforeOrEqualTo(order.promisedOn());
            assertThat(order.items()).isNotEmpty();
            assertThat(order.totalCents()).isPositive();
            assertThat(order.customerId()).isBetween(1L, (long) Scale.FULL.customers());
        });
    }

    @Test
    void somePaymentsOfOpenOrdersArePendingAndOnlyThose() {
        var byStatus = orders().collect(
                        Collectors.groupingBy(order -> FULL.payment(order).status()));
        assertThat(byStatus).containsOnlyKeys("pending", "settled", "refunded", "failed");
        assertThat(byStatus.getOrDefault("pending", List.of()))
                .hasSizeGreaterThan(1_000)
                .allMatch(Order::isOpen);
        assertThat(byStatus.getOrDefault("failed", List.of())).allMatch(order -> order.status() == Status.CANCELLED);
        for (var order : byStatus.getOrDefault("pending", List.of())) {
            assertThat(FULL.payment(order).paidAt()).isEmpty();
            assertThat(FULL.payment(order).amountCents()).isEqualTo(order.totalCents());
        }
    }

    @Test
    void customersHaveGapsWhereRealOnesDo() {
        assertThat(absent(CUSTOMERS.stream().map(Customer::email).toList())).isBetween(0.02, 0.04);
        assertThat(absent(CUSTOMERS.stream().map(Customer::phone).toList())).isBetween(0.07, 0.09);
        assertThat(absent(CUSTOMERS.stream().map(Customer::cardNumber).toList()))
                .isBetween(0.09, 0.11);
        assertThat(absent(CUSTOMERS.stream().map(Customer::segment).toList())).isBetween(0.11, 0.13);
        var buyers = orders().map(Order::customerId).collect(Collectors.toSet());
        assertThat(Scale.FULL.customers() - buyers.size()).isBetween(300, 3_000);
    }

    @Test
    void customersLiveInEveryCountryAndAreWrittenInSeveralScripts() {
        assertThat(CUSTOMERS.stream().map(Customer::country).distinct()).hasSameSizeAs(Countries.ALL);
        assertThat(Countries.ALL.stream().map(Countries.Country::region).distinct())
                .contains("EU", "NA", "APAC", "LATAM", "MEA");
        var scripts = new HashSet<Character.UnicodeScript>();
        CUSTOMERS.forEach(customer -> customer.name()
                .codePoints()
                .mapToObj(Character.UnicodeScript::of)
                .forEach(scripts::add));
        assertThat(scripts)
                .contains(
                        Character.UnicodeScript.LATIN,
                        Character.UnicodeScript.GREEK,
                        Character.UnicodeScript.CYRILLIC,
                        Character.UnicodeScript.HAN,
                        Character.UnicodeScript.HANGUL,
                        Character.UnicodeScript.ARABIC,
                        Character.UnicodeScript.DEVANAGARI,
                        Character.UnicodeScript.HEBREW);
    }

    @Test
    void emailsAreDistinctAndOnDomainsThatNobodyOwns() {
        var emails = CUSTOMERS.stream()
                .flatMap(customer -> customer.email().stream())
                .toList();
        assertThat(emails)
                .doesNotHaveDuplicates()
                .allMatch(email ->
                        email.matches("[A-Za-z][A-Za-z0-9._+]*@([a-zü]+\\.)*(example|example\\.(com|net|org))"));
    }

    @Test
    void cardNumbersAreTestNumbersThatPassTheLuhnCheck() {
        var cards = CUSTOMERS.stream()
                .flatMap(customer -> customer.cardNumber().stream())
                .toList();
        assertThat(cards).allMatch(card -> card.length() == 16 && luhnSum(card) % 10 == 0);
        assertThat(cards).allMatch(card -> card.matches("(4111111111|4000000000|5555555555|2223000000|5105105105).*"));
    }

    @Test
    void oneStockInEightIsBelowItsReorderLevel() {
        var low = DATA.stores().stream()
                .flatMap(store -> DATA.products().stream()
                        .filter(product -> DATA.stock(store, product).quantity() < product.reorderLevel()))
                .count();
        var all = DATA.stores().size() * DATA.products().size();
        assertThat((double) low / all).isBetween(0.10, 0.14);
    }

    private static java.util.stream.Stream<Order> orders() {
        return LongStream.rangeClosed(1, Scale.FULL.orders()).mapToObj(FULL::order);
    }

    private static double share(long orders) {
        return (double) orders / Scale.FULL.orders();
    }

    private static long lateOn(List<Order> open, LocalDate day) {
        return open.stream().filter(order -> order.promisedOn().isBefore(day)).count();
    }

    private static double absent(List<Optional<String>> values) {
        return (double) values.stream().filter(Optional::isEmpty).count() / values.size();
    }

    private static int luhnSum(String digits) {
        var sum = 0;
        for (var i = 0; i < digits.length(); i++) {
            var digit = digits.charAt(digits.length() - 1 - i) - '0';
            var weighted = i % 2 == 1 ? digit * 2 : digit;
            sum += weighted / 10 + weighted % 10;
        }
        return sum;
    }
}
