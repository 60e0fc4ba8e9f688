package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy in this process that answers whatever it is told to: it is read as strictly as a server's answer. */
class ForgedRepliesTest {
    private static WasmPolicyGate gate;

    @BeforeAll
    static void open() throws IOException {
        byte[] data = "{\"belvedere\":{\"revision\":\"r1\"}}".getBytes(StandardCharsets.UTF_8);
        try (InputStream odd = Objects.requireNonNull(ForgedRepliesTest.class.getResourceAsStream("odd.wasm"))) {
            gate = new WasmPolicyGate(PolicyBundle.of(odd.readAllBytes(), data));
        }
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @Test
    void aWholeReplyIsTaken() {
        assertThat(decide(Replies.GOOD)).isInstanceOf(Allow.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forged")
    void aReplyThatLeavesAnythingOpenIsRefused(String what, String reply) {
        assertThat(reply).as(what).isNotEqualTo(Replies.GOOD);
        assertRefused(reply);
    }

    /** The replies that a value of the engine can be: one with a key twice, or with something after its end, is none. */
    static Stream<Arguments> forged() {
        return ReplyReaderTest.brokenReplies().filter(reply -> isValue((String) reply.get()[1]));
    }

    private static boolean isValue(String json) {
        try {
            var _ = JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(json);
            return true;
        } catch (JsonProcessingException none) {
            return false;
        }
    }

    /** Broader than the question: rows of a view, a column or a time that nobody asked about. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"all\"|[\"all\"]",
                "\"all\"|{\"filter\":null}",
                "\"all\"|{\"filter\":true}",
                "\"all\"|{\"filter\":{\"type\":\"field\",\"operator\":\"eq\",\"field\":\"unknown\",\"value\":1}}",
                "{\"a.b@1.0.0\":|{\"a.b@1\":",
                "{\"a.b@1.0.0\":|{\"a.c@1.0.0\":{\"access\":\"none\"},\"a.b@1.0.0\":",
                "\"t\":{\"mask\":\"none\"}|\"t\":{\"mask\":\"none\"},\"secret\":{\"mask\":\"none\"}",
                "\"t\":{\"mask\":\"none\"}|\"t\":[{\"mask\":\"none\"}]",
                "\"maxRows\":10|\"maxRows\":9223372036854775808",
                "\"detail\":\"shape\"|\"detail\":\"all\""
            })
    void aReplyThatGrantsMoreThanWasAskedForIsRefused(String change) {
        int bar = change.indexOf('|');
        String forged = Replies.GOOD.replace(change.substring(0, bar), change.substring(bar + 1));

        assertThat(forged).isNotEqualTo(Replies.GOOD);
        assertRefused(forged);
    }

    private static void assertRefused(String reply) {
        assertThatThrownBy(() -> decide(reply))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(PolicyError.POLICY_INVALID));
    }

    /** What is no JSON has no value, and so is no answer. */
    private static Decision decide(String reply) {
        return gate.decide(new PolicyRequest(
                Fixtures.ANA,
                Optional.of("forged " + reply),
                Operation.QUERY,
                Protocol.REST,
                Instant.EPOCH,
                List.of(Replies.VIEW)));
    }
}
