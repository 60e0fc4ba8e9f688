package io.belvedere.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NamesInBodiesTest {
    private final NamesInBodies names = NamesInBodies.of(new Catalog(
            List.of(),
            Stream.of("crm.customers@1.0.0", "crm.customers@2.0.0", "sales.orders@1.0.0")
                    .map(NamesInBodiesTest::view)
                    .toList()));

    private static ViewDefinition view(String id) {
        ColumnContract column = new ColumnContract(
                new ColumnName("a"),
                DataType.Simple.BIGINT,
                ColumnContract.Presence.OPTIONAL,
                ColumnContract.KeyPart.NONE,
                Set.of(),
                "");
        return new ViewDefinition(
                ViewId.parse(id),
                "",
                "",
                "",
                Set.of(),
                "",
                List.of(column),
                ViewLimits.DEFAULT,
                new OnSourceFailure.Fail(),
                "",
                new Origin("", 1, 1));
    }

    @Test
    void aBodyThatNamesAViewIsFoundHoweverTheNameIsWritten() {
        assertThat(Stream.of(
                        "SELECT * FROM crm.customers",
                        "SELECT * FROM \"crm\".\"customers@1.0.0\"",
                        "select * from CRM . /* which? */ Customers c",
                        "SELECT * FROM t.a WHERE EXISTS (SELECT 1 FROM sales.orders)",
                        "SELECT * FROM U&\"\\0063rm\".x"))
                .allMatch(names::mayNameAView);
    }

    @Test
    void aBodyOverTablesAloneIsNot() {
        assertThat(Stream.of(
                        "SELECT * FROM shop.customers",
                        "SELECT customers_crm FROM crm.accounts",
                        "SELECT * FROM sales.customers"))
                .noneMatch(names::mayNameAView);
    }
}
