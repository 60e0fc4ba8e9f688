package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import io.belvedere.testkit.OpaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample, decided once by the policy in the server's process and once by an OPA server. */
class OpaPolicyIT {
    private static final String JSON = "application/json";
    private static final List<String> CALLERS = List.of("dev-ana", "dev-stella", "dev-otto", "dev-sam");
    private static final List<String> QUESTIONS = List.of(
            "SELECT * FROM fulfilment.late_orders",
            "SELECT region, COUNT(*) AS n FROM crm.customer_360 GROUP BY region ORDER BY region",
            "SELECT customer_name, email, phone FROM crm.customer_360 ORDER BY customer_id LIMIT 20",
            "SELECT card_number FROM crm.customer_360 ORDER BY customer_id LIMIT 5",
            "SELECT COUNT(*) AS n FROM nobody.knows");

    @TempDir
    static Path folder;

    private static CoffeeChain chain;
    private static OpaServer opa;
    private static ServedSample server;
    private static ServedSample embedded;

    @BeforeAll
    static void start() throws Exception {
        chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
        opa = OpaServer.start(
                Path.of("..", "policy", "src", "main", "rego").toString(),
                CoffeeChain.catalogFolder().resolve("policy/data.json").toString());
        embedded = ServedSample.start(chain, Files.createDirectories(folder.resolve("embedded")), _ -> {}, List.of());
        server = ServedSample.start(
                chain,
                Files.createDirectories(folder.resolve("served")),
                _ -> {},
                List.of("-Dbelvedere.policy.folder=", "-Dbelvedere.policy.opa.address=" + opa.address()));
        embedded.awaitHealth(200);
        server.awaitHealth(200);
    }

    @AfterAll
    static void stop() {
        server.close();
        embedded.close();
        opa.close();
        chain.close();
    }

    @Test
    void everyCallerGetsTheSameFromBothAndNobodyAnythingWithoutTheServer() throws Exception {
        Rest here = new Rest(embedded.base());
        Rest there = new Rest(server.base());
        int rows = 0;
        for (String caller : CALLERS) {
            for (String sql : QUESTIONS) {
                Rest.Answer expected = here.query(caller, JSON, sql);
                Rest.Answer answer = there.query(caller, JSON, sql);
                assertThat(answer.status()).as("%s: %s", caller, sql).isEqualTo(expected.status());
                JsonNode given = answer.json().path("rows");
                assertThat(given)
                        .as("%s: %s", caller, sql)
                        .isEqualTo(expected.json().path("rows"));
                assertThat(answer.json().path("code")).isEqualTo(expected.json().path("code"));
                rows += given.size();
            }
        }
        assertThat(rows).as("some were given something").isGreaterThan(40);

        opa.kill();
        server.awaitHealth(503);
        for (String caller : CALLERS) {
            Rest.Answer refused = onceRecentDecisionsAreForgotten(there, caller);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("code").asText()).isEqualTo("POLICY_UNAVAILABLE");
        }
        opa.resume();
        server.awaitHealth(200);
        assertThat(there.query("dev-stella", JSON, QUESTIONS.getFirst()).status())
                .isEqualTo(200);
        assertThat(LogTool.show(server.folder(), "--last", "500")).contains("policy_change", "coffee-chain-1+");
        assertThat(server.log()).contains("The policy server answers again.");
    }

    /** A decision serves for two seconds. */
    private static Rest.Answer onceRecentDecisionsAreForgotten(Rest rest, String caller) throws Exception {
        Rest.Answer answer = rest.query(caller, JSON, QUESTIONS.getFirst());
        for (int i = 0; i < 100 && answer.status() != 503; i++) {
            Thread.sleep(100);
            answer = rest.query(caller, JSON, QUESTIONS.getFirst());
        }
        return answer;
    }
}
