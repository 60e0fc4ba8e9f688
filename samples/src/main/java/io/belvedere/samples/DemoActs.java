package io.belvedere.samples;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.RestClient.Answer;
import io.belvedere.testkit.fault.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The acts of the demo, in order. Each prints what it sees and checks it. */
final class DemoActs {
    private static final int ROWS_SHOWN = 3;
    private static final Set<String> MASKED = Set.of("email", "phone");
    private static final Person ANA = new Person("dev-ana", "Ana", "analyst for the EU");
    private static final Person STELLA = new Person("dev-stella", "Stella", "steward");
    private static final Person OTTO = new Person("dev-otto", "Otto", "auditor");
    private static final Person SAM = new Person("dev-sam", "Sam", "a stranger");
    private static final Person OMAR = new Person("dev-omar", "Omar", "operator");
    private static final View LATE = new View(
            "fulfilment.late_orders",
            "late, not paid yet, and the store is running out",
            "SELECT * FROM fulfilment.late_orders ORDER BY promised_on, order_id, line_no",
            List.of("order_id", "line_no"),
            List.of("customer_name", "email", "phone", "card_number", "region", "promised_on"));
    private static final List<View> VIEWS = List.of(
            LATE,
            new View(
                    "crm.customer_360",
                    "the best customers",
                    "SELECT * FROM crm.customer_360 ORDER BY lifetime_value DESC, customer_id LIMIT 200",
                    List.of("customer_id"),
                    List.of("customer_name", "email", "card_number", "region", "order_count", "lifetime_value")),
            new View(
                    "sales.revenue_by_country",
                    "revenue by country and year",
                    "SELECT * FROM sales.revenue_by_country ORDER BY revenue DESC, country_code, sales_year",
                    List.of("country_code", "sales_year"),
                    List.of("country", "region", "sales_year", "order_count", "revenue")));

    private final Screen screen;
    private final RestClient client;
    private final ServerProcess server;
    private final FaultProxy reference;
    private final Checks checks;

    /**
     * @param reference the line to the source that the dimensions are kept of
     */
    DemoActs(Screen screen, RestClient client, ServerProcess server, FaultProxy reference, Checks checks) {
        this.screen = screen;
        this.client = client;
        this.server = server;
        this.reference = reference;
        this.checks = checks;
    }

    private record Person(String token, String name, String role) {}

    /** A view, the statement that asks for it, its key and the columns that fit on a screen. */
    private record View(String name, String title, String sql, List<String> key, List<String> shown) {}

    void play() throws IOException, InterruptedException {
        Answer late = null;
        for (var view : VIEWS) {
            var answer = askAll(view);
            late = late == null ? answer : late;
        }
        if (late == null || late.status() != 200) {
            return; // the checks say so already
        }
        plan();
        timeline(late);
        audit(late);
        outage(late);
    }

    /** The view, asked for by all four; returns Ana's answer. */
    private Answer askAll(View view) throws IOException, InterruptedException {
        screen.heading(view.name() + " · " + view.title());
        screen.faint(view.sql());
        var ana = ask(ANA, view);
        var stella = ask(STELLA, view);
        checkDifference(view, Rows.of(ana.body()), Rows.of(stella.body()));
        refused(OTTO, view, 403);
        refused(SAM, view, 404);
        return ana;
    }

    private Answer ask(Person person, View view) throws IOException, InterruptedException {
        var answer = client.query(person.token(), view.sql());
        var complete = answer.status() == 200 && answer.text("status").equals("complete");
        checks.that(person.name() + " gets a complete answer from " + view.name() + said(answer), complete);
        var rows = Rows.of(answer.body());
        screen.person(
                person.name() + ", " + person.role(),
                complete ? "%,d rows in %d ms".formatted(rows.size(), answer.millis()) : said(answer));
        if (complete) {
            checks.that(person.name() + " sees rows of " + view.name(), rows.size() > 0);
            checks.that(
                    "the answer counts its own rows",
                    answer.body().path("rowCount").asLong() == rows.size());
            rows.print(screen, view.shown(), ROWS_SHOWN);
        }
        return answer;
    }

