package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.FixedDimensions;
import io.belvedere.federation.plan.Lookup.Operator;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is read in memory is proved: the dimensions, and every test and column of a lookup. */
class CachePlansTest {
    private static final DimensionDefinition COUNTRIES = FederationFixture.dimension("geo.countries", "crm.countries");

    /** The plan of a query that policy lets see countries of the EU only. */
    private record Planned(GovernedQuery query, Catalog catalog, ProgramBuilder.Program program) {
        Step.Fetch fetch() {
            return ((Step.PassThrough) program.steps().getFirst()).fetch();
        }

        void verify(Step.CacheRead damaged) {
            Step.Fetch given = fetch();
            Step.Fetch other = new Step.Fetch(
                    given.name(),
                    given.source(),
                    given.sql(),
                    given.shards(),
                    given.places(),
                    given.keys(),
                    given.values(),
                    given.use(),
                    given.volume(),
                    given.hashed(),
                    Optional.of(damaged),
                    given.columns());
            new PlanVerifier(catalog).verify(query, List.of(new Step.PassThrough(other)), program.trees());
        }
    }

    private static Planned plan(String sql) {
        Catalog published = new Catalog(
                FederationFixture.sources(),
                List.of(FederationFixture.view(
                        "t.countries@1.0.0",
                        "SELECT code, name, region FROM geo.countries",
                        "code varchar!*",
                        "name varchar!",
                        "region varchar!")),
                List.of(COUNTRIES));
        try (QueryMemory memory = new QueryMemory();
                FixedDimensions store = new FixedDimensions(memory.open("dimensions"))) {
            store.keep(COUNTRIES, Instant.EPOCH, List.of());
            ResolvedQuery query = FederationFixture.resolve(published, sql);
            try (AtHand atHand = AtHand.take(
                    query.dimensions(), store, Deadline.after(Duration.ofSeconds(30)), FederationFixture.CLOCK)) {
                GovernedQuery woven = new Weaver().weave(query, FederationFixture.analyst(query.views()), atHand);
                Catalog catalog = woven.cache().in(published);
                return new Planned(
                        woven,
                        catalog,
                        new Planner(_ -> Optional.empty())
                                .program(woven, catalog)
                                .program());
            }
        }
    }

    @Test
    void aLookupHasTheConditionOfPolicyBesideTheCallers() {
        Lookup lookup = plan("SELECT name FROM t.countries WHERE code = 'DE'")
                .fetch()
                .cache()
                .orElseThrow()
                .lookup()
                .orElseThrow();
        assertThat(lookup.tests())
                .containsExactlyInAnyOrder(
                        new Lookup.Compared(0, Operator.EQUAL, new Literal.Text("DE")),
                        new Lookup.Compared(2, Operator.EQUAL, new Literal.Text("EU")));
        assertThat(lookup.columns()).containsExactly(1);
    }

    @Test
    void aLookupThatLeavesOutChangesOrAddsAnythingIsRefused() {
        Planned planned = plan("SELECT name FROM t.countries WHERE code = 'DE'");
        Step.CacheRead cache = planned.fetch().cache().orElseThrow();
        Lookup sound = cache.lookup().orElseThrow();
        planned.verify(cache);

        List<Lookup> damaged = new ArrayList<>();
        for (Lookup.Test test : sound.tests()) {
            List<Lookup.Test> fewer = new ArrayList<>(sound.tests());
            fewer.remove(test);
            damaged.add(new Lookup(sound.dimension(), fewer, sound.columns()));
            Lookup.Compared compared = (Lookup.Compared) test;
            for (Lookup.Test other : List.of(
                    new Lookup.Compared(compared.column(), Operator.NOT_EQUAL, compared.value()),
                    new Lookup.Compared(1, compared.operator(), compared.value()),
                    new Lookup.Compared(compared.column(), compared.operator(), new Literal.Text("US")))) {
                List<Lookup.Test> changed = new ArrayList<>(fewer);
                changed.add(other);
                damaged.add(new Lookup(sound.dimension(), changed, sound.columns()));
            }
        }
        List<Lookup.Test> more = new ArrayList<>(sound.tests());
        more.add(new Lookup.IsNotNull(1));
        damaged.add(new Lookup(sound.dimension(), more, sound.columns()));
        damaged.add(new Lookup(sound.dimension(), sound.tests(), List.of(0)));
        damaged.add(new Lookup(sound.dimension(), sound.tests(), List.of(1, 0)));
        damaged.add(new Lookup(new TableName(new SourceName("geo"), "others"), sound.tests(), sound.columns()));
        for (Lookup wrong : damaged) {
            assertRefused(() -> planned.verify(new Step.CacheRead(cache.dimensions(), Optional.of(wrong))));
        }
    }

    @Test
    void otherDimensionsThanThoseOfTheTreeAreRefused() {
        Planned planned = plan("SELECT UPPER(name) AS n FROM t.countries");
        assertThat(planned.fetch().cache().orElseThrow().lookup()).isEmpty();
        assertRefused(() -> planned.verify(new Step.CacheRead(Set.of(), Optional.empty())));
        assertRefused(() -> planned.verify(
                new Step.CacheRead(Set.of(new TableName(new SourceName("geo"), "others")), Optional.empty())));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable verifying) {
        assertThatThrownBy(verifying)
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED));
    }
}
