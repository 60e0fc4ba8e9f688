package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.source.SourceFailures.Kind;
import io.belvedere.model.SourceName;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

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

    @Test
    void aSourceThatIsFullOrLostIsInTrouble() {
        assertThat(SourceFailures.kind(new SQLException("Too many connections", "08004", 1_040)))
                .isEqualTo(Kind.INFRASTRUCTURE);
        assertThat(SourceFailures.kind(new SQLException("disk full", "HY000", 1_021)))
                .isEqualTo(Kind.INFRASTRUCTURE);
    }
}
