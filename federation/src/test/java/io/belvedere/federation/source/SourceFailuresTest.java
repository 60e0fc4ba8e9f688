package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.source.SourceFailures.Kind;
import io.belvedere.model.SourceName;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a driver's exception means, for the breaker and for the caller. */
class SourceFailuresTest {
    @Test
    void aStatementThatASourceDoesNotTakeSaysNothingOfItsHealth() {
        SQLException collations = new SQLException("Illegal mix of collations for operation 'in'", "HY000", 1_267);
        SQLException tooComplex = new SQLException("stack depth limit exceeded", "54001");

        assertThat(SourceFailures.kind(collations)).isEqualTo(Kind.STATEMENT);
        assertThat(SourceFailures.kind(tooComplex)).isEqualTo(Kind.STATEMENT);
        assertThat(SourceFailures.translate(new SourceName("shop"), collations).code())
                .isEqualTo(FederationError.UNSUPPORTED);
        assertThat(SourceFailures.mayRetry(collations)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ORA-01017: invalid username/password; logon denied | 72000 | 1017 | CREDENTIALS",
                "ORA-00942: table or view does not exist | 42000 | 942 | DRIFT",
                "ORA-00060: deadlock detected while waiting for resource | 61000 | 60 | CONTENTION",
                "ORA-01722: invalid number | 42000 | 1722 | DATA",
                "ORA-12704: character set mismatch | 72000 | 12704 | STATEMENT",
                "ORA-12541: no listener | 08006 | 12541 | INFRASTRUCTURE",
                "File not found | HY000 | 1017 | INFRASTRUCTURE"
            })
    void numbersOfOracleAreReadWhereItsNameStands(String message, String state, int code, Kind kind) {
        assertThat(SourceFailures.kind(new SQLException(message, state, code))).isEqualTo(kind);
    }

    /** The drivers themselves, and nobody who listens. */
    @ParameterizedTest
    @EnumSource(
            value = SourceKind.class,
            names = {"ORACLE", "SQLSERVER"})
    void aServerThatIsNotThereIsInTrouble(SourceKind kind) throws Exception {
        // Bound and not listening: the kernel refuses, and nobody else can take the port.
        try (Socket closed = new Socket()) {
            closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Shard shard = new Shard(
                    "db",
                    new Connection(
                            "localhost",
                            closed.getLocalPort(),
                            "db",
                            "reader",
                            new SecretReference.Environment("PASSWORD"),
                            Connection.TlsMode.DISABLED));
            Driver driver = kind == SourceKind.ORACLE ? new OracleDriver() : new SqlServerDriver();

            assertThatThrownBy(() -> driver.connect(shard, "secret"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(SourceFailures.kind(e)).isEqualTo(Kind.INFRASTRUCTURE));
        }
    }

    @Test
    void aSourceThatIsFullOrLostIsInTrouble() {
        assertThat(SourceFailures.kind(new SQLException("Too many connections", "08004", 1_040)))
                .isEqualTo(Kind.INFRASTRUCTURE);
        assertThat(SourceFailures.kind(new SQLException("disk full", "HY000", 1_021)))
                .isEqualTo(Kind.INFRASTRUCTURE);
    }
}
