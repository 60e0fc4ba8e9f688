package io.belvedere.federation.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.FileLocation;
import io.belvedere.model.source.Location;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same questions for each kind of source: what it is asked, in its own words, and what is kept back and why. One file a kind
 * below {@code src/test/resources/dialects}; {@code -Dbelvedere.golden=write} rewrites them. A difference is read twice.
 */
class DialectGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/dialects");

    @ParameterizedTest
    @EnumSource(
            value = SourceKind.class,
            names = {"POSTGRESQL", "MARIADB", "MYSQL", "ORACLE", "SQLSERVER", "DUCKDB"})
    void asksEachKindInItsOwnWords(SourceKind kind) throws IOException {
        Catalog catalog = new Catalog(List.of(source(kind)), views());
        StringBuilder page = new StringBuilder();
        for (String sql : Files.readString(FOLDER.resolve("questions.sql")).split(";\n", -1)) {
            page.append("-- ").append(sql.strip()).append('\n').append(asked(catalog, sql.strip()));
            page.append('\n');
        }
        Path expected = FOLDER.resolve(kind.name().toLowerCase(Locale.ROOT) + ".txt");
        if ("write".equals(System.getProperty("belvedere.golden"))) {
            Files.writeString(expected, page.toString());
        }
        assertThat(page.toString()).isEqualTo(Files.readString(expected));
    }

    /** The statements at the source, and whether the engine is left with anything. */
    private static String asked(Catalog catalog, String sql) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        Allow everything = FederationFixture.steward(query.views());
        ExecutablePlan plan =
                new Planner(table -> Optional.empty()).plan(new Weaver().weave(query, everything), catalog);
        StringBuilder text = new StringBuilder();
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Fetch fetch -> statement(fetch, text);
                case Step.PassThrough through -> statement(through.fetch(), text);
                case Step.Derive _ -> text.append("and the engine derives\n");
                case Step.Deliver _ -> text.append("and the engine delivers\n");
            }
        }
        return text.toString();
    }

    private static void statement(Step.Fetch fetch, StringBuilder text) {
        for (SqlTemplate.Part part : fetch.sql().parts()) {
            switch (part) {
                case SqlTemplate.Text(String sql) -> text.append(sql);
                case SqlTemplate.KeysPlace place ->
                    text.append("<keys of ").append(place.rowSql()).append('>');
                case SqlTemplate.Value(int value) ->
                    text.append("<value ").append(value).append(">");
                case SqlTemplate.ShippedValue(int shipment) ->
                    text.append("<value of ")
                            .append(fetch.values().get(shipment).from())
                            .append(">");
                case SqlTemplate.Known known -> text.append(known);
                case SqlTemplate.RowsPlace(int shipment) ->
                    text.append("<rows of ")
                            .append(fetch.rows().get(shipment).from())
                            .append(">");
                case SqlTemplate.KnownRows known -> text.append(known);
            }
        }
        text.append('\n');
    }

    static SourceDefinition source(SourceKind kind) {
        Location location = kind.isFiles()
                ? new FileLocation("", Optional.of("db.duckdb"))
                : new Connection(
                        "localhost",
                        5432,
                        "db",
                        "belvedere",
                        new SecretReference.Environment("PASSWORD"),
                        Connection.TlsMode.DISABLED);
        return new SourceDefinition(
                new SourceName("db"),
                kind,
                "",
                List.of(new Shard("db", location)),
                Optional.empty(),
                List.of(
                        table(
                                "data",
                                "id bigint",
                                "name varchar",
                                "code varchar",
                                "amount decimal(12,2)",
                                "price double",
                                "active boolean",
                                "born date",
                                "at timestamp",
                                "moment timestamp with time zone"),
                        table("other", "id bigint", "data_id bigint", "note varchar", "due date")),
                SourceLimits.DEFAULT,
                "b".repeat(64));
    }

    private static SourceTable table(String name, String... columns) {
        List<SourceColumn> all = new ArrayList<>();
        for (String column : columns) {
            String[] words = column.split(" ", 2);
            all.add(new SourceColumn(
                    new ColumnName(words[0]),
                    words[0],
                    DataType.parse(words[1]),
                    words[0].equals("id") ? Presence.REQUIRED : Presence.OPTIONAL,
                    words[0].equals("id") ? KeyPart.KEY : KeyPart.NONE,
                    Set.of()));
        }
        return new SourceTable(new TableName(new SourceName("db"), name), Optional.empty(), name, all);
    }

    static List<ViewDefinition> views() {
        return List.of(
                FederationFixture.view(
                        "v.data@1.0.0",
                        "SELECT id, name, code, amount, price, active, born, \"at\", moment FROM db.data",
                        "id bigint!*",
                        "name varchar",
                        "code varchar",
                        "amount decimal(12,2)",
                        "price double",
                        "active boolean",
                        "born date",
                        "at timestamp",
                        "moment timestamp with time zone"),
                FederationFixture.view(
                        "v.other@1.0.0",
                        "SELECT id, data_id, note, due FROM db.other",
                        "id bigint!*",
                        "data_id bigint",
                        "note varchar",
                        "due date"));
    }
}
