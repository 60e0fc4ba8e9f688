package io.belvedere.model.view;

import static io.belvedere.model.view.Compatibility.Bump.MAJOR;
import static io.belvedere.model.view.Compatibility.Bump.MINOR;
import static io.belvedere.model.view.Compatibility.Bump.PATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.Version;
import io.belvedere.model.ViewId;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.Compatibility.Bump;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompatibilityTest {
    private static final ColumnContract ID = column("id", "bigint", Presence.REQUIRED, KeyPart.KEY);
    private static final ColumnContract EMAIL =
            column("email", "varchar", Presence.OPTIONAL, KeyPart.NONE, "pii.email");
    private static final String QUERY = "SELECT id, email FROM crm.customers";
    private static final ViewDefinition BASE = view(QUERY, ID, EMAIL);

    @Test
    void nothingChangedIsAPatch() {
        assertThat(bump(BASE)).isEqualTo(PATCH);
    }

    @Test
    void aColumnThatIsGoneOrRenamedIsMajor() {
        assertThat(bump(view(QUERY, ID))).isEqualTo(MAJOR);
        assertThat(bump(view(QUERY, ID, column("mail", "varchar", Presence.OPTIONAL, KeyPart.NONE, "pii.email"))))
                .isEqualTo(MAJOR);
    }

    @Test
    void anotherTypeIsMajor() {
        assertThat(bump(view(QUERY, column("id", "integer", Presence.REQUIRED, KeyPart.KEY), EMAIL)))
                .isEqualTo(MAJOR);
    }

    @Test
    void anotherNullabilityIsMajorInBothDirections() {
        assertThat(bump(view(QUERY, column("id", "bigint", Presence.OPTIONAL, KeyPart.KEY), EMAIL)))
                .isEqualTo(MAJOR);
        ColumnContract required = column("email", "varchar", Presence.REQUIRED, KeyPart.NONE, "pii.email");
        assertThat(bump(view(QUERY, ID, required))).isEqualTo(MAJOR);
    }

    @Test
    void aClassTakenIsMajorAndAClassAddedIsMinor() {
        ColumnContract none = column("email", "varchar", Presence.OPTIONAL, KeyPart.NONE);
        ColumnContract more = column("email", "varchar", Presence.OPTIONAL, KeyPart.NONE, "pii.email", "gdpr");
        assertThat(bump(view(QUERY, ID, none))).isEqualTo(MAJOR);
        assertThat(bump(view(QUERY, ID, more))).isEqualTo(MINOR);
    }

    @Test
    void anotherKeyIsMajorEvenByANewColumn() {
        assertThat(bump(view(QUERY, column("id", "bigint", Presence.REQUIRED, KeyPart.NONE), EMAIL)))
                .isEqualTo(MAJOR);
        assertThat(bump(view(QUERY, ID, EMAIL, column("line", "integer", Presence.REQUIRED, KeyPart.KEY))))
                .isEqualTo(MAJOR);
    }

    @Test
    void aNewColumnIsMinorWhereverItStands() {
        ColumnContract added = column("name", "varchar", Presence.OPTIONAL, KeyPart.NONE);
        assertThat(bump(view(QUERY, ID, EMAIL, added))).isEqualTo(MINOR);
        assertThat(bump(view(QUERY, added, ID, EMAIL))).isEqualTo(MINOR);
    }

    @Test
    void anotherOrderIsMajor() {
        assertThat(bump(view(QUERY, EMAIL, ID))).isEqualTo(MAJOR);
    }

    @Test
    void anotherQueryIsMinorAndAnotherLayoutOfItIsAPatch() {
        assertThat(bump(view(QUERY + " WHERE id > 0", ID, EMAIL))).isEqualTo(MINOR);
        assertThat(bump(view("SELECT id, /* the\nkey */ email -- why\n  FROM crm.customers", ID, EMAIL)))
                .isEqualTo(PATCH);
    }

    @Test
    void whatStandsInQuotesIsNoLayout() {
        ViewDefinition before = view("SELECT 'a  --b' AS id", ID);
        assertThat(Compatibility.requiredBump(before, view("SELECT 'a --b' AS id", ID)))
                .isEqualTo(MINOR);
        assertThat(Compatibility.requiredBump(before, view("SELECT 'a  --c' AS id", ID)))
                .isEqualTo(MINOR);
        assertThat(Compatibility.requiredBump(before, view("SELECT  'a  --b' AS id --c", ID)))
                .isEqualTo(PATCH);
    }

    @Test
    void anotherLimitIsMinor() {
        ViewLimits limits = new ViewLimits(Duration.ofSeconds(1), 10, 10);
        assertThat(bump(view(QUERY, limits, new OnSourceFailure.Fail(), ID, EMAIL)))
                .isEqualTo(MINOR);
    }

    @Test
    void moreMissingSourcesAreMajorAndFewerAreMinor() {
        ViewDefinition partial =
                view(QUERY, ViewLimits.DEFAULT, new OnSourceFailure.Partial(Set.of(new SourceName("crm"))), ID, EMAIL);
        assertThat(Compatibility.requiredBump(BASE, partial)).isEqualTo(MAJOR);
        assertThat(Compatibility.requiredBump(partial, BASE)).isEqualTo(MINOR);
    }

    @Test
    void howLongResultsMayBeKeptIsNoPartOfThePromise() {
        assertThat(bump(kept(BASE, Duration.ofSeconds(30)))).isEqualTo(PATCH);
        assertThat(Compatibility.changes(kept(BASE, Duration.ofSeconds(30)), kept(BASE, Duration.ofHours(1))))
                .isEmpty();
    }

    private static ViewDefinition kept(ViewDefinition view, Duration ttl) {
        return new ViewDefinition(
                view.id(),
                view.title(),
                view.owner(),
                view.description(),
                view.tags(),
                view.query(),
                view.columns(),
                view.limits(),
                view.onSourceFailure(),
                view.pushdown(),
                new Caching(Optional.of(ttl)),
                view.declassified(),
                view.freshness(),
                view.hash(),
                view.origin());
    }

    @Test
    void theVersionsDeclareTheirBump() {
        assertThat(declared("1.2.3", "2.0.0")).isEqualTo(MAJOR);
        assertThat(declared("1.2.3", "1.3.0")).isEqualTo(MINOR);
        assertThat(declared("1.2.3", "1.2.9")).isEqualTo(PATCH);
        assertThatThrownBy(() -> declared("1.2.3", "1.2.3")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Bump declared(String before, String after) {
        return Compatibility.declaredBump(Version.parse(before), Version.parse(after));
    }

    private static Bump bump(ViewDefinition after) {
        return Compatibility.requiredBump(BASE, after);
    }

    private static ViewDefinition view(String query, ColumnContract... columns) {
        return view(query, ViewLimits.DEFAULT, new OnSourceFailure.Fail(), columns);
    }

    private static ViewDefinition view(
            String query, ViewLimits limits, OnSourceFailure onSourceFailure, ColumnContract... columns) {
        return new ViewDefinition(
                ViewId.parse("crm.customer@1.0.0"),
                "Customers",
                "team",
                "",
                Set.of(),
                query,
                List.of(columns),
                limits,
                onSourceFailure,
                "",
                new Origin("views/customer.yaml", 1, 1));
    }

    private static ColumnContract column(String name, String type, Presence presence, KeyPart key, String... classes) {
        return new ColumnContract(
                new ColumnName(name),
                DataType.parse(type),
                presence,
                key,
                Arrays.stream(classes).map(Classification::new).collect(Collectors.toSet()),
                "");
    }
}
