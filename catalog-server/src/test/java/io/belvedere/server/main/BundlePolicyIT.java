package io.belvedere.server.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose policy comes from a bundle server: newer bundles are taken up, bad ones never, and silence ends in refusal. */
class BundlePolicyIT {
    private static final String SQL = "SELECT customer_name, email FROM crm.customer_360 ORDER BY customer_id LIMIT 3";

    @TempDir
    Path folder;

    private volatile byte[] bundle = {};
    private volatile int status = 200;

    @Test
    void itsPolicyFollowsTheBundleAndFailsClosedWithoutIt() throws Exception {
        String data = Files.readString(CoffeeChain.catalogFolder().resolve("policy/data.json"));
        HttpServer bundles = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        bundles.createContext("/", this::answer);
        bundles.start();
        bundle = archive("release-1", data);
        try (CoffeeChain chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
                ServedSample server = ServedSample.start(
                        chain,
                        folder,
                        _ -> {},
                        List.of(
                                "-Dbelvedere.policy.folder=",
                                "-Dbelvedere.policy.bundle.address=http://127.0.0.1:"
                                        + bundles.getAddress().getPort() + "/b.tar.gz",
                                "-Dbelvedere.policy.bundle.poll-interval=PT0.2S",
                                "-Dbelvedere.policy.bundle.max-age=PT20S"))) {
            server.awaitHealth(200);
            Rest rest = new Rest(server.base());
            assertThat(email(rest)).contains("***");

            // A bundle that is cut in the middle changes nothing; an older one changes nothing either.
            bundle = archive("release-3", data.replace("{\"mask\": \"email\"}", "{\"mask\": \"redact\"}"));
            await(() -> email(rest).equals("***"));
            bundle = Arrays.copyOf(archive("release-4", data), 400);
            await(() -> LogTool.show(server.folder(), "--last", "500").contains("damaged"));
            bundle = archive("release-2", data);
            await(() -> LogTool.show(server.folder(), "--last", "500").contains("older"));
            assertThat(email(rest)).isEqualTo("***");

            status = 500;
            server.awaitHealth(503);
            Rest.Answer refused = rest.query("dev-ana", "application/json", SQL);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("code").asText()).isEqualTo("POLICY_UNAVAILABLE");

            bundle = archive("release-5", data);
            status = 200;
            server.awaitHealth(200);
            await(() -> !email(rest).equals("***"));
            assertThat(LogTool.show(server.folder(), "--last", "500")).contains("release-1+", "release-5+", "too_old");
        } finally {
            bundles.stop(0);
        }
    }

    private interface Fact {
        boolean holds() throws Exception;
    }

    private static void await(Fact fact) throws Exception {
        for (int i = 0; i < 300 && !fact.holds(); i++) {
            Thread.sleep(200);
        }
        assertThat(fact.holds()).isTrue();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(status, status == 200 ? bundle.length : -1);
        if (status == 200) {
            exchange.getResponseBody().write(bundle);
        }
        exchange.close();
    }

    private static String email(Rest rest) throws Exception {
        Rest.Answer answer = rest.query("dev-ana", "application/json", SQL);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json().at("/rows/0/1").asText();
    }

    private static byte[] archive(String revision, String data) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(packed))) {
            for (Map.Entry<String, String> file : Map.of(
                            "data.json", data, ".manifest", "{\"revision\":\"" + revision + "\",\"roots\":[\"\"]}")
                    .entrySet()) {
                byte[] content = file.getValue().getBytes(UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return packed.toByteArray();
    }
}
