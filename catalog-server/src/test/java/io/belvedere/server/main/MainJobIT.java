package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, end to end: the packaged server, real databases, five callers, and what happens when a part of it dies. */
class MainJobIT {
    private static final String JSON = "application/json";
    private static final Pattern BODY = Pattern.compile("(?s)query: \\|\\n(.*?)\\n  columns:");
    private static final List<String> VIEWS =
            List.of("fulfilment.late_orders", "crm.customer_360", "sales.revenue_by_country");

    private static final String BROKEN = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: inventory.broken, version: 1.0.0, title: Broken, owner: test, description: Names no column.}
            spec:
              query: |
                SELECT a.shop_id AS store, a.product_id AS product
                FROM inventory.stock a
              columns:
                - {name: store, type: bigint, required: true}
                - {name: product, type: bigint, required: true}
              onSourceFailure: fail
            """;

    @TempDir
    static Path folder;

    private static CoffeeChain chain;
    private static ServedSample server;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
        server = ServedSample.start(chain, Files.createDirectories(folder.resolve("main")), _ -> {}, List.of())
                .awaitHealth(200);
        rest = new Rest(server.base());
    }

    @AfterAll
    static void stop() {
        server.close();
        chain.close();
    }

    @Test
    void threeViewsAnswerFiveCallersEachInTheirWay() throws Exception {
        for (String view : VIEWS) {
            String sql = "SELECT * FROM " + view;
            Answer ana = rest.query("dev-ana", JSON, sql);
            Answer stella = rest.query("dev-stella", JSON, sql);
            assertThat(ana.status()).as(view + ana.text()).isEqualTo(200);
            assertThat(ana.json().path("status").asText()).isEqualTo("complete");
            assertThat(names(ana.json())).doesNotContain("card_number");
            int region = names(ana.json()).indexOf("region");
            assertThat(ana.json().path("rows"))
                    .isNotEmpty()
                    .allMatch(row -> row.get(region).asText().equals("EU"));
            assertThat(stella.json().path("rows").size())
                    .isGreaterThan(ana.json().path("rows").size());
            assertThat(rest.query("dev-otto", JSON, sql).status()).isEqualTo(403);
            assertThat(rest.query("dev-omar", JSON, sql).status()).isEqualTo(403);
            assertThat(rest.query("dev-sam", JSON, sql).status()).isEqualTo(404);
        }
    }

    @Test
    void answersEqualTheSameSqlInOneDatabaseWithMasksAndFiltersByHand() throws Exception {
        try (Connection oracle = DriverManager.getConnection(
                chain.oracleJdbcUrl(),
                "belvedere",
                chain.server(CoffeeChain.Server.PAYMENTS).password())) {
            for (String file : List.of("late-orders-1.1.0", "customer-360", "revenue-by-country")) {
                String text = Files.readString(server.folder().resolve("views/" + file + ".yaml"));
                Matcher body = BODY.matcher(text);
                assertThat(body.find()).isTrue();
                String view = text.replaceAll("(?s).*name: ([a-z]+\\.[a-z0-9_]+)\\n.*", "$1");
                for (String caller : List.of("dev-ana", "dev-stella")) {
                    JsonNode answer =
                            rest.query(caller, JSON, "SELECT * FROM " + view).json();
                    List<String> columns = names(answer);
                    assertThat(rows(answer))
                            .as(view + " as " + caller)
                            .isNotEmpty()
                            .isEqualTo(byHand(oracle, body.group(1), columns, caller));
                }
            }
        }
    }

    /** The view's own SQL with what the policy says of each caller, written by hand. */
    private static List<String> byHand(Connection oracle, String body, List<String> columns, String caller)
            throws Exception {
        boolean analyst = caller.equals("dev-ana");
        List<String> selected = new ArrayList<>();
        for (String column : columns) {
            selected.add(
                    switch (column) {
                        case "email" ->
                            analyst
                                    ? "CASE WHEN position('@' in email) > 0 THEN left(email, 1) || '***'"
                                            + " || substring(email from position('@' in email)) WHEN email IS NULL THEN NULL"
                                            + " ELSE '***' END"
                                    : "email";
                        case "phone" -> analyst ? keepLast("phone", 2) : "phone";
                        case "card_number" -> keepLast("card_number", 4);
                        default -> column;
                    });
        }
        String sql = "SELECT " + String.join(", ", selected) + " FROM (" + body + ") v"
                + (analyst ? " WHERE region = 'EU'" : "");
        List<String> rows = new ArrayList<>();
        try (Statement statement = oracle.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(canonical(result.getString(i)));
                }
                rows.add(String.join("|", row));
            }
        }
        Collections.sort(rows);
        return rows;
    }

    private static String keepLast(String column, int characters) {
        return "CASE WHEN " + column + " IS NULL THEN NULL WHEN length(" + column + ") > " + characters
                + " THEN '***' || right(" + column + ", " + characters + ") ELSE '***' END";
    }

    private static List<String> rows(JsonNode answer) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : answer.path("rows")) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.isNull() ? "NULL" : canonical(cell.asText())));
            rows.add(String.join("|", cells));
        }
        Collections.sort(rows);
        return rows;
    }

    /** PostgreSQL writes a timestamp with a blank and without trailing zeros. */
    private static String canonical(String text) {
        return text == null
                ? "NULL"
                : text.replaceFirst("^(\\d{4}-\\d\\d-\\d\\d)T(\\d)", "$1 $2")
                        .replaceFirst("(\\d\\d:\\d\\d:\\d\\d\\.\\d*?)0+$", "$1");
    }

    private static List<String> names(JsonNode answer) {
        return answer.path("columns").findValuesAsText("name");
    }

    @Test
    void eachFormatHoldsTheSameRows() throws Exception {
        String sql = "SELECT country_code, sales_year, revenue FROM sales.revenue_by_country WHERE sales_year = 2026";
        int rows = rest.query("dev-stella", JSON, sql).json().path("rows").size();
        assertThat(rows).isPositive();
        assertThat(rest.query("dev-stella", "application/x-ndjson", sql).text().lines())
                .hasSize(rows + 1);
        assertThat(rest.query("dev-stella", "text/csv", sql).text().lines()).hasSize(rows + 2);
        assertThat(rest.query("dev-stella", "application/vnd.apache.arrow.stream", sql)
                        .status())
                .isEqualTo(200);
        assertThat(rest.get("dev-stella", "/api/v1/views/sales.revenue_by_country/rows?sales_year=2026&limit=100000")
                        .json()
                        .path("rowCount")
                        .asInt())
                .isEqualTo(rows);
    }

    @Test
    void aHiddenViewAndColumnGiveTheBytesOfAbsentOnes() throws Exception {
        assertThat(rest.query("dev-sam", JSON, "SELECT * FROM crm.customer_360").sameForAll())
                .isEqualTo(rest.query("dev-sam", JSON, "SELECT * FROM crm.customer_361")
                        .sameForAll()
                        .replace("361", "360"));
        assertThat(rest.query("dev-ana", JSON, "SELECT card_number FROM crm.customer_360")
                        .sameForAll())
                .isEqualTo(rest.query("dev-ana", JSON, "SELECT card_nummer FROM crm.customer_360")
                        .sameForAll()
                        .replace("nummer", "number"));
    }

    @Test
    void lateOrdersShipsKeysInsteadOfFetchingOrders() throws Exception {
        Answer late = rest.query("dev-ana", JSON, "SELECT * FROM fulfilment.late_orders");
        JsonNode timeline =
                rest.get("dev-omar", "/api/v1/queries/" + late.queryId()).json().path("timeline");
        long moved = 0;
        long keys = 0;
        for (JsonNode fetch : timeline.findValues("fetch")) {
            moved += fetch.path("source").asText().equals("orders")
                    ? fetch.path("rows").asLong()
                    : 0;
            keys += fetch.path("keys").asLong();
        }
        assertThat(keys).isPositive();
        assertThat(moved).isPositive().isLessThan(Scale.SMALL.orders() / 10);
    }

    @Test
    void explainAnalyzeShowsAStewardWhatEachSourceDidAndAnAnalystHowManyRowsThereWere() throws Exception {
        String sql = "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM fulfilment.late_orders";
        JsonNode steward = plan(rest.query("dev-stella", JSON, sql));
        int rows = rest.query("dev-stella", JSON, "SELECT * FROM fulfilment.late_orders")
                .json()
                .path("rowCount")
                .asInt();
        assertThat(steward.path("ran").path("rows").asInt()).isEqualTo(rows);
        long keys = 0;
        int fetches = 0;
        for (JsonNode step : steward.path("full").path("steps")) {
            assertThat(step.path("estimate").path("rows").asLong()).isPositive();
            assertThat(step.path("actual").path("ms").asDouble()).isPositive();
            if (step.path("kind").asText().equals("fetch")) {
                fetches++;
                keys += step.path("actual").path("keys").asLong();
                assertThat(step.path("actual").path("rows").isNumber()).isTrue();
                assertThat(step.path("actual").path("statements").size())
                        .isEqualTo(step.path("shards").size());
            }
        }
        assertThat(fetches).isGreaterThan(2);
        assertThat(keys).isPositive();
        assertThat(steward.path("full").path("notPushed")).isNotEmpty();
        Answer seen = rest.query("dev-ana", JSON, sql);
        JsonNode analyst = plan(seen);
        assertThat(analyst.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("queryId", "auditId", "columns", "shape", "ran");
        assertThat(analyst.path("ran").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("rows", "firstRowMs", "totalMs");
        assertThat(analyst.toString()).doesNotContain("SELECT", "payments", "inventory", "orders_0", "'EU'");
        assertThat(LogTool.show(server.folder(), "--request", seen.queryId().toString()))
                .contains("analyze");
    }

    private static JsonNode plan(Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new ObjectMapper()
                .readTree(answer.json().path("rows").path(0).path(0).asText());
    }

    @Test
    void aBrokenViewIsQuarantinedAndTheOthersServe() throws Exception {
        Path broken = server.folder().resolve("views/broken.yaml");
        Files.writeString(broken, BROKEN);
        try {
            JsonNode problem = null;
            for (int i = 0; i < 200 && problem == null; i++) {
                Thread.sleep(50);
                for (JsonNode each :
                        rest.get("dev-omar", "/api/v1/catalog/problems").json().path("problems")) {
                    problem = each.path("file").asText().equals("views/broken.yaml") ? each : problem;
                }
            }
            assertThat(problem).isNotNull();
            assertThat(problem.path("line").asInt()).isEqualTo(6);
            assertThat(problem.path("column").asInt()).isEqualTo(14);
            assertThat(problem.path("code").asText()).isNotEmpty();
            assertThat(server.log()).containsPattern("views/broken.yaml:6:14 [A-Z_]+ ");
            assertThat(rest.query("dev-stella", JSON, "SELECT * FROM inventory.broken")
                            .status())
                    .isEqualTo(404);
            assertThat(rest.query("dev-stella", JSON, "SELECT * FROM sales.revenue_by_country")
                            .status())
                    .isEqualTo(200);
        } finally {
            Files.delete(broken);
        }
    }

    @Test
    void aSourceThatDiesWhileItsQueryRunsGivesItsErrorNoRowAndARecord() throws Exception {
        Answer answer;
        try (Connection lock = chain.server(CoffeeChain.Server.PAYMENTS).openAsAdmin("payments")) {
            lock.setAutoCommit(false);
            try (Statement statement = lock.createStatement()) {
                // The server's statement on this table waits, so that it surely runs when its database dies.
                statement.execute("LOCK TABLE payments IN ACCESS EXCLUSIVE MODE");
            }
            CompletableFuture<Answer> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return rest.query("dev-ana", JSON, "SELECT * FROM fulfilment.late_orders");
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            awaitWaitingStatement(lock);
            chain.kill(CoffeeChain.Server.PAYMENTS);
            answer = running.get(30, TimeUnit.SECONDS);
        } catch (SQLException closed) {
            throw new AssertionError("the lock's own session failed early", closed);
        } finally {
            chain.restart(CoffeeChain.Server.PAYMENTS);
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.json().path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
        assertThat(answer.json().has("rows")).isFalse();
        assertThat(LogTool.show(server.folder(), "--request", answer.queryId().toString()))
                .contains("SOURCE_UNAVAILABLE", "failed");
        awaitStatus("SELECT * FROM fulfilment.late_orders", 200);
    }

    private static void awaitWaitingStatement(Connection lock) throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Statement statement = lock.createStatement();
                    ResultSet waiting = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
                waiting.next();
                if (waiting.getInt(1) > 0) {
                    return;
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no statement waits for the table");
    }

    @Test
    void aSourceThatIsDownGivesItsErrorAndNoRow() throws Exception {
        chain.kill(CoffeeChain.Server.PAYMENTS);
        try {
            Answer answer = rest.query("dev-ana", JSON, "SELECT * FROM fulfilment.late_orders");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("code").asText()).isEqualTo("SOURCE_UNAVAILABLE");
            assertThat(answer.json().has("rows")).isFalse();
            assertThat(LogTool.show(
                            server.folder(), "--request", answer.queryId().toString()))
                    .contains("SOURCE_UNAVAILABLE");
            assertThat(rest.query("dev-ana", JSON, "SELECT * FROM sales.revenue_by_country")
                            .status())
                    .isEqualTo(200);
        } finally {
            chain.restart(CoffeeChain.Server.PAYMENTS);
        }
        awaitStatus("SELECT * FROM fulfilment.late_orders", 200);
    }

    private static void awaitStatus(String sql, int status) throws Exception {
        Answer answer = rest.query("dev-stella", JSON, sql);
        for (int i = 0; i < 120 && answer.status() != status; i++) {
            Thread.sleep(500);
            answer = rest.query("dev-stella", JSON, sql);
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    @Test
    void aBrokenPolicyAnswersNothingAndTheRefusalIsRecorded() throws Exception {
        Path place = Files.createDirectories(folder.resolve("broken-policy"));
        try (ServedSample other = ServedSample.start(
                        chain,
                        place,
                        copy -> Files.writeString(copy.resolve("policy/data.json"), "{\"belvedere\": "),
                        List.of())
                .awaitHealth(503)) {
            Rest calls = new Rest(other.base());
            Answer answer = calls.query("dev-stella", JSON, "SELECT * FROM sales.revenue_by_country");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("code").asText()).isEqualTo("POLICY_UNAVAILABLE");
            assertThat(LogTool.show(place, "--request", answer.queryId().toString()))
                    .contains("POLICY_UNAVAILABLE", "failed");
            Files.copy(
                    CoffeeChain.catalogFolder().resolve("policy/data.json"),
                    place.resolve("policy/data.json"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            other.awaitHealth(200);
            assertThat(calls.query("dev-stella", JSON, "SELECT * FROM sales.revenue_by_country")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void dimensionsAnswerForTheirSourceInsideTheirBoundAndSayHowOldTheyAre() throws Exception {
        new LostReference(chain, server, rest).answersInsideTheBoundWithTheAgeShown();
    }

    @Test
    void pastTheirBoundDimensionsAreRefusedUntilTheirSourceIsBack() throws Exception {
        new LostReference(chain, server, rest).refusesPastTheBoundAndTakesUpASourceThatIsBack();
    }

    @Test
    void productionRefusesToStartWithoutAnIdentityProvider() throws Exception {
        Path place = Files.createDirectories(folder.resolve("prod"));
        ServedSample other = ServedSample.start(chain, place, _ -> {}, List.of("-Dquarkus.profile=prod"));
        assertThat(other.awaitEnd()).isNotZero();
        assertThat(other.log()).contains("belvedere.identity.dev-file is for a laptop");
    }
}
