package io.belvedere.policy;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Views with the sample's classes, the sample's callers, and requests of theirs. */
final class Fixtures {
    static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    static final Path SAMPLE_POLICY = REPOSITORY.resolve("samples/coffee-chain/policy");

    static final Caller ANA = caller("ana", Set.of("analyst"), Map.of("region", "EU"));
    static final Caller STELLA = caller("stella", Set.of("steward"), Map.of());
    static final Caller OTTO = caller("otto", Set.of("auditor"), Map.of());
    static final Caller SAM = caller("sam", Set.of(), Map.of());
    static final Caller OMAR = caller("omar", Set.of("operator"), Map.of());

    /** Every class of the sample, and a column that has none. */
    static final ViewDefinition CUSTOMERS = view(
            "crm.customer_360@1.2.0",
            "id bigint",
            "name varchar pii.name",
            "email varchar pii.email",
            "phone varchar pii.phone",
            "card_number varchar payment.card",
            "region varchar scope.region");

    /** A view that has no column to tell a region by. */
    static final ViewDefinition STOCK = view("inventory.stock@1.0.0", "product_id bigint", "units integer");

    private Fixtures() {}

    static Caller caller(String subject, Set<String> roles, Map<String, String> attributes) {
        return new Caller("https://idp.example", subject, subject, Caller.Kind.HUMAN, roles, attributes);
    }

    static PolicyRequest request(Caller caller, Operation operation, ViewDefinition... views) {
        return new PolicyRequest(
                caller,
                Optional.of("churn report"),
                operation,
                Protocol.REST,
                Instant.parse("2026-11-22T12:00:00Z"),
                List.of(views));
    }

    /** A view of columns written {@code name type class…}; a type's spaces are written {@code _}. */
    static ViewDefinition view(String id, String... columns) {
        return view(id, Set.of("dashboard"), columns);
    }

    static ViewDefinition view(String id, Set<String> tags, String... columns) {
        return new ViewDefinition(
                ViewId.parse(id),
                "A view",
                "a-team",
                "A view.",
                tags,
                "SELECT 1",
                Arrays.stream(columns).map(Fixtures::column).toList(),
                ViewLimits.DEFAULT,
                new OnSourceFailure.Fail(),
                "0".repeat(64),
                new Origin("views/view.yaml", 1, 1));
    }

    private static ColumnContract column(String text) {
        List<String> words = List.of(text.split(" "));
        return new ColumnContract(
                new ColumnName(words.get(0)),
                DataType.parse(words.get(1).replace('_', ' ')),
                ColumnContract.Presence.OPTIONAL,
                ColumnContract.KeyPart.NONE,
                words.stream().skip(2).map(Classification::new).collect(Collectors.toSet()),
                "");
    }
}
