package io.belvedere.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static final int TREES = 2_000;
    /** Every control, what has to be escaped, what must not be, and characters of two to four bytes. */
    private static final List<String> PIECES = List.of(
            "\"", "\\", "/", "\b\f\n\r\t", "\u0001\u000f\u001f", "\u007f", "a", "Z9 ", "é", "€", "\u2028", "😀");

    private final Random random = new Random(4711);

    @Test
    void writesWhatTheReferenceWrites() throws IOException {
        for (int i = 0; i < TREES; i++) {
            ObjectNode alone = JsonNodeFactory.instance.objectNode();
            alone.set("name" + text(), tree(3));
            String reference = new JsonCanonicalizer(alone.toString()).getEncodedString();
            String name = alone.fieldNames().next();
            assertThat("{" + CanonicalJson.member(name, alone.get(name)) + "}").isEqualTo(reference);
        }
    }

    private JsonNode tree(int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> JsonNodeFactory.instance.textNode(text());
            case 1 -> JsonNodeFactory.instance.numberNode(random.nextLong(-Members.INTEGER_MAX, Members.INTEGER_MAX));
            case 2 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 3 -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(tree(depth - 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.set(text(), tree(depth - 1));
                }
                yield object;
            }
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    @Test
    void refusesWhatAReaderMightRound() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        for (JsonNode each :
                List.of(nodes.numberNode(1.5), nodes.numberNode(Members.INTEGER_MAX + 1), nodes.nullNode())) {
            assertThatThrownBy(() -> CanonicalJson.member("n", each)).isInstanceOf(IllegalStateException.class);
        }
    }
}
