package io.belvedere.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.belvedere.model.Classification;
import io.belvedere.model.access.Caller;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The question as policy reads it, published as {@code docs/schemas/policy-input.schema.json}. Keys are sorted and sets are
 * in order, so that the same question is the same bytes.
 *
 * <p>Holds no display name, no definition and no SQL: what policy need not know it cannot decide on or leak.
 *
 * @param purpose left out when the caller stated none
 * @param breakGlass left out when the caller breaks no glass
 * @param time ISO 8601, in UTC
 */
record PolicyInput(
        Subject caller,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String purpose,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String breakGlass,
        String operation,
        String protocol,
        String time,
        List<View> views) {
    static final int BYTES_MAX = 4 * 1024 * 1024;

    private static final ObjectWriter WRITER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build()
            .writerFor(PolicyInput.class);

    /** The caller, without the display name, which never decides anything. */
    record Subject(
            String issuer,
            String subject,
            String kind,
            List<String> roles,
            SortedMap<String, String> attributes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Agent agent) {}

    record Agent(String issuer, String subject) {}

    record View(
            String id,
            String name,
            String version,
            String owner,
            String domain,
            List<String> tags,
            List<Column> columns) {}

    record Column(String name, String type, List<String> classes) {}

    static PolicyInput of(PolicyRequest request) {
        Caller caller = request.caller();
        return new PolicyInput(
                new Subject(
                        caller.issuer(),
                        caller.subject(),
                        word(caller.kind()),
                        List.copyOf(caller.roles()),
                        new TreeMap<>(caller.attributes()),
                        caller.agent()
                                .map(agent -> new Agent(agent.issuer(), agent.subject()))
                                .orElse(null)),
                request.purpose().orElse(null),
                request.breakGlass().orElse(null),
                word(request.operation()),
                word(request.protocol()),
                request.time().toString(),
                request.views().stream().map(PolicyInput::view).toList());
    }

    /** The exact bytes that are sent; throws {@code POLICY_INVALID} for a question that cannot be written or is too long. */
    byte[] bytes() {
        if (!texts().allMatch(Unicode::isWellFormed)) {
            // Half a character means nothing, and each reader of JSON makes something else of it.
            throw PolicyError.POLICY_INVALID.error(
                    "The request cannot be put to policy: it holds text that is not Unicode.");
        }
        byte[] bytes;
        try {
            bytes = WRITER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts was not written", e);
        }
        if (bytes.length > BYTES_MAX) {
            throw PolicyError.POLICY_INVALID.error(
                    "The request is too long for one decision; ask about fewer views at once.");
        }
        return bytes;
    }

    /** Everything that comes from outside the catalog. */
    private Stream<String> texts() {
        Stream<String> words = Stream.of(caller.issuer(), caller.subject());
        Stream<String> claims = Stream.of(
                        caller.roles(),
                        caller.attributes().keySet(),
                        caller.attributes().values())
                .flatMap(Collection::stream);
        Stream<String> agent =
                Stream.ofNullable(caller.agent()).flatMap(each -> Stream.of(each.issuer(), each.subject()));
        return Stream.of(words, claims, agent, Stream.ofNullable(purpose), Stream.ofNullable(breakGlass))
                .flatMap(Function.identity());
    }

    private static View view(ViewDefinition view) {
        return new View(
                view.id().toString(),
                view.id().name().toString(),
                view.id().version().toString(),
                view.owner(),
                view.id().name().domain(),
                view.tags().stream().sorted().toList(),
                view.columns().stream().map(PolicyInput::column).toList());
    }

    private static Column column(ColumnContract column) {
        return new Column(
                column.name().value(),
                column.type().toString(),
                column.classifications().stream().map(Classification::value).toList());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
