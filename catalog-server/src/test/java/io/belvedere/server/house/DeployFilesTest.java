package io.belvedere.server.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.belvedere.server.wiring.SettingNames;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code deploy/} promises: nothing runs as root or writes beside its volumes, no secret stands in a file, and all of it fits the server. */
class DeployFilesTest {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Set<String> WRITTEN = Set.of("/var/lib/belvedere/audit", "/var/lib/belvedere/spill", "/tmp");
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(password|passwd|secret|token|api[_-]?key|credential)[\"']?\\s*[:=]\\s*[\"']?[^\\s\"'/{$]");

    private static List<JsonNode> manifests() throws IOException {
        ObjectMapper yaml =
                new ObjectMapper(new YAMLFactory().enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS));
        List<JsonNode> manifests = new ArrayList<>();
        try (Stream<Path> files = Files.list(DEPLOY.resolve("kubernetes"))) {
            for (Path file : files.sorted().toList()) {
                try (MappingIterator<JsonNode> documents =
                        yaml.readerFor(JsonNode.class).readValues(Files.readString(file))) {
                    documents.forEachRemaining(manifests::add);
                }
            }
        }
        return manifests;
    }

    private static JsonNode manifest(String kind) throws IOException {
        List<JsonNode> found = manifests().stream()
                .filter(each -> each.path("kind").asText().equals(kind))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    private static JsonNode pod() throws IOException {
        return manifest("StatefulSet").path("spec").path("template").path("spec");
    }

    private static JsonNode container() throws IOException {
        assertThat(pod().path("containers").size()).isEqualTo(1);
        assertThat(pod().has("initContainers")).isFalse();
        return pod().path("containers").path(0);
    }

    private static Properties application() throws IOException {
        Properties properties = new Properties();
        properties.load(
                new StringReader(Files.readString(Path.of("src", "main", "resources", "application.properties"))));
        return properties;
    }

    private static String port() throws IOException {
        return application().getProperty("quarkus.http.port");
    }

    /** As the reference says it, which is made from the code. */
    private static String flightPort() throws IOException {
        Matcher row = Pattern.compile("`belvedere\\.flight\\.port` \\| int \\| `(\\d+)`")
                .matcher(Files.readString(Path.of("..", "docs", "configuration.md")));
        assertThat(row.find()).isTrue();
        return row.group(1);
    }

    @Test
    void everyManifestSaysWhatItIsAndBelongsToTheOthers() throws IOException {
        assertThat(manifests()).hasSizeGreaterThanOrEqualTo(6).allSatisfy(manifest -> {
            assertThat(manifest.path("apiVersion").asText()).isIn("v1", "apps/v1", "policy/v1", "networking.k8s.io/v1");
            assertThat(manifest.path("metadata").path("name").asText()).matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
            assertThat(manifest.path("metadata")
                            .path("labels")
                            .path("app.kubernetes.io/name")
                            .asText())
                    .isEqualTo("belvedere");
            assertThat(manifest.path("kind").asText()).isNotIn("Secret", "ClusterRole", "ClusterRoleBinding", "Role");
        });
        String labels = "{\"app.kubernetes.io/name\":\"belvedere\"}";
        JsonNode set = manifest("StatefulSet").path("spec");
        assertThat(set.path("selector").path("matchLabels")).hasToString(labels);
        assertThat(set.path("template").path("metadata").path("labels")).hasToString(labels);
        assertThat(manifest("Service").path("spec").path("selector")).hasToString(labels);
        assertThat(manifest("NetworkPolicy").path("spec").path("podSelector").path("matchLabels"))
                .hasToString(labels);
    }

    @Test
    void thePodIsNobodyAndWritesNothingButItsVolumes() throws IOException {
        JsonNode security = pod().path("securityContext");
        assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(security.path("runAsUser").asLong()).isGreaterThanOrEqualTo(10_000);
        assertThat(security.path("seccompProfile").path("type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod().path("automountServiceAccountToken").asBoolean(true)).isFalse();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            assertThat(pod().has(host)).as(host).isFalse();
        }
        JsonNode own = container().path("securityContext");
        assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(own.path("privileged").asBoolean(true)).isFalse();
        assertThat(own.path("capabilities").path("drop")).hasToString("[\"ALL\"]");
        assertThat(own.path("capabilities").has("add")).isFalse();
        Map<String, Boolean> mounts = new LinkedHashMap<>();
        container()
                .path("volumeMounts")
                .forEach(mount -> mounts.put(
                        mount.path("mountPath").asText(), mount.path("readOnly").asBoolean(false)));
        assertThat(mounts.keySet().stream().filter(path -> !mounts.get(path)))
                .containsExactlyInAnyOrderElementsOf(WRITTEN);
        pod().path("volumes")
                .forEach(volume -> assertThat(volume.has("hostPath")).isFalse());
        Set<String> volumes = new HashSet<>();
        pod().path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        manifest("StatefulSet")
                .path("spec")
                .path("volumeClaimTemplates")
                .forEach(
                        claim -> volumes.add(claim.path("metadata").path("name").asText()));
        container()
                .path("volumeMounts")
                .forEach(
                        mount -> assertThat(volumes).contains(mount.path("name").asText()));
    }

    @Test
    void probesAskHealthAtTheServersPort() throws IOException {
        assertThat(container().path("ports").path(0).path("containerPort").asText())
                .isEqualTo(port());
        assertThat(manifest("Service")
                        .path("spec")
                        .path("ports")
                        .path(0)
                        .path("port")
                        .asText())
                .isEqualTo(port());
        String open = application().getProperty("quarkus.http.auth.permission.health.paths");
        for (String probe : List.of("startup", "liveness", "readiness")) {
            JsonNode asked = container().path(probe + "Probe");
            String path = asked.path("httpGet").path("path").asText();
            assertThat(open.split(",")).as(probe).contains(path);
            assertThat(asked.path("httpGet").path("port").asText()).isEqualTo("http");
            assertThat(asked.path("timeoutSeconds").asInt()).isBetween(1, 10);
        }
        assertThat(container()
                        .path("livenessProbe")
                        .path("httpGet")
                        .path("path")
                        .asText())
                .as("a source or a policy that is down restarts nobody")
                .isEqualTo("/q/health/live");
    }

    @Test
    void flightIsReachedAtItsPortAndOverTlsOnly() throws IOException {
        String flight = flightPort();
        for (String port : List.of(port(), flight)) {
            assertThat(Files.readAllLines(DEPLOY.resolve("Dockerfile"))).contains("EXPOSE " + port);
        }
        assertThat(container().path("ports").path(1).path("containerPort").asText())
                .isEqualTo(flight);
        JsonNode service = manifest("Service").path("spec").path("ports").path(1);
        assertThat(service.path("port").asText()).isEqualTo(flight);
        assertThat(service.path("targetPort").asText()).isEqualTo("flight");
        assertThat(manifest("NetworkPolicy")
                        .path("spec")
                        .path("ingress")
                        .path(0)
                        .path("ports")
                        .findValuesAsText("port"))
                .containsExactly("http", "flight");
        JsonNode settings = manifest("ConfigMap").path("data");
        for (String name : List.of("BELVEDERE_FLIGHT_CERTIFICATE", "BELVEDERE_FLIGHT_KEY")) {
            assertThat(settings.path(name).asText()).startsWith("/etc/belvedere/secrets/");
        }
    }

    @Test
    void memoryIsBoundedAndTheJvmKnows() throws IOException {
        JsonNode resources = container().path("resources");
        assertThat(resources.path("limits").path("memory").asText())
                .isEqualTo(resources.path("requests").path("memory").asText())
                .matches("[1-9][0-9]*Gi");
        assertThat(resources.path("requests").has("cpu")).isTrue();
        pod().path("volumes").forEach(volume -> {
            if (volume.has("emptyDir")) {
                assertThat(volume.path("emptyDir").has("sizeLimit"))
                        .as(volume.path("name").asText())
                        .isTrue();
            }
        });
        for (String file : List.of("Dockerfile", "systemd/belvedere.service")) {
            assertThat(Files.readString(DEPLOY.resolve(file)))
                    .contains("-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError");
        }
    }

    @Test
    void whoStopsTheServerWaitsUntilItHasDrained() throws IOException {
        long shutdown = Duration.parse("PT" + application().getProperty("quarkus.shutdown.timeout"))
                .toSeconds();
        long pause = pod().path("containers")
                .path(0)
                .path("lifecycle")
                .path("preStop")
                .path("exec")
                .path("command")
                .path(1)
                .asLong();
        assertThat(pod().path("terminationGracePeriodSeconds").asLong()).isGreaterThan(shutdown + pause);
        assertThat(Long.parseLong(unit().get("TimeoutStopSec").getFirst())).isGreaterThan(shutdown);
        assertThat(unit().get("KillSignal")).containsExactly("SIGTERM");
        assertThat(Files.readString(DEPLOY.resolve("Dockerfile"))).contains("STOPSIGNAL SIGTERM");
    }

    @Test
    void everySettingThatIsNamedIsOne() throws IOException {
        Set<String> known = SettingNames.environment();
        Set<String> named = new HashSet<>();
        Pattern setting = Pattern.compile("\\bBELVEDERE_[A-Z0-9_]+\\b");
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher found = setting.matcher(Files.readString(file));
                while (found.find()) {
                    named.add(found.group());
                }
            }
        }
        assertThat(named).isNotEmpty();
        assertThat(known).containsAll(named);
    }

    @Test
    void noSecretStandsInAFile() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file)
                        .replaceAll("automountServiceAccountToken: (true|false)", "")
                        .replaceAll("secret: \\{secretName", "")
                        .replaceAll("secretName: [a-z-]+", "");
                assertThat(SECRET.matcher(text)
                                .results()
                                .map(found -> found.group())
                                .toList())
                        .as(file.toString())
                        .isEmpty();
            }
        }
        pod().path("volumes").forEach(volume -> {
            if (volume.has("secret")) {
                assertThat(volume.path("secret").path("defaultMode").asText())
                        .as("nobody else reads it")
                        .isIn("0440", "288", "0400", "256");
            }
        });
    }

    @Test
    void theImageRunsAsANumberFromAReadOnlyFolder() throws IOException {
        List<String> lines = Files.readAllLines(DEPLOY.resolve("Dockerfile"));
        List<String> users =
                lines.stream().filter(line -> line.startsWith("USER ")).toList();
        assertThat(users).containsExactly("USER 10001:10001");
        assertThat(lines.indexOf("USER 10001:10001"))
                .isLessThan(lines.size() - 1)
                .isGreaterThan(lines.stream()
                        .filter(line -> line.startsWith("COPY"))
                        .mapToInt(lines::indexOf)
                        .max()
                        .orElseThrow());
        assertThat(lines).contains("EXPOSE " + port()).anyMatch(line -> line.startsWith("HEALTHCHECK "));
        assertThat(lines).noneMatch(line -> line.startsWith("ADD ")).noneMatch(line -> line.contains(":latest"));
        assertThat(String.join("\n", lines)).contains("--chown=root:root --chmod=0555", "/dev/tcp/127.0.0.1/" + port());
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("VOLUME "))
                        .findFirst()
                        .orElseThrow())
                .contains("/var/lib/belvedere/audit", "/var/lib/belvedere/spill");
    }

    private static Map<String, List<String>> unit() throws IOException {
        Map<String, List<String>> unit = new LinkedHashMap<>();
        for (String line : Files.readAllLines(DEPLOY.resolve("systemd/belvedere.service"))) {
            if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("[")) {
                String[] parts = line.split("=", 2);
                assertThat(parts).as(line).hasSize(2);
                unit.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1]);
            }
        }
        return unit;
    }

    @Test
    void theServiceIsShutOffFromTheMachine() throws IOException {
        Map<String, List<String>> unit = unit();
        for (String yes : List.of(
                "NoNewPrivileges",
                "ProtectHome",
                "PrivateTmp",
                "PrivateDevices",
                "ProtectKernelTunables",
                "ProtectKernelModules",
                "ProtectKernelLogs",
                "ProtectControlGroups",
                "RestrictNamespaces",
                "RestrictSUIDSGID",
                "LockPersonality")) {
            assertThat(unit.get(yes)).as(yes).containsExactly("yes");
        }
        assertThat(unit.get("User")).containsExactly("belvedere");
        assertThat(unit.get("ProtectSystem")).containsExactly("strict");
        assertThat(unit.get("CapabilityBoundingSet")).containsExactly("");
        assertThat(unit.get("UMask")).containsExactly("0077");
        assertThat(unit).as("a JVM compiles as it runs").doesNotContainKey("MemoryDenyWriteExecute");
        assertThat(unit.get("Restart")).containsExactly("always");
    }

    @Test
    void theServerIsStartedTheSameWayEverywhere() throws IOException {
        String script = Files.readString(Path.of("..", "belvedere"));
        Matcher jvm = Pattern.compile("server_jvm=\\(([^)]*)\\)").matcher(script);
        assertThat(jvm.find()).isTrue();
        for (String option : jvm.group(1).strip().split("\\s+", -1)) {
            assertThat(Files.readString(DEPLOY.resolve("Dockerfile"))).contains("\"" + option + "\"");
            assertThat(unit().get("ExecStart").getFirst()).contains(" " + option + " ");
        }
    }
}
