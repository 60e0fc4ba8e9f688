package io.belvedere.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    @Test
    void tokensAndPasswordsAreRead() {
        assertThat(Credentials.of("bearer abc")).contains(new Credentials.Bearer("abc"));
        assertThat(Credentials.of("Basic " + base64("ana:pass:wörd")))
                .contains(new Credentials.Basic("ana", "pass:wörd"));
    }

    @Test
    void anythingElseIsNone() {
        for (String wrong : List.of(
                "",
                "abc",
                "Bearer ",
                "Digest abc",
                "Basic !!!",
                "Basic " + base64("no-colon"),
                "Basic " + base64(":no-name"),
                "Basic " + base64("a:b\nc"),
                "Basic " + base64("a:" + "b".repeat(Credentials.PASSWORD_LENGTH_MAX)),
                "Basic " + Base64.getEncoder().encodeToString(new byte[] {'a', ':', (byte) 0xC3}),
                "Bearer " + "x".repeat(Credentials.LENGTH_MAX))) {
            assertThat(Credentials.of(wrong)).as("%.40s", wrong).isEmpty();
        }
    }

    @Test
    void neitherIsPrinted() {
        assertThat(new Credentials.Bearer("abc")).hasToString("Bearer ***");
        assertThat(new Credentials.Basic("ana", "abc")).hasToString("Basic ***");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
