package io.belvedere.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each folder of {@code src/test/catalogs} is a catalog; {@code expected.txt} in it says what is wrong and what serves. */
class CatalogCasesTest {
    private static final Path CASES = Path.of("src", "test", "catalogs");
    private static final boolean REWRITE = Boolean.getBoolean("belvedere.golden.rewrite");
    static final Variables VARIABLES = Variables.of(Map.of(
            "ORDERS_0_HOST", "localhost",
            "ORDERS_0_PORT", "5432",
            "CRM_PASSWORD", "hunter2",
            "USER_NAME", "reader",
            "BAD_PORT", "hunter2",
            "BAD_HOST", "hunter2@db"));

    @TestFactory
    Stream<DynamicTest> everyCaseGivesItsProblemsAndServesTheRest() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> compare(folder)));
        }
    }

    private static void compare(Path folder) throws IOException {
        String found = describe(new CatalogLoader(VARIABLES).load(folder));
        Path golden = folder.resolve("expected.txt");
        if (REWRITE) {
            Files.writeString(golden, found);
        }
        assertThat(found)
                .as(
                        "%s; if the change is wanted: ./mvnw -pl semantic-model test -Dtest=CatalogCasesTest"
                                + " -Dbelvedere.golden.rewrite=true",
                        golden)
                .isEqualTo(Files.readString(golden))
                .doesNotContain("hunter2");
    }

    private static String describe(CatalogFiles files) {
        StringBuilder text = new StringBuilder();
        files.problems().forEach(problem -> text.append(problem).append('\n'));
        text.append("serves\n");
        for (SourceDefinition source : files.catalog().sources()) {
            text.append("  source ").append(source.name()).append('\n');
        }
        for (DimensionDefinition dimension : files.catalog().dimensions()) {
            text.append("  dimension ").append(dimension.name()).append(" of ").append(dimension.source());
            text.append(' ')
                    .append(dimension.columns().stream().map(SourceColumn::name).toList());
            text.append(" by ")
                    .append(dimension.key().stream().map(SourceColumn::name).toList())
                    .append('\n');
        }
        for (ViewDefinition view : files.catalog().views()) {
            Origin origin = view.origin();
            text.append("  view ").append(view.id()).append(" from ").append(origin.file());
            text.append(':')
                    .append(origin.queryLine())
                    .append(':')
                    .append(origin.queryColumn())
                    .append('\n');
        }
        return text.toString();
    }
}