    private void refused(Person person, View view, int status) throws IOException, InterruptedException {
        var answer = client.query(person.token(), view.sql());
        checks.that(
                "%s, %s, is answered %d on %s%s"
                        .formatted(person.name(), person.role(), status, view.name(), said(answer)),
                answer.status() == status && answer.body().path("rows").isMissingNode());
        screen.person(person.name() + ", " + person.role(), answer.status() + " " + answer.text("code"));
        screen.paragraph(answer.text("detail"), 2);
    }

    /** What Ana sees is what Stella sees, without the other regions, the cards and the clear text of addresses. */
    private void checkDifference(View view, Rows ana, Rows stella) {
        checks.that("Ana has no card column in " + view.name(), !ana.has("card_number"));
        checks.that(
                "Ana sees rows of the EU only", ana.rows().stream().allMatch(row -> "EU".equals(row.get("region"))));
        var byKey = new HashMap<List<String>, Map<String, String>>();
        stella.rows().forEach(row -> byKey.put(key(view, row), row));
        var euOfStella = stella.rows().stream()
                .filter(row -> "EU".equals(row.get("region")))
                .count();
        if (!view.sql().contains("LIMIT")) {
            checks.that("Ana has each EU row that Stella has, and no other", ana.size() == euOfStella);
            checks.that("Stella sees other regions too", stella.size() > euOfStella);
        }
        checks.that(
                "e-mail and phone are masked for Ana, and nothing else differs from what Stella sees",
                ana.rows().stream().allMatch(row -> isMasked(row, byKey.getOrDefault(key(view, row), Map.of()))));
        checks.that(
                "Stella sees no more than the last four digits of a card",
                stella.rows().stream()
                        .noneMatch(row -> row.getOrDefault("card_number", "").matches(".*[0-9]{5}.*")));
    }

    /** Whether Ana's row is Stella's with e-mail and phone hidden; a row that Stella's answer was cut before has nothing to compare with. */
    private static boolean isMasked(Map<String, String> masked, Map<String, String> clear) {
        return clear.isEmpty()
                || masked.entrySet().stream().allMatch(cell -> {
                    var original = clear.getOrDefault(cell.getKey(), "");
                    var same = cell.getValue().equals(original);
                    return MASKED.contains(cell.getKey())
                            ? cell.getValue().isEmpty() == original.isEmpty() && (original.isEmpty() || !same)
                            : same;
                });
    }

    private static List<String> key(View view, Map<String, String> row) {
        return view.key().stream().map(name -> row.getOrDefault(name, "")).toList();
    }

    private void plan() throws IOException, InterruptedException {
        screen.heading("The plan, as Stella may see it · what each database is sent");
        var answer = client.explain(STELLA.token(), LATE.sql());
        var steps = answer.body().path("full").path("steps");
        checks.that("Stella sees the whole plan" + said(answer), answer.status() == 200 && steps.size() > 0);
        for (var step : steps) {
            screen.blank();
            var where = step.path("source").asText("");
            screen.line(screen.style(
                            "1;36",
                            step.path("name").asText() + " · "
                                    + step.path("kind").asText())
                    + (where.isEmpty() ? "" : " · " + where + shards(step)));
            screen.paragraph(step.path("sql").asText(), 4);
        }
        var shape = client.explain(ANA.token(), LATE.sql());
        checks.that(
                "Ana sees the shape of the plan and no SQL" + said(shape),
                shape.status() == 200 && shape.body().path("full").isMissingNode());
    }

    private static String shards(JsonNode step) {
        return step.path("shards").size() > 1
                ? ", %d shards".formatted(step.path("shards").size())
                : "";
    }

