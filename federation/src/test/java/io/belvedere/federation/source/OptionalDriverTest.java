package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.source.Connection;
import io.belvedere.model.source.Connection.TlsMode;
import io.belvedere.model.source.SecretReference;
import java.lang.reflect.Field;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle and SQL Server cannot be started here: their drivers are asked whether they know what we would tell them. */
class OptionalDriverTest {
    @Test
    void aDriverThatIsNotThereIsNamed() {
        OptionalDriver absent = new OptionalDriver("Oracle", "oracle.jdbc.NoSuchDriver", "ojdbc17.jar");

        assertThatThrownBy(() -> absent.connect("jdbc:oracle:thin:@tcp://localhost:1521/db", new Properties()))
                .isInstanceOf(SQLException.class)
                .hasMessage("The JDBC driver of Oracle is not on the class path: put ojdbc17.jar there.")
                .satisfies(e -> assertThat(SourceFailures.kind((SQLException) e))
                        .isEqualTo(SourceFailures.Kind.INFRASTRUCTURE));
    }

    @ParameterizedTest
    @EnumSource(TlsMode.class)
    void theDriverOfSqlServerKnowsEveryProperty(TlsMode tls) throws SQLException {
        java.sql.Driver driver = new com.microsoft.sqlserver.jdbc.SQLServerDriver();
        Set<String> known = Arrays.stream(driver.getPropertyInfo(SqlServerDriver.URL, new Properties()))
                .map((DriverPropertyInfo property) -> property.name)
                .collect(Collectors.toCollection(TreeSet::new));
        Properties ours = SqlServerDriver.properties(target(tls), "secret");

        assertThat(driver.acceptsURL(SqlServerDriver.URL)).isTrue();
        assertThat(known).containsAll(ours.stringPropertyNames());
        assertThat(ours)
                .containsEntry("encrypt", tls == TlsMode.VERIFY_FULL ? "true" : "false")
                .containsEntry("trustServerCertificate", "false");
    }

    @ParameterizedTest
    @EnumSource(TlsMode.class)
    void theDriverOfOracleKnowsEveryProperty(TlsMode tls) throws Exception {
        Set<String> known = new TreeSet<>(Set.of("user", "password"));
        for (Field constant : oracle.jdbc.OracleConnection.class.getFields()) {
            boolean name =
                    constant.getType() == String.class && !constant.getName().endsWith("_DEFAULT");
            if (name && constant.getName().startsWith("CONNECTION_PROPERTY_")) {
                known.add((String) constant.get(null));
            }
        }
        String url = OracleDriver.url(target(tls));

        assertThat(new oracle.jdbc.OracleDriver().acceptsURL(url)).isTrue();
        assertThat(url)
                .isEqualTo(
                        tls == TlsMode.VERIFY_FULL
                                ? "jdbc:oracle:thin:@tcps://localhost:1521/db"
                                : "jdbc:oracle:thin:@tcp://localhost:1521/db");
        assertThat(known)
                .containsAll(OracleDriver.properties(target(tls), "secret").stringPropertyNames());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theQuestionsToTheirCatalogsAreSql(boolean oracle) throws JSQLParserException {
        CatalogQueries queries = oracle ? CatalogQueries.ORACLE : CatalogQueries.SQLSERVER;
        for (String sql : new String[] {queries.columns(), queries.rows(), queries.distinct()}) {
            assertThat(CCJSqlParserUtil.parse(sql)).as(sql).isNotNull();
            assertThat(sql.chars().filter(c -> c == '?').count()).as(sql).isEqualTo(2);
        }
        String find = oracle ? OracleActivity.FIND : SqlServerActivity.FIND;
        String running = oracle ? OracleActivity.RUNNING : SqlServerActivity.RUNNING;
        assertThat(CCJSqlParserUtil.parse(find)).isNotNull();
        assertThat(CCJSqlParserUtil.parse(running)).isNotNull();
    }

    @Test
    void aTagFitsWhereOracleKeepsIt() {
        assertThat(OracleDriver.shortened("belvedere/" + "q".repeat(100))).hasSize(OracleDriver.TAG_LENGTH_MAX);
        assertThat(OracleDriver.shortened("belvedere/q@n")).isEqualTo("belvedere/q@n");
    }

    private static Connection target(TlsMode tls) {
        return new Connection("localhost", 1521, "db", "reader", new SecretReference.Environment("PASSWORD"), tls);
    }
}
