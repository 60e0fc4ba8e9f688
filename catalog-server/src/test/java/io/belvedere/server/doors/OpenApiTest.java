package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/openapi.yaml is what the doors say of themselves. {@code -Ddocs.write=true} writes it. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class OpenApiTest {
    @TestHTTPResource
    URI base;

    @Test
    void theApiIsDescribedInTheDocs() throws Exception {
        String generated = new Rest(base).get("dev-ana", "/q/openapi").text();
        Path page = Path.of("..", "docs", "openapi.yaml");
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("to write it anew: ./mvnw -pl catalog-server -am test -Dtest=OpenApiTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true")
                .hasContent(generated);
    }
}
