package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.server.flight.FlightDoor;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Flight door with a certificate. The key in the resources is of this test and of nothing else. */
@SuppressWarnings("try") // a client's close may be interrupted
class FlightTlsTest {
    private static final String SQL = "SELECT customer_name FROM crm.customer_360";
    private static final Path FILES = Path.of("src", "test", "resources", "flight");

    @TempDir
    Path folder;

    @Test
    void withACertificateTheDoorTakesTlsAndNothingElse() throws Exception {
        FlightDoor.Identity identity =
                new FlightDoor.Identity(FILES.resolve("certificate.pem"), FILES.resolve("key.pem"));
        try (FlightHouse house =
                FlightHouse.open(folder, FlightHouse.Plan.sample().tls(identity))) {
            int port = house.door().port();
            try (RootAllocator memory = new RootAllocator();
                    InputStream trusted = Files.newInputStream(FILES.resolve("certificate.pem"));
                    FlightClient client = FlightClient.builder(memory, Location.forGrpcTls("127.0.0.1", port))
                            .trustedCertificates(trusted)
                            .build()) {
                assertThat(new FlightSqlClient(client)
                                .execute(SQL, FlightCaller.bearer("dev-ana"))
                                .getSchemaOptional()
                                .orElseThrow()
                                .getFields())
                        .hasSize(1);
            }
            try (FlightCaller plain = house.as("dev-ana")) {
                assertThatThrownBy(() -> plain.query(SQL)).isInstanceOf(FlightRuntimeException.class);
            }
            Properties properties = new Properties();
            properties.put("token", "dev-ana");
            properties.put(
                    "tlsRootCerts",
                    FILES.resolve("certificate.pem").toAbsolutePath().toString());
            try (Connection ana = DriverManager.getConnection("jdbc:arrow-flight-sql://127.0.0.1:" + port, properties);
                    Statement statement = ana.createStatement();
                    ResultSet rows = statement.executeQuery(SQL)) {
                assertThat(rows.next()).isTrue();
            }
        }
    }
}
