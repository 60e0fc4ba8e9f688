package io.belvedere.federation.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.hash.KeyedHash;
import io.belvedere.federation.sql.Types;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.policy.Mask;
import io.belvedere.policy.MaskWords;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/extend/masks.md} says of every mask what the code does, and {@code golden/masks.txt} how each is asked of each product.
 * {@code -Dbelvedere.golden=write} writes both anew.
 */
class MaskPageTest {
    private static final Path PAGE = Path.of("../docs/extend/masks.md");
    private static final Path STATEMENTS = Path.of("src/test/resources/golden/masks.txt");
    private static final String BEGIN = "<!-- from the catalogue -->\n";
    private static final String END = "<!-- end -->\n";

    private static final List<DataType> TYPES = List.of(
            DataType.Simple.VARCHAR,
            DataType.Simple.INTEGER,
            DataType.Simple.BIGINT,
            new DataType.Decimal(12, 2),
            DataType.Simple.DOUBLE,
            DataType.Simple.BOOLEAN,
            DataType.Simple.DATE,
            DataType.Simple.TIME,
            DataType.Simple.TIMESTAMP,
            DataType.Simple.TIMESTAMP_WITH_TIME_ZONE,
            DataType.Simple.VARBINARY);

    private static final Map<String, Dialect> PRODUCTS = new LinkedHashMap<>();

    static {
        PRODUCTS.put("PostgreSQL", Dialect.of(SourceKind.POSTGRESQL));
        PRODUCTS.put("MariaDB", Dialect.of(SourceKind.MARIADB));
        PRODUCTS.put("MySQL", Dialect.of(SourceKind.MYSQL));
        PRODUCTS.put("Oracle", Dialect.of(SourceKind.ORACLE));
        PRODUCTS.put("SQL Server", Dialect.of(SourceKind.SQLSERVER, ServerVersion.parse("16")));
        PRODUCTS.put("files", Dialect.of(SourceKind.DUCKDB));
    }

    /**
     * What nobody can compute from the code.
     *
     * @param example masks of the form; several where they take different types
     * @param joins whether columns under the mask can be joined, and what that means
     * @param filter what a condition on the column does
     */
    private record Facts(List<Mask> example, String shows, String joins, String filter) {}

    private static Facts facts(String word) {
        String masked = "is about what is shown; no index serves it";
        return switch (word) {
            case "none" ->
                new Facts(List.of(new Mask.None()), "the value", "yes", "goes to the source, and uses its index");
            case "hidden" ->
                new Facts(List.of(new Mask.Hidden()), "no such column", "no", "fails: there is no such column");
            case "null" -> new Facts(List.of(new Mask.Null()), "NULL", "no: NULL equals nothing", masked);
            case "constant" ->
                new Facts(
                        List.of(
                                new Mask.Constant(new Literal.Text("withheld")),
                                new Mask.Constant(new Literal.Numeric(BigDecimal.ZERO)),
                                new Mask.Constant(new Literal.Bool(false)),
                                new Mask.Constant(new Literal.Date(LocalDate.EPOCH)),
                                new Mask.Constant(new Literal.Timestamp(Instant.EPOCH))),
                        "the constant, also for NULL",
                        "no: all rows are equal",
                        masked);
            case "redact" -> new Facts(List.of(new Mask.Redact()), "`***`", "no: all rows are equal", masked);
            case "keep_first" ->
                new Facts(
                        List.of(new Mask.KeepFirst(2)),
                        "the first characters and `***`; `***` alone when there are no more than these",
                        "no: different values become equal",
                        masked);
            case "keep_last" ->
                new Facts(
                        List.of(new Mask.KeepLast(2)),
                        "`***` and the last characters; `***` alone when there are no more than these",
                        "no: different values become equal",
                        masked);
            case "email" ->
                new Facts(
                        List.of(new Mask.Email()),
                        "the first character, `***` and all from the first `@` on; `***` without one",
                        "no: different values become equal",
                        masked);
            case "date_trunc" ->
                new Facts(
                        List.of(new Mask.DateTrunc(Mask.DateTrunc.Unit.QUARTER)),
                        "the first day of the unit",
                        "no: different values become equal",
                        masked);
            case "bucket" ->
                new Facts(
                        List.of(new Mask.Bucket(10)),
                        "the largest multiple of the width that is not above the value",
                        "no: different values become equal",
                        masked);
            case "hash" ->
                new Facts(
                        List.of(new Mask.Hash("", Optional.of("k1"))),
                        "`<key id>:<64 hexadecimal digits>`",
                        "within one column of one view under one salt and key",
                        masked);
            default -> throw new IllegalStateException("a mask without a line on the page: " + word);
        };
    }

