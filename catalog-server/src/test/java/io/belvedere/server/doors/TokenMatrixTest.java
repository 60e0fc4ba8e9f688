package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.flight.FlightDoor;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who may use which door with the tokens of a provider, in the profile of production. The provider says of every wrong token, but for the
 * one that it takes its word back for, that it is good.
 */
@QuarkusTest
@TestProfile(TokenMatrixTest.Production.class)
class TokenMatrixTest {
    private static final long HOUR = 3_600;

    /** As in production, but for who vouches and what the rows are. */
    public static final class Production implements QuarkusTestProfile {
        @Override
        public String getConfigProfile() {
            return "prod";
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(OnlineProvider.class));
        }
    }

    @TestHTTPResource
    URI base;

    @Inject
    FlightDoor flight;

    private List<Bearer> bearers = List.of();

    @BeforeEach
    void knock() throws Exception {
        FakeRows.next = new Behaviour.Give(1);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        Provider provider = OnlineProvider.provider();
        List<Bearer> all = new ArrayList<>(wrong(provider));
        for (Role role : Role.KNOWN) {
            all.add(Bearer.of(role, provider.accessToken(role)));
        }
        all.add(Bearer.of(Role.NOBODY, ""));
        bearers = List.copyOf(all);
    }

    private static List<Bearer> wrong(Provider provider) throws Exception {
        long now = Instant.now().getEpochSecond();
        String good = provider.accessToken(Role.STEWARD);
        String analysts = provider.accessToken(Role.ANALYST);
        String forgotten = provider.tokenWith(claims -> claims.put("jti", "forgotten"));
        provider.forget(forgotten);
        Forger forger = new Forger(good, provider.keys());
        return Stream.of(
                        Bearer.wrong(
                                "expired",
                                provider.tokenWith(c -> c.put("iat", now - 200).put("exp", now - 60))),
                        Bearer.wrong("early", provider.tokenWith(c -> c.put("nbf", now + HOUR))),
                        Bearer.wrong("issued later", provider.tokenWith(c -> c.put("iat", now + 100))),
                        Bearer.wrong("long-lived", provider.tokenWith(c -> c.put("exp", now + HOUR))),
                        Bearer.wrong("endless", provider.tokenWith(c -> c.remove("exp"))),
                        Bearer.wrong("another audience", provider.tokenWith(c -> c.put("aud", "other-api"))),
                        Bearer.wrong("no audience", provider.tokenWith(c -> c.remove("aud"))),
                        Bearer.wrong("another issuer", provider.tokenWith(c -> c.put("iss", "http://127.0.0.1:1/x"))),
                        Bearer.wrong("no issuer", provider.tokenWith(c -> c.remove("iss"))),
                        Bearer.wrong("no subject", provider.tokenWith(c -> c.remove("sub"))),
                        Bearer.wrong("an ID token", provider.tokenWith(c -> c.put("typ", "ID"))),
                        Bearer.wrong("an ID token's claims", provider.tokenWith(c -> c.put("nonce", "n"))),
                        Bearer.wrong("a refresh token", provider.tokenWith(c -> c.put("typ", "Refresh"))),
                        Bearer.wrong("a logout token", provider.tokenWith(c -> c.putObject("events"))),
                        Bearer.wrong("no kind", provider.tokenWith(c -> c.remove("typ"))),
                        Bearer.wrong("bound to a key", provider.tokenWith(c -> c.putObject("cnf"))),
                        Bearer.wrong("another key", forger.signedWithItsOwnKey()),
                        Bearer.wrong("an unknown key", forger.with("kid", "k2")),
                        Bearer.wrong("a key elsewhere", forger.with("jku", "http://127.0.0.1:1/keys")),
                        Bearer.wrong("not signed", forger.unsigned()),
                        Bearer.wrong("signed with the public key", forger.signedWithThePublicKey()),
                        Bearer.wrong("another's signature", signedBy(good, analysts)),
                        Bearer.wrong("text", "a.b.c"))
                .map(each -> new Bearer(each.name(), each.role(), provider.vouched(each.token(), Role.STEWARD)))
                .collect(() -> new ArrayList<>(List.of(Bearer.wrong("forgotten", forgotten))), List::add, List::addAll);
    }

    private static String signedBy(String token, String another) {
        return token.substring(0, token.lastIndexOf('.')) + another.substring(another.lastIndexOf('.'));
    }

    @Test
    void everyDoorOpensForThoseItIsMeantForAndForNobodyElse() throws Exception {
        assertThat(AccessMatrix.wrong(new Rest(base), bearers)).isEmpty();
    }

    @Test
    void everyCommandOfFlightGivesToThoseItIsMeantForAndToNobodyElse() {
        FlightMatrix matrix = new FlightMatrix(flight.port());
        assertThat(matrix.wrongCommands(bearers)).isEmpty();
        assertThat(matrix.wrongPreparations(bearers)).isEmpty();
        assertThat(matrix.wrongActions(bearers)).isEmpty();
    }

    /** Nobody is known by what only the file of a laptop says. */
    @Test
    void tokensOfALaptopAreStrangersHere() throws Exception {
        List<Bearer> laptops = Bearer.ofALaptop().stream()
                .filter(each -> !each.token().isEmpty())
                .map(each -> Bearer.wrong(each.token(), each.token()))
                .toList();
        assertThat(AccessMatrix.wrong(new Rest(base), laptops)).isEmpty();
        assertThat(new FlightMatrix(flight.port()).wrongCommands(laptops)).isEmpty();
    }
}
