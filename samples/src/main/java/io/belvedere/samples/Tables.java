package io.belvedere.samples;

import io.belvedere.samples.CoffeeChainData.Order;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongPredicate;

/** The tables of the coffee chain, by the system that owns them. */
final class Tables {
    private final CoffeeChainData data;

    Tables(CoffeeChainData data) {
        this.data = data;
    }

    /** Splits by modulo, as the catalog's source says. */
    static LongPredicate shard(int index, int shards) {
        return id -> id % shards == index;
    }

    List<Table> crm() {
        return List.of(customers());
    }

    List<Table> inventory() {
        return List.of(stock());
    }

    /** What changes seldom; the catalog's dimensions keep it. */
    List<Table> reference() {
        return List.of(countries(), products(), stores());
    }

    List<Table> orders(LongPredicate ids) {
        return List.of(ordersTable(ids), orderItems(ids));
    }

    /** The catalog calls the column {@code method} {@code paid_with}; so does the one database that holds everything. */
    List<Table> payments(String methodColumn) {
        var columns = List.of(
                "id bigint NOT NULL",
                "order_id bigint NOT NULL",
                "amount decimal(12,2) NOT NULL",
                methodColumn + " varchar(20) NOT NULL",
                "status varchar(20) NOT NULL",
                "paid_at timestamp");
        return List.of(new Table(
                "payments",
                columns,
                "id",
                List.of("order_id"),
                sink -> eachOrder(_ -> true, order -> {
                    var payment = data.payment(order);
                    sink.number(payment.id())
                            .number(payment.orderId())
                            .cents(payment.amountCents())
                            .text(payment.method())
                            .text(payment.status())
                            .moment(payment.paidAt())
                            .endRow();
                })));
    }

    private static Table countries() {
        var columns = List.of("code varchar(2) NOT NULL", "name varchar(80) NOT NULL", "region varchar(10) NOT NULL");
        return new Table("countries", columns, "code", List.of(), sink -> {
            for (var country : Countries.ALL) {
                sink.text(country.code())
                        .text(country.name())
                        .text(country.region())
                        .endRow();
            }
        });
    }

    private Table customers() {
        var columns = List.of(
                "id bigint NOT NULL",
                "name varchar(120) NOT NULL",
                "email varchar(160)",
                "phone varchar(40)",
                "card_number varchar(19)",
                "street varchar(160) NOT NULL",
                "postcode varchar(12) NOT NULL",
                "city varchar(80) NOT NULL",
                "country_code varchar(2) NOT NULL",
                "region varchar(10) NOT NULL",
                "segment varchar(40)",
                "created_at timestamp NOT NULL");
        return new Table("customers", columns, "id", List.of("country_code", "region"), sink -> {
            for (var id = 1L; id <= data.scale().customers(); id++) {
                var customer = data.customer(id);
                sink.number(id)
                        .text(customer.name())
                        .text(customer.email())
                        .text(customer.phone())
                        .text(customer.cardNumber())
                        .text(customer.street())
                        .text(customer.postcode())
                        .text(customer.city())
                        .text(customer.country().code())
                        .text(customer.country().region())
                        .text(customer.segment())
                        .moment(customer.createdAt())
                        .endRow();
            }
        });
    }

    private Table products() {
        var columns = List.of(
                "id bigint NOT NULL",
                "sku varchar(20) NOT NULL",
                "name varchar(120) NOT NULL",
                "category varchar(40) NOT NULL",
                "price decimal(12,2) NOT NULL",
                "reorder_level integer NOT NULL");
        return new Table("products", columns, "id", List.of("sku"), sink -> {
            for (var product : data.products()) {
                sink.number(product.id())
                        .text(product.sku())
                        .text(product.name())
                        .text(product.category())
                        .cents(product.priceCents())
                        .number(product.reorderLevel())
                        .endRow();
            }
        });
    }

    private Table stores() {
        var columns = List.of(
                "id bigint NOT NULL",
                "name varchar(120) NOT NULL",
                "city varchar(80) NOT NULL",
                "country_code varchar(2) NOT NULL");
        return new Table("stores", columns, "id", List.of("country_code"), sink -> {
            for (var store : data.stores()) {
                sink.number(store.id())
                        .text(store.name())
                        .text(store.city())
                        .text(store.country().code())
                        .endRow();
            }
        });
    }

    private Table stock() {
        var columns = List.of(
                "store_id bigint NOT NULL",
                "product_id bigint NOT NULL",
                "quantity integer NOT NULL",
                "updated_at timestamp NOT NULL");
        return new Table("stock", columns, "store_id, product_id", List.of("product_id"), sink -> {
            for (var store : data.stores()) {
                for (var product : data.products()) {
                    var stock = data.stock(store, product);
                    sink.number(store.id())
                            .number(product.id())
                            .number(stock.quantity())
                            .moment(stock.updatedAt())
                            .endRow();
                }
            }
        });
    }

    private Table ordersTable(LongPredicate ids) {
        var columns = List.of(
                "id bigint NOT NULL",
                "customer_id bigint NOT NULL",
                "store_id bigint NOT NULL",
                "status varchar(20) NOT NULL",
                "ordered_at timestamp NOT NULL",
                "promised_on date NOT NULL",
                "total decimal(12,2) NOT NULL");
        var indexes = List.of("customer_id", "store_id", "status, promised_on");
        return new Table(
                "orders",
                columns,
                "id",
                indexes,
                sink -> eachOrder(
                        ids,
                        order -> sink.number(order.id())
                                .number(order.customerId())
                                .number(order.storeId())
                                .text(order.status().word)
                                .moment(order.orderedAt())
                                .date(order.promisedOn())
                                .cents(order.totalCents())
                                .endRow()));
    }

    private Table orderItems(LongPredicate ids) {
        var columns = List.of(
                "order_id bigint NOT NULL",
                "line_no integer NOT NULL",
                "product_id bigint NOT NULL",
                "quantity integer NOT NULL",
                "unit_price decimal(12,2) NOT NULL");
        return new Table(
                "order_items",
                columns,
                "order_id, line_no",
                List.of("product_id"),
                sink -> eachOrder(ids, order -> {
                    for (var item : order.items()) {
                        sink.number(order.id())
                                .number(item.lineNo())
                                .number(item.productId())
                                .number(item.quantity())
                                .cents(item.unitPriceCents())
                                .endRow();
                    }
                }));
    }

    /** Takes one order. */
    @FunctionalInterface
    private interface OrderSink {
        void accept(Order order) throws SQLException;
    }

    private void eachOrder(LongPredicate ids, OrderSink sink) throws SQLException {
        for (var id = 1L; id <= data.scale().orders(); id++) {
            if (ids.test(id)) {
                sink.accept(data.order(id));
            }
        }
    }
}
