package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.AdminRecord;
import io.belvedere.server.doors.Rest.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server keeps, over REST: dimensions whose source does not answer here, and caches. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class KeptDoorsTest {
    private static final String JSON = "application/json";

    @TestHTTPResource
    URI base;

    private Rest rest;

    @BeforeEach
    void reset() {
        rest = new Rest(base);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
    }

    @Test
    void dimensionsAreListedWithTheirBoundAndTheirSourceAndAreAbsentForWhoMayNotLook() throws Exception {
        JsonNode listed = rest.get("dev-omar", "/api/v1/dimensions").json();
        assertThat(listed.path("dimensions").findValuesAsText("name"))
                .containsExactly("chain.countries", "chain.products", "chain.stores");
        assertThat(listed.path("dimensions").findValuesAsText("source")).containsOnly("reference");
        assertThat(listed.path("dimensions").findValuesAsText("maxStaleness")).containsOnly("PT15M");
        assertThat(listed.path("bytesMax").asLong()).isPositive();
        for (String caller : List.of("dev-ana", "dev-stella", "dev-sam")) {
            Answer absent = rest.get(caller, "/api/v1/dimensions");
            assertThat(absent.status()).isEqualTo(404);
            assertThat(absent.text()).doesNotContain("chain", "reference");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chain.absent",
                "absent",
                "chain.countries.more",
                "Chain.Countries",
                "chain.%22x%22",
                "chain.%0Ax"
            })
    void aDimensionThatIsNotThereLeavesARecordWithoutItsName(String name) throws Exception {
        requireUnwritten(refresh("dev-omar", name), "chain.absent", "absent", "Chain", "more", "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "PLANS", "plans%0Aforged", "%22%7D"})
    void aCacheThatIsNotThereLeavesARecordWithoutItsName(String name) throws Exception {
        requireUnwritten(
                rest.post("dev-omar", JSON, "/api/v1/caches/" + name + "/flush", ""), "absent", "PLANS", "forged", "}");
    }

    /** The attempt is in the log as one that was refused; the name stands in no note. */
    private static void requireUnwritten(Answer answer, String... words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(RecordingAudit.of(answer.queryId()).outcome().code()).contains("NOT_FOUND");
        String request = answer.queryId().toString();
        assertThat(RecordingAudit.NOTES)
                .noneMatch(note -> id(note).equals(request))
                .noneMatch(note -> note.facts().values().stream().anyMatch(List.of(words)::contains));
    }

    private static String id(AdminRecord note) {
        return note.facts().getOrDefault("req", "");
    }

    private Answer refresh(String caller, String name) throws Exception {
        return rest.post(caller, JSON, "/api/v1/dimensions/" + name + "/refresh", "");
    }
}
