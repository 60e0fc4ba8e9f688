package io.belvedere.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.yaml.CatalogLoader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogTest {

    @Test
    void theSampleCatalogHasNoProblem() {
        var files = new CatalogLoader(name -> Optional.of(name.endsWith("_PORT") ? "5432" : "127.0.0.1"))
                .load(CoffeeChain.catalogFolder());
        assertThat(files.problems()).isEmpty();
    }

    @Test
    void aVariableThatIsMissingIsAProblem() {
        var files = new CatalogLoader(_ -> Optional.empty()).load(CoffeeChain.catalogFolder());
        assertThat(files.problems()).isNotEmpty();
    }
}
