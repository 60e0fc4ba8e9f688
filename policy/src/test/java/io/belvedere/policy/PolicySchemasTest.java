package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.OMAR;
import static io.belvedere.policy.Fixtures.OTTO;
import static io.belvedere.policy.Fixtures.REPOSITORY;
import static io.belvedere.policy.Fixtures.SAM;
import static io.belvedere.policy.Fixtures.SAMPLE_POLICY;
import static io.belvedere.policy.Fixtures.STELLA;
import static io.belvedere.policy.Fixtures.STOCK;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published about policy's documents is what is sent, received and read. */
class PolicySchemasTest {
    private static final String BASE = "https://belvedere.io/schemas/";
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaMappers(mappers -> mappers.mapPrefix(
                    BASE, REPOSITORY.resolve("docs/schemas").toUri().toString())));

    @ParameterizedTest
    @EnumSource
    void whatIsAskedAndAnsweredIsWhatIsPublished(Operation operation) {
        PolicyBundle sample = PolicyBundle.read(SAMPLE_POLICY);
        EvaluatorPool.Limits one =
                new EvaluatorPool.Limits(1, EvaluatorPool.Limits.LOAN_MAX, java.time.Duration.ofSeconds(5));
        try (EvaluatorPool pool = EvaluatorPool.open(sample, one)) {
            for (Caller caller : List.of(ANA, STELLA, OTTO, SAM, OMAR)) {
                PolicyRequest request = request(caller, operation, CUSTOMERS, STOCK);
                String input = new String(PolicyInput.of(request).bytes(), StandardCharsets.UTF_8);
                String result = pool.evaluate(input).orElseThrow();
                String reply = result.substring("[{\"result\":".length(), result.length() - "}]".length());

                assertThat(problems("policy-input", input)).isEmpty();
                assertThat(problems("policy-reply", reply)).isEmpty();
                Decision decision = new ReplyReader(request, "0".repeat(64), sample.revision())
                        .read(reply.getBytes(StandardCharsets.UTF_8));
                assertThat(decision.revision()).startsWith("coffee-chain-1+");
            }
        }
    }

    @Test
    void theInputIsWrittenWithSortedKeysAndNothingElse() {
        String input =
                new String(PolicyInput.of(request(ANA, Operation.QUERY, STOCK)).bytes(), StandardCharsets.UTF_8);
        assertThat(input)
                .isEqualTo(
                        "{\"caller\":{\"attributes\":{\"region\":\"EU\"},\"issuer\":\"https://idp.example\",\"kind\":\"human\","
                                + "\"roles\":[\"analyst\"],\"subject\":\"ana\"},\"operation\":\"query\",\"protocol\":\"rest\","
                                + "\"purpose\":\"churn report\",\"time\":\"2026-11-22T12:00:00Z\",\"views\":[{\"columns\":["
                                + "{\"classes\":[],\"name\":\"product_id\",\"type\":\"bigint\"},"
                                + "{\"classes\":[],\"name\":\"units\",\"type\":\"integer\"}],\"domain\":\"inventory\","
                                + "\"id\":\"inventory.stock@1.0.0\",\"name\":\"inventory.stock\",\"owner\":\"a-team\","
                                + "\"tags\":[\"dashboard\"],\"version\":\"1.0.0\"}]}");
    }

    @Test
    void aPurposeThatWasNotStatedIsLeftOut() {
        PolicyRequest request = new PolicyRequest(
                ANA, Optional.empty(), Operation.DESCRIBE, Protocol.FLIGHT, Instant.EPOCH, List.of(STOCK));
        String input = new String(PolicyInput.of(request).bytes(), StandardCharsets.UTF_8);
        assertThat(input)
                .doesNotContain("purpose")
                .contains("\"protocol\":\"flight\"", "\"time\":\"1970-01-01T00:00:00Z\"");
        assertThat(problems("policy-input", input)).isEmpty();
    }

    @Test
    void anAgentAndBrokenGlassAreAskedAboutAsPublished() {
        Caller agent = new Caller(
                "https://idp.example",
                "ana",
                "Ana",
                Caller.Kind.AGENT,
                Set.of("analyst"),
                Map.of(),
                Optional.of(new Caller.Agent("https://idp.example", "report-bot")));
        PolicyRequest request = new PolicyRequest(
                agent,
                Optional.empty(),
                Optional.of("a fire"),
                Operation.QUERY,
                Protocol.REST,
                Instant.EPOCH,
                List.of());
        String input = new String(PolicyInput.of(request).bytes(), StandardCharsets.UTF_8);
        assertThat(input)
                .contains(
                        "\"agent\":{\"issuer\":\"https://idp.example\",\"subject\":\"report-bot\"}",
                        "\"breakGlass\":\"a fire\"",
                        "\"kind\":\"agent\"");
        assertThat(problems("policy-input", input)).isEmpty();
        assertThat(problems("policy-input", input.replace("\"agent\":{", "\"agents\":{")))
                .isNotEmpty();
        assertThat(problems("policy-input", input.replace("\"kind\":\"agent\"", "\"kind\":\"human\"")))
                .isNotEmpty();
    }

    @Test
    void theSampleAndTheBuiltInDataAreAsPublished() throws IOException {
        assertThat(problems("policy-data", Files.readString(SAMPLE_POLICY.resolve("data.json"))))
                .isEmpty();
        assertThat(problems("policy-data", PolicyBundle.builtIn().data())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"belvedere\":{\"revision\":\"\",\"roles\":{}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"rows\"}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"rows\":\"all\"}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"masks\":{\"A\":{\"mask\":\"none\"}}}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"masks\":{\"a\":{\"mask\":\"keep_last\"}}}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"kinds\":[\"robot\"]}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"purposes\":[\" \"]}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"preview\":1}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{},\"grants\":{}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\"}},\"grants\":[{\"who\":{\"role\":\"a\"},\"what\":{\"role\":\"a\"},\"from\":\"2026-01-01\",\"until\":\"2027-01-01T00:00:00Z\",\"reason\":\"r\"}]}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\"}},\"grants\":[{\"what\":{\"role\":\"a\"},\"from\":\"2026-01-01T00:00:00Z\",\"until\":\"2027-01-01T00:00:00Z\",\"reason\":\"r\"}]}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"none\",\"detail\":{\"describe\":\"full\"}}}}}"
            })
    void theSchemaAndTheReaderRefuseTheSameData(String data) {
        assertThat(problems("policy-data", data)).isNotEmpty();
        LocatedJson.Parsed parsed = LocatedJson.parse(data.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed)
                .isInstanceOfSatisfying(
                        LocatedJson.Parsed.Document.class,
                        document -> assertThat(PolicyDataCheck.check("data.json", document.root()))
                                .isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"effect\":\"allow\",\"reason\":\"r\",\"revision\":\"r\",\"detail\":\"shape\"}",
                "{\"effect\":\"allow\",\"reason\":\"r\",\"revision\":\"\",\"detail\":\"shape\",\"views\":{}}",
                "{\"effect\":\"allow\",\"reason\":\"r\",\"revision\":\"r\",\"detail\":\"shape\",\"views\":{\"a.b@1.0.0\":{}}}",
                "{\"effect\":\"allow\",\"reason\":\"r\",\"revision\":\"r\",\"detail\":\"shape\",\"views\":{},\"extra\":1}"
            })
    void theSchemaRefusesAReplyThatLeavesSomethingOpen(String reply) {
        assertThat(problems("policy-reply", reply)).isNotEmpty();
    }

    private static List<String> problems(String schema, String document) {
        JsonSchema published = SCHEMAS.getSchema(SchemaLocation.of(BASE + schema + ".schema.json"));
        return published.validate(document, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }
}
