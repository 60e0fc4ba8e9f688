package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may use which door, as the callers of a laptop. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class AccessMatrixTest {
    @TestHTTPResource
    URI base;

    @Test
    void everyDoorOpensForThoseItIsMeantForAndForNobodyElse() throws Exception {
        FakeRows.next = new Behaviour.Give(1);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        assertThat(AccessMatrix.wrong(new Rest(base), Bearer.ofALaptop())).isEmpty();
    }

    /** The identity provider's door asks for no caller, and for a token that only the provider can sign. */
    @Test
    void aLogoutIsTheProvidersToSay() throws Exception {
        Rest rest = new Rest(base);
        for (String caller : List.of("dev-stella", "")) {
            HttpRequest.Builder request = rest.request(caller, "/api/v1/identity/logout")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("logout_token=a.b.c"));
            assertThat(rest.send(request).status()).as(caller).isEqualTo(400);
            assertThat(rest.get(caller, "/api/v1/identity/logout").status()).isIn(401, 403);
        }
    }

    @Test
    void pathTricksOpenNothing() throws Exception {
        Rest rest = new Rest(base);
        for (String path : List.of(
                "/q/health/../../api/v1/views",
                "/q/health/%2e%2e/%2e%2e/api/v1/views",
                "/q/health/ready/../../../api/v1/views",
                "//api/v1/views",
                "/api//v1/views",
                "/api/v1/views/",
                "/api/v1/views;x=/q/health",
                "/API/v1/views",
                "/q/health;/x",
                "/q/health%2f..%2f..%2fapi/v1/views")) {
            assertThat(rest.get("", path).status()).as(path).isIn(401, 404, 400);
            assertThat(rest.get("", path).text()).as(path).doesNotContain("customer_360");
        }
    }
}
