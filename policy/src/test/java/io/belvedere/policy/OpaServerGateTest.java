package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.REPOSITORY;
import static io.belvedere.policy.Fixtures.SAMPLE_POLICY;
import static io.belvedere.policy.Fixtures.STELLA;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.testkit.OpaServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate before a real OPA server, which runs the shipped Rego with the sample's data. */
class OpaServerGateTest extends PolicyGateContract {
    private static final String REGO =
            REPOSITORY.resolve("policy/src/main/rego").toString();
    private static final String DATA = SAMPLE_POLICY.resolve("data.json").toString();

    private OpaServer server;
    private OpaServerGate gate;

    @BeforeAll
    void open() throws IOException {
        server = OpaServer.start(REGO, DATA);
        gate = open(server.address());
    }

    @AfterAll
    void close() {
        gate.close();
        server.close();
    }

    private static OpaServerGate open(URI address) {
        return OpaServerGate.open(new OpaAddress(address, Optional.empty()));
    }

    @Override
    PolicyGate gate() {
        return gate;
    }

    @Override
    PolicyGate anotherGate() {
        return open(server.address());
    }

    @Test
    void aServerThatDiesAndComesBackRefusesInBetweenAndNothingElse() throws Exception {
        try (OpaServer mortal = OpaServer.start(REGO, DATA);
                OpaServerGate before = open(mortal.address())) {
            assertThat(before.problem()).isEmpty();
            mortal.kill();
            assertRefused(PolicyError.POLICY_UNAVAILABLE, before, STELLA);
            await("the pulse notices", () -> before.problem().isPresent());
            mortal.resume();
            await("the pulse notices", () -> before.problem().isEmpty());
            assertThat(before.decide(request(STELLA, Operation.QUERY, CUSTOMERS)))
                    .isInstanceOf(Allow.class);
        }
    }

    @Test
    void aGateMayBeOpenedBeforeItsServer() throws Exception {
        try (OpaServer late = OpaServer.start(REGO, DATA)) {
            late.kill();
            try (OpaServerGate early = open(late.address())) {
                assertThat(early.revision()).isEqualTo("none");
                assertThat(early.problem()).map(BelvedereException::code).contains(PolicyError.POLICY_UNAVAILABLE);
                late.resume();
                await("the pulse notices", () -> early.problem().isEmpty());
                assertThat(early.revision()).startsWith("coffee-chain-1+");
            }
        }
    }

    @Test
    void otherDataIsAnotherRevisionBeforeAnybodyAsks() throws Exception {
        try (OpaServer changing = OpaServer.start(REGO, DATA);
                OpaServerGate before = open(changing.address())) {
            String revision = before.revision();
            Allow first = (Allow) before.decide(request(ANA, Operation.QUERY, CUSTOMERS));
            put(changing.address().resolve("/v1/data/belvedere/revision"), "\"coffee-chain-2\"");
            await("the pulse notices", () -> before.revision().startsWith("coffee-chain-2+"));
            Allow second = (Allow) before.decide(request(ANA, Operation.QUERY, CUSTOMERS));
            assertThat(second.revision()).isNotEqualTo(revision);
            assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
        }
    }

    @Test
    void aServerThatAsksForATokenAnswersOnlyWithIt(@TempDir Path folder) throws Exception {
        Path authorization = Files.writeString(
                folder.resolve("system.rego"),
                "package system.authz\n\ndefault allow := false\n\nallow if input.path == [\"health\"]\n\nallow if input.identity == \"let-me-in\"\n");
        Path token = folder.resolve("token");
        try (OpaServer guarded = OpaServer.start(
                "--authentication=token", "--authorization=basic", REGO, DATA, authorization.toString())) {
            assertRefusedAt(guarded.address(), Optional.empty());
            assertRefusedAt(guarded.address(), Optional.of(token));
            Files.writeString(token, "something-else\n");
            try (OpaServerGate known = OpaServerGate.open(new OpaAddress(guarded.address(), Optional.of(token)))) {
                assertRefused(PolicyError.POLICY_UNAVAILABLE, known, STELLA);
                Files.writeString(token, "let-me-in\n");
                await("the new token is read", () -> known.problem().isEmpty());
                assertThat(known.decide(request(STELLA, Operation.QUERY, CUSTOMERS)))
                        .isInstanceOf(Allow.class);
            }
        }
    }

    private static void assertRefusedAt(URI address, Optional<Path> token) {
        try (OpaServerGate stranger = OpaServerGate.open(new OpaAddress(address, token))) {
            assertRefused(PolicyError.POLICY_UNAVAILABLE, stranger, STELLA);
            assertThat(stranger.problem()).isPresent();
        }
    }

    private static void put(URI address, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> response = client.send(
                    HttpRequest.newBuilder(address)
                            .PUT(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(response.statusCode()).isEqualTo(204);
        }
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain until " + what).isLessThan(until);
            Thread.sleep(20);
        }
    }
}
