package io.belvedere.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The canonical form, as the writer's library makes it and as the verifier's own code knows it. */
class RecordReaderTest {
    /** RFC 8785, section 3.2.3: names sort by UTF-16 code unit. */
    private static final String SORTED =
            "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\","
                    + "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";

    @Test
    void namesSortAsTheRfcSortsThem() throws Exception {
        String canonical = new JsonCanonicalizer(SORTED).getEncodedString();
        assertThat(canonical)
                .isEqualTo(
                        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\","
                                + "\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
        assertThat(RecordReader.read(bytes(canonical)).size()).isEqualTo(7);
    }

    /** RFC 8785, section 3.2.2.2: the escapes there are, and no other. */
    @Test
    void bothWriteEveryControlCharacterTheSameWay() throws Exception {
        for (int control = 0; control <= 0x1f; control++) {
            String escaped = String.format("{\"a\":\"x\\u%04X\"}", control);
            byte[] canonical = new JsonCanonicalizer(escaped).getEncodedUTF8();
            assertThat(RecordReader.read(canonical).get("a").asText()).isEqualTo("x" + (char) control);
        }
        assertThat(new JsonCanonicalizer("{\"a\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"}")
                        .getEncodedString())
                .isEqualTo("{\"a\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\":1,\"a\":2}",
                "{\"a\": 1}",
                "{\"a\":1}\n",
                "{\"a\":1.0}",
                "{\"a\":1e2}",
                "{\"a\":-0}",
                "{\"a\":01}",
                "{\"a\":9007199254740993}",
                "{\"a\":null}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":\"\\/\"}",
                "{\"a\":\"\\u000A\"}",
                "{\"a\":1}{}",
                "[1]",
                "{\"a\":1",
                ""
            })
    void thereIsNoOtherWayToWriteARecord(String entry) {
        assertThatThrownBy(() -> RecordReader.read(bytes(entry))).isInstanceOf(BadFrame.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
