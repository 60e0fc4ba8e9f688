package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.source.WriteRights.Account;
import io.belvedere.model.SourceName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRightsTest {
    @TempDir
    Path folder;

    private Catalog catalog = new Catalog(List.of(), List.of());
    /** What each source answers; one that is not in it does not. */
    private final Map<String, List<String>> rights = new HashMap<>();

    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void twoSources() throws IOException {
        Files.createDirectories(folder.resolve("sources"));
        for (String name : List.of("crm", "shop")) {
            Files.writeString(folder.resolve("sources").resolve(name + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: Source
                    metadata: {name: %s}
                    spec:
                      kind: postgresql
                      connection: {host: 127.0.0.1, port: 1, database: d, user: reader, password: "${env:PASSWORD}", tls: disabled}
                      tables:
                        - name: t
                          columns: [{name: id, type: bigint}]
                    """.formatted(name));
        }
        catalog = new CatalogLoader(Variables.of(Map.of("PASSWORD", "x")))
                .load(folder)
                .catalog();
        assertThat(catalog.sources()).hasSize(2);
    }

    private SourceRights of(String... accepted) {
        return new SourceRights(() -> catalog, this::answers, List.of(accepted));
    }

    private List<Account> answers(Collection<SourceName> names) {
        names.forEach(name -> asked.add(name.value()));
        return names.stream()
                .filter(name -> rights.containsKey(name.value()))
                .map(name -> new Account(name, name.value(), rights.get(name.value())))
                .toList();
    }

    @Test
    void aRoleThatMayWriteKeepsTheServerFromStarting() {
        rights.put("crm", List.of("DELETE", "UPDATE"));
        rights.put("shop", List.of());
        SourceRights writer = of();
        assertThatThrownBy(writer::require)
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ServerError.CONFIGURATION_INVALID))
                .hasMessageContaining("source 'crm': its role may write: DELETE, UPDATE")
                .hasMessageContaining("belvedere.sources.accept-write-rights")
                .hasMessageNotContaining("shop");
        assertThat(writer.safe()).isFalse();
    }

    @Test
    void oneThatIsAcceptedByNameIsNotAsked() {
        rights.put("crm", List.of("SUPERUSER"));
        rights.put("shop", List.of());
        SourceRights knowingly = of("crm");
        assertThatCode(knowingly::require).doesNotThrowAnyException();
        assertThat(knowingly.safe()).isTrue();
        assertThat(asked).containsExactly("shop");
    }

    @Test
    void aSourceThatIsDownKeepsNobodyFromStartingAndIsAskedUntilItAnswers() {
        rights.put("crm", List.of());
        SourceRights down = of();
        assertThatCode(down::require).doesNotThrowAnyException();
        asked.clear();
        down.lookAgain();
        assertThat(asked).as("what was fine is not asked again").containsExactly("shop");
        rights.put("shop", List.of("INSERT"));
        down.lookAgain();
        assertThat(down.safe()).isFalse();
        rights.put("shop", List.of());
        down.lookAgain();
        assertThat(down.safe()).isTrue();
        asked.clear();
        down.lookAgain();
        assertThat(asked).isEmpty();
    }

    @Test
    void aSourceThatChangesIsAskedAgain() throws IOException {
        rights.put("crm", List.of());
        rights.put("shop", List.of());
        SourceRights changing = of();
        changing.require();
        Path file = folder.resolve("sources/crm.yaml");
        Files.writeString(file, Files.readString(file).replace("user: reader", "user: owner"));
        catalog = new CatalogLoader(Variables.of(Map.of("PASSWORD", "x")))
                .load(folder)
                .catalog();
        rights.put("crm", List.of("CREATEDB"));
        changing.lookAgain();
        assertThat(changing.safe()).isFalse();
    }
}
