package io.belvedere.server.http;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.sql.SqlProblem;
import io.belvedere.model.ViewReference;
import io.belvedere.model.error.BelvedereException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsQueryTest {
    private static final RowsQuery.Rows ROWS = RowsQuery.of(
            ViewReference.parse("sales.orders"),
            Optional.empty(),
            Map.of(
                    "columns", List.of("id,city"),
                    "city", List.of("Oslo"),
                    "total.gt", List.of("5", "6"),
                    "order", List.of("-id")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "\"id\" ~ columns",
                "\"city\" FROM ~ columns",
                "\"sales\" ~ name",
                "\"city\" = ~ city",
                "\"total\" ~ total.gt",
                "? ORDER ~ total.gt",
                "\"id\" DESC ~ order",
                "FETCH ~ limit"
            })
    void namesTheParameterThatAPlaceWasMadeOf(String at, String parameter) {
        int column = ROWS.text().sql().indexOf(at) + 1;

        assertThat(column).isPositive();
        assertThat(ROWS.named(problem(1, column)).detail()).isEqualTo("Parameter '" + parameter + "': No such thing.");
    }

    @Test
    void keepsTheCodeAndWhatIsWrongWithTheWhole() {
        BelvedereException whole = problem(0, 0);
        BelvedereException other = QUERY_INVALID.error("Something else.");

        assertThat(ROWS.named(problem(1, 8)).code()).isEqualTo(QUERY_INVALID);
        assertThat(ROWS.named(whole)).isSameAs(whole);
        assertThat(ROWS.named(other)).isSameAs(other);
    }

    private static BelvedereException problem(int line, int column) {
        return new SqlProblem(QUERY_INVALID, line, column, "No such thing.", null).toError();
    }
}
