package io.belvedere.server.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.plan.AlikePlans;
import io.belvedere.model.access.Caller;
import io.belvedere.policy.Alike;
import io.belvedere.policy.PolicyGate;
import io.belvedere.server.caches.StormHouse.Parts;
import io.belvedere.server.caches.StormHouse.QueryPart;
import io.belvedere.server.pipeline.Walk;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No cache changes an answer: callers, roles, policies and catalogs in every order at once. Where a cache forgets who decided what, the same
 * storm shows it.
 */
class CachesLeakIT {
    private static final int CALLERS = 1_000;
    private static final int QUESTIONS_EACH = 2;
    private static final int TURN_AFTER = 250;

    @TempDir
    static Path folder;

    private static TestDatabases.Fresh people;
    private static TestDatabases.Fresh orders;
    private static StormWorld world;
    private static Storm storm;

    @BeforeAll
    static void learn() throws Exception {
        people = TestDatabases.freshPostgres("people");
        orders = TestDatabases.freshPostgres("orders");
        world = new StormWorld(folder, people, orders);
        try (StormHouse plain = house("plain", StormHouse::plain)) {
            storm = new Storm(world, plain);
        }
    }

    @AfterAll
    static void drop() throws Exception {
        people.close();
        orders.close();
    }

    private static StormHouse house(String name, BiFunction<Parts, PolicyGate, QueryPart> walk) {
        return new StormHouse(folder.resolve(name), world, people.password(), walk);
    }

    @Test
    void aThousandAtOnceAreAnsweredAsWithoutAnyCache() throws Exception {
        assertThat(storm.differentAnswers()).isGreaterThan(40);
        try (StormHouse house = house("cached", StormHouse::cached)) {
            assertThat(storm.blow(house, CALLERS, QUESTIONS_EACH, TURN_AFTER, 7))
                    .isEmpty();
            assertThat(house.results.counts().hits()).isGreaterThan(50);
            assertThat(house.plans.caches())
                    .filteredOn(cache -> cache.name().equals("plans"))
                    .allSatisfy(plans -> assertThat(plans.counts().hits()).isGreaterThan(20));
        }
    }

    /** Two analysts of one region are told the same; one of another region is not, and what one view does not let be kept is not. */
    @Test
    void equalEffectSharesAResultWhichSaysThatItIsKept() {
        Caller ana = StormWorld.CALLERS.get(0);
        Caller anton = StormWorld.CALLERS.get(1);
        Caller bo = StormWorld.CALLERS.get(2);
        try (StormHouse house = house("shared", StormHouse::cached)) {
            Seen first = house.see(ana, StormWorld.QUERIES.getFirst());
            Seen second = house.see(anton, StormWorld.QUERIES.getFirst());
            assertThat(first.keptFor()).isEmpty();
            assertThat(second.keptFor()).isPresent();
            assertThat(second.complete()).isEqualTo(first.complete());
            assertThat(house.see(bo, StormWorld.QUERIES.getFirst()).keptFor()).isEmpty();
            house.results.clear();
            assertThat(house.see(anton, StormWorld.QUERIES.getFirst()).keptFor())
                    .isEmpty();
            assertThat(house.see(ana, StormWorld.QUERIES.getLast()).keptFor()).isEmpty();
            assertThat(house.see(ana, StormWorld.QUERIES.getLast()).keptFor()).isEmpty();
        }
    }

    @Test
    void resultsThatAreFoundWithoutTheDecisionAreNoticed() throws Exception {
        assertThat(wrong("results", (parts, gate) -> {
                    Walk walk = StormHouse.cached(parts, gate).walk();
                    return new QueryPart(
                            new Walk(
                                    walk.resolve(),
                                    walk.describe(),
                                    walk.take(),
                                    walk.weave(),
                                    walk.plan(),
                                    walk.prepare(),
                                    walk.run(),
                                    (query, plan, allow, context, run) -> parts.results()
                                            .open(query, AlikePlans.of(plan), Alike.of(allow), context, run)),
                            StormHouse.cached(parts, gate).gate());
                }))
                .anyMatch(each -> each.contains(Storm.ANOTHERS));
    }

    @Test
    void plansThatAreFoundWithoutTheDecisionAreNoticed() throws Exception {
        assertThat(wrong("plans", (parts, gate) -> {
                    Walk walk = StormHouse.cached(parts, gate).walk();
                    return new QueryPart(
                            new Walk(
                                    walk.resolve(),
                                    walk.describe(),
                                    walk.weave(),
                                    walk.plan(),
                                    (query, allow, atHand) -> parts.plans().plan(query, Alike.of(allow), atHand),
                                    (plan, allow, context) -> parts.runner().open(plan, Alike.of(allow), context)),
                            StormHouse.cached(parts, gate).gate());
                }))
                .anyMatch(each -> each.contains(Storm.ANOTHERS));
    }

    private static List<String> wrong(String name, BiFunction<Parts, PolicyGate, QueryPart> broken) throws Exception {
        try (StormHouse house = house(name, broken)) {
            return storm.blow(house, 100, QUESTIONS_EACH, TURN_AFTER, 7);
        }
    }
}
