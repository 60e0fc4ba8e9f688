package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One hunted house and one product over it for all classes of a run that ask queries written by hand. */
final class HuntedProduct implements BeforeAllCallback {
    private static final long DATA_SEED = 7;

    private @Nullable Open open;

    @Override
    public void beforeAll(ExtensionContext context) {
        open = context.getRoot()
                .getStore(Namespace.create(HuntedProduct.class))
                .computeIfAbsent(HuntedProduct.class, _ -> Open.now(), Open.class);
    }

    /** Asserts that every mode gives the one database's rows; without an order, as a bag. */
    void same(String body, String order) throws SQLException {
        Found found = new Hunt(opened().house(), product()).compare(body, order);

        assertThat(found.differences()).isEmpty();
        assertThat(found.refused()).as("%s", found).isZero();
    }

    PlannedAnswers product() {
        return opened().product();
    }

    private Open opened() {
        if (open == null) {
            throw new IllegalStateException("this is an extension: @RegisterExtension opens it");
        }
        return open;
    }

    /** Closed by JUnit when the run ends. */
    private record Open(HuntedHouse house, PlannedAnswers product, Path folder) implements AutoCloseable {
        static Open now() {
            try {
                Path folder = Files.createTempDirectory("belvedere-hunted-");
                HuntedHouse house = HuntedHouse.open(DATA_SEED, HuntedViews.GuardedRows.NARROWED);
                return new Open(house, new PlannedAnswers(house, folder), folder);
            } catch (SQLException | IOException failure) {
                throw new IllegalStateException("the hunted house does not open", failure);
            }
        }

        @Override
        public void close() throws SQLException, IOException {
            product.close();
            house.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