    private void timeline(Answer late) throws IOException, InterruptedException {
        screen.heading("The timeline of Ana's query, as Omar, the operator, sees it");
        var answer = client.get(OMAR.token(), "/api/v1/queries/" + late.text("queryId"));
        var steps = answer.body().path("timeline");
        checks.that("Omar sees the timeline" + said(answer), answer.status() == 200 && steps.size() > 0);
        var rows = new ArrayList<List<String>>();
        var moved = 0L;
        for (var step : steps) {
            var fetch = step.path("fetch");
            moved += fetch.path("source").asText().equals("cache")
                    ? 0
                    : fetch.path("rows").asLong();
            rows.add(List.of(
                    step.path("name").asText(),
                    millis(step.path("beginMs")),
                    millis(step.path("tookMs")),
                    fetch.isMissingNode()
                            ? ""
                            : fetch.path("source").asText() + "/"
                                    + fetch.path("shard").asText(),
                    count(fetch.path("keys")),
                    count(fetch.path("rows")),
                    count(fetch.path("bytes"))));
        }
        screen.table(
                List.of(
                        new Cells.Column("step", Cells.Align.LEFT),
                        new Cells.Column("at ms", Cells.Align.RIGHT),
                        new Cells.Column("took ms", Cells.Align.RIGHT),
                        new Cells.Column("database", Cells.Align.LEFT),
                        new Cells.Column("keys sent", Cells.Align.RIGHT),
                        new Cells.Column("rows", Cells.Align.RIGHT),
                        new Cells.Column("bytes", Cells.Align.RIGHT)),
                rows);
        screen.blank();
        screen.line("%,d rows left the databases; %,d orders with more than a million items stayed."
                .formatted(moved, Scale.FULL.orders()));
        checks.that("no database sends a tenth of the orders", moved < Scale.FULL.orders() / 10);
    }

    private static String millis(JsonNode number) {
        return String.format(Locale.ROOT, "%.1f", number.asDouble());
    }

    private static String count(JsonNode number) {
        return number.isMissingNode() ? "" : String.format(Locale.ROOT, "%,d", number.asLong());
    }

    private void audit(Answer late) throws IOException, InterruptedException {
        screen.heading("The audit log · what Ana's query left");
        var shown = server.audit("show", "--request", late.text("queryId"));
        checks.that(
                "the audit log knows Ana's query",
                shown.exitCode() == 0 && shown.text().contains(late.text("queryId")));
        shown.text().lines().forEach(line -> screen.paragraph(line, 2));
        screen.blank();
        var receipt = late.body().path("receipt");
        var verified = server.audit(
                "verify",
                "--receipt",
                receipt.path("id").asText() + ":" + receipt.path("leafHash").asText());
        checks.that(
                "the audit log verifies, with the receipt that Ana holds: " + verified.text(),
                verified.exitCode() == 0);
        verified.text().lines().forEach(line -> screen.paragraph(line, 2));
    }

    /** Late orders once more, while nobody reaches the database that the dimensions are kept of. */
    private void outage(Answer before) throws IOException, InterruptedException {
        screen.heading("The database of countries, products and stores is gone · dimensions answer for it");
        reference.refuse();
        reference.resetAll();
        try {
            var answer = client.query(ANA.token(), LATE.sql());
            var kept = answer.body().path("dimensions");
            checks.that(
                    "Ana gets the same late orders while the source 'reference' is gone" + said(answer),
                    answer.status() == 200
                            && answer.text("status").equals("complete")
                            && answer.body().path("rows").equals(before.body().path("rows")));
            checks.that(
                    "the answer says how old the products and stores in it are",
                    kept.findValuesAsText("dimension").equals(List.of("chain.products", "chain.stores"))
                            && kept.findValues("age").size() == kept.size());
            screen.person(
                    ANA.name() + ", " + ANA.role(),
                    answer.status() == 200
                            ? "%,d rows in %d ms"
                                    .formatted(Rows.of(answer.body()).size(), answer.millis())
                            : said(answer));
            for (var dimension : kept) {
                screen.line("  %s as of %s, %.1f s old"
                        .formatted(
                                dimension.path("dimension").asText(),
                                dimension.path("asOf").asText(),
                                Duration.parse(dimension.path("age").asText()).toMillis() / 1_000.0));
            }
        } finally {
            reference.heal();
        }
        screen.blank();
        screen.line("Past 15 minutes they would be refused. The source is back, and the dimensions are loaded anew.");
    }

    private static String said(Answer answer) {
        return answer.status() == 200
                ? ""
                : " (%d %s: %s)".formatted(answer.status(), answer.text("code"), answer.text("detail"));
    }
}