    @Test
    void thePageSaysWhatTheCatalogueSays() throws IOException {
        String page = Files.readString(PAGE);
        String wanted =
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + tables() + page.substring(page.indexOf(END));
        if (writes()) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(wanted);
    }

    @Test
    void eachProductIsAskedInItsOwnWords() throws IOException {
        StringBuilder text = new StringBuilder();
        for (MaskWords.Form form : MaskWords.all()) {
            for (DataType type : TYPES) {
                for (Mask mask : facts(form.word()).example()) {
                    if (mask.accepts(type) && !(mask instanceof Mask.Hidden)) {
                        text.append("-- ")
                                .append(mask)
                                .append(" of ")
                                .append(type)
                                .append('\n');
                        PRODUCTS.forEach((product, dialect) -> text.append(product)
                                .append(": ")
                                .append(asked(dialect, mask, type))
                                .append('\n'));
                    }
                }
            }
        }
        if (writes()) {
            Files.writeString(STATEMENTS, text.toString());
        }
        assertThat(text.toString()).isEqualTo(Files.readString(STATEMENTS));
    }

    private static boolean writes() {
        return "write".equals(System.getProperty("belvedere.golden"));
    }

    private static String asked(Dialect dialect, Mask mask, DataType type) {
        try {
            return dialect.render(woven(mask, type), List.of("c"));
        } catch (NotOffered refusal) {
            return "not asked: " + refusal.reason();
        }
    }

    private static RexNode woven(Mask mask, DataType type) {
        RexBuilder rex = new ExactRexBuilder(Types.newFactory());
        RelDataType column = Types.toCalcite(rex.getTypeFactory(), type, Presence.OPTIONAL);
        ColumnContract contract =
                new ColumnContract(new ColumnName("c"), type, Presence.OPTIONAL, KeyPart.NONE, Set.of(), "");
        return new Masks(rex, FederationFixture.HASH_KEYS)
                .apply(mask, rex.makeInputRef(column, 0), ViewId.parse("a.view@1.0.0"), contract);
    }

    private static String tables() {
        StringBuilder text = new StringBuilder(
                "| mask | parameters | takes | shows | type | joins | a condition on it |\n|---|---|---|---|---|---|---|\n");
        for (MaskWords.Form form : MaskWords.all()) {
            Facts facts = facts(form.word());
            List<DataType> taken = TYPES.stream()
                    .filter(type -> facts.example().stream().anyMatch(mask -> mask.accepts(type)))
                    .toList();
            text.append("| `%s` | %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            form.word(),
                            form.parameters().stream()
                                    .map(name -> "`" + name + "`")
                                    .collect(Collectors.joining(", ")),
                            taken.size() == TYPES.size() ? "every type" : names(taken),
                            facts.shows(),
                            given(facts, taken),
                            facts.joins(),
                            facts.filter()));
        }
        text.append("\nWhere it is computed:\n\n| mask |");
        PRODUCTS.keySet().forEach(product -> text.append(' ').append(product).append(" |"));
        text.append("\n|---").append("|---".repeat(PRODUCTS.size())).append("|\n");
        for (MaskWords.Form form : MaskWords.all()) {
            if (!form.word().equals("hidden")) {
                text.append("| `").append(form.word()).append("` |");
                PRODUCTS.values()
                        .forEach(dialect -> text.append(' ')
                                .append(computed(dialect, facts(form.word())))
                                .append(" |"));
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static String given(Facts facts, List<DataType> taken) {
        boolean same = taken.stream()
                .allMatch(type -> facts.example().stream()
                        .allMatch(mask -> mask.typeOf(type).equals(type)));
        return same ? "the column's" : "varchar";
    }

    /** At the source, or here; where the types differ, which. */
    private static String computed(Dialect dialect, Facts facts) {
        List<DataType> here = new ArrayList<>();
        int all = 0;
        for (DataType type : TYPES) {
            for (Mask mask : facts.example()) {
                if (mask.accepts(type)) {
                    all++;
                    if (KeyedHash.isIn(woven(mask, type))
                            || asked(dialect, mask, type).startsWith("not asked")) {
                        here.add(type);
                    }
                }
            }
        }
        if (here.isEmpty()) {
            return "there";
        }
        return here.size() == all ? "here" : "there; here: " + names(here);
    }

    private static String names(List<DataType> types) {
        return types.stream()
                .map(type -> type instanceof DataType.Decimal ? "decimal" : type.toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
