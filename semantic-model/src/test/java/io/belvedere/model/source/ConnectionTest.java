package io.belvedere.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.source.Connection.TlsMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1, true",
        "db.example.com, false",
        "10.0.0.1, false",
        "2001:db8::1, false",
        "db1, false",
        "1db.example.com, false",
        "xn--bcher-kva.example, false"
    })
    void aHostIsANameOrALiteralAddress(String host, boolean local) {
        assertThat(connection(host, "shop", "reader").isLocal()).isEqualTo(local);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost.",
                "db..example",
                "-db",
                "db-",
                "db_1",
                "db:5432",
                "[::1]",
                "::1%eth0",
                "0x7f.1",
                "127.1",
                "2130706433",
                "0177.0.0.1",
                "127.0.0.256",
                "1.2.3.4.5",
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "fe80::1",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "a,b",
                "user@db",
                "db/x",
                "db?x=1",
                "db#x",
                "db;x",
                "db x",
                "db\n",
                "jdbc:postgresql://db/x",
                "(address=x)",
                "d\u00FC",
                "127.0.0.1.0x1",
                "a.0x"
            })
    void anythingElseIsRefusedWithoutBeingRepeated(String host) {
        assertThatThrownBy(() -> connection(host, "shop", "reader"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(error -> assertThat(
                                host.length() < 5 || !error.getMessage().contains(host))
                        .isTrue());
    }

    /** What the drivers of all products know that could read a file, load a class, lead elsewhere or take the protection away. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "allowLoadLocalInfile",
                "allowLocalInfile",
                "allowUrlInLocalInfile",
                "autoDeserialize",
                "queryInterceptors",
                "propertiesTransform",
                "useConfigs",
                "socketFactory",
                "socketFactoryArg",
                "authenticationPlugins",
                "defaultAuthenticationPlugin",
                "connectionLifecycleInterceptors",
                "loadBalanceStrategy",
                "trustCertificateKeyStoreUrl",
                "serverRSAPublicKeyFile",
                "ociConfigFile",
                "allowPublicKeyRetrieval",
                "allowMultiQueries",
                "dnsSrv",
                "localSocketAddress",
                "localSocket",
                "pipe",
                "sslfactory",
                "sslhostnameverifier",
                "sslpasswordcallback",
                "authenticationPluginClassName",
                "connectExecutor",
                "classLoaderStrategy",
                "loggerFile",
                "service",
                "sslkey",
                "sslcert",
                "sslrootcert",
                "sslmode",
                "options",
                "preferQueryMode",
                "replication",
                "jaasApplicationName",
                "gsslib",
                "oracle.net.tns_admin",
                "TNS_ADMIN",
                "oracle.net.wallet_location",
                "oracle.jdbc.provider.x",
                "trustServerCertificate",
                "jaasConfigurationName",
                "trustManagerClass",
                "INIT",
                "session_init_sql_file"
            })
    void noPartOfAPlaceCarriesAPropertyOfADriver(String property) {
        for (String form :
                new String[] {"?%s=true", "&%s=true", ";%s=true", "%%3F%s%%3Dtrue", "(%s=true)", "#%s=x", " %s=x"}) {
            String tail = form.formatted(property);
            assertThatThrownBy(() -> connection("localhost" + tail, "shop", "reader"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> connection("localhost", "shop" + tail, "reader"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> connection("localhost", "shop", "reader" + tail))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-shop",
                "shop?allowLoadLocalInfile=true",
                "shop%26x",
                "shop&x=1",
                "shop;x",
                "../shop",
                "shop\n",
                "s p"
            })
    void aDatabaseCarriesNoProperty(String database) {
        assertThatThrownBy(() -> connection("localhost", database, "reader"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-u", "a:b", "a?x=1", "a&b", "a/b", "a\nb", "a b"})
    void aUserCarriesNoPropertyAndNoPassword(String user) {
        assertThatThrownBy(() -> connection("localhost", "shop", user)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "/", "/a/../b", "/a/./b", "/..", "/a//b", "/a b", "/a\n"})
    void aSecretsFileIsAnAbsolutePathWithoutDetours(String path) {
        assertThatThrownBy(() -> new SecretReference.File(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/secrets/orders", "/a/.hidden", "/a/b..c"})
    void aPlainAbsolutePathIsAccepted(String path) {
        assertThat(new SecretReference.File(path).path()).isEqualTo(path);
    }

    private static Connection connection(String host, String database, String user) {
        return new Connection(
                host, 5432, database, user, new SecretReference.Environment("PASSWORD"), TlsMode.VERIFY_FULL);
    }
}
