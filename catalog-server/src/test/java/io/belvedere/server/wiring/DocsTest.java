package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.AuditError;
import io.belvedere.federation.FederationError;
import io.belvedere.model.ModelError;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.policy.PolicyError;
import io.belvedere.server.ServerError;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The generated pages of docs/ are what the code says. {@code -Ddocs.write=true} writes them. */
class DocsTest {
    private static final Path DOCS = Path.of("..", "docs");

    private static List<ErrorCode> codes() {
        List<ErrorCode> codes = new ArrayList<>();
        for (ErrorCode[] module : List.of(
                ModelError.values(),
                PolicyError.values(),
                AuditError.values(),
                FederationError.values(),
                ServerError.values())) {
            codes.addAll(Arrays.asList(module));
        }
        return codes;
    }

    @Test
    void noTwoErrorsShareACode() {
        assertThat(codes().stream().map(ErrorCode::name).toList()).doesNotHaveDuplicates();
    }

    @Test
    void errorsAreListedInTheDocs() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Errors

                Generated from the code. A code is never renamed and never re-used. Every error is `application/problem+json` with
                `type, title, status, detail, code, queryId`; after the first page of a result it stands in the terminal frame instead.

                | Code | Status | Who can act | Retry | What it means |
                |---|---|---|---|---|
                """);
        codes().stream()
                .sorted(Comparator.comparing(ErrorCode::name))
                .forEach(code -> page.append("| <a id=\"%s\"></a>`%s` | %d | %s | %s | %s |\n"
                        .formatted(
                                code.name(),
                                code.name(),
                                code.status(),
                                code.audience().name().toLowerCase(java.util.Locale.ROOT),
                                code.retry().name().toLowerCase(java.util.Locale.ROOT),
                                code.title())));
        compare("errors.md", page.toString());
    }

    @Test
    void settingsAreListedInTheDocs() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Configuration

                Generated from the code. Each setting is a key of `application.properties`, a system property, or an environment variable
                in capitals with `_` (`BELVEDERE_CATALOG_FOLDER`). Durations are ISO 8601 (`PT2S`). An unknown `belvedere.` key stops the start.
                The port is `quarkus.http.port` (8421), the address `quarkus.http.host` (127.0.0.1; 0.0.0.0 in the profile `prod`).

                | Setting | Type | Default | What it means |
                |---|---|---|---|
                """);
        settings("belvedere", Settings.class, page);
        compare("configuration.md", page.toString());
    }

    private static void settings(String prefix, Class<?> group, StringBuilder page) {
        Arrays.stream(group.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> setting(prefix + "." + kebab(method.getName()), method, page));
    }

    private static void setting(String key, Method method, StringBuilder page) {
        if (method.getReturnType().getEnclosingClass() == Settings.class) {
            settings(key, method.getReturnType(), page);
            return;
        }
        Meaning meaning = method.getAnnotation(Meaning.class);
        assertThat(meaning).as("every setting says what it means: %s", key).isNotNull();
        WithDefault standard = method.getAnnotation(WithDefault.class);
        boolean optional = method.getReturnType() == Optional.class || method.getReturnType() == Map.class;
        String type = method.getReturnType() == Optional.class
                ? ((ParameterizedType) method.getGenericReturnType())
                        .getActualTypeArguments()[0]
                        .getTypeName()
                        .replaceFirst("<.*", "")
                : method.getReturnType().getTypeName();
        page.append("| `%s` | %s | %s | %s |\n"
                .formatted(
                        key,
                        type.substring(type.lastIndexOf('.') + 1).toLowerCase(java.util.Locale.ROOT),
                        standard != null ? "`" + standard.value() + "`" : optional ? "none" : "**required**",
                        meaning.value()));
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    static void compare(String name, String generated) throws IOException {
        Path page = DOCS.resolve(name);
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as(
                        "docs/%s is generated; to write it anew: ./mvnw -pl catalog-server -am test -Dtest=DocsTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true",
                        name)
                .exists();
        assertThat(Files.readString(page)).isEqualTo(generated);
    }
}
