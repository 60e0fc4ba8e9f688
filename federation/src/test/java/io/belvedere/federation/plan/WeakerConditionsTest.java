package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.policy.Allow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of a condition that a source would answer differently, it is asked for what it can say; the engine looks at each row again. */
class WeakerConditionsTest {
    /** MariaDB casts exact numbers to binary fractions in a way of its own. */
    private static final String KEPT = "CAST(p.price AS DOUBLE) > 1.5e0";

    private static String plan(String condition) {
        Catalog catalog = FederationFixture.catalogWith(FederationFixture.view(
                "x.products@1.0.0",
                "SELECT id, name, price FROM inventory.products",
                "id bigint!",
                "name varchar!",
                "price decimal(10,2)!"));
        var query = FederationFixture.resolve(catalog, "SELECT p.id FROM x.products p WHERE " + condition);
        var governed = new Weaver().weave(query, FederationFixture.steward(query.views()));
        return ExplainText.render(
                Explained.of(new Planner(new FixtureStatistics()).plan(governed, catalog), Allow.Detail.FULL));
    }

    private static String asked(String condition) {
        List<String> parts = List.of(plan(condition).split("result: "));
        assertThat(parts).as("the engine looks at the rows").hasSize(2);
        assertThat(parts.getLast()).contains("WHERE");
        return parts.getFirst();
    }

    @Test
    void asksForWhatEverySideOfAnOrSaysThatTheSourceUnderstands() {
        assertThat(asked("(p.id = 1 AND " + KEPT + ") OR (p.id = 7 AND p.price < 2)"))
                .contains("`id` = 1")
                .contains("`id` = 7")
                .contains("`price` < 2")
                .doesNotContain("DOUBLE");
    }

    @Test
    void asksForAllRowsWhereOneSideSaysNothing() {
        assertThat(asked("p.id = 1 OR " + KEPT)).doesNotContain("WHERE");
    }

    @Test
    void doesNotAskForWhatMayFail() {
        assertThat(asked("(100 / p.id > 1 AND " + KEPT + ") OR p.id = 7")).doesNotContain("WHERE");
    }
}
