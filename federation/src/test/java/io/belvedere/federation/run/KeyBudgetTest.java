package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewLimits.OnTooManyKeys;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyBudgetTest {
    private static final SourceName SOURCE = new SourceName("orders");

    private static ShippedKeys keys(int count, String text) {
        return new ShippedKeys(
                List.of(new ShippedKeys.Column(DataType.Simple.VARCHAR, Collections.nCopies(count, text))));
    }

    @Test
    void theKeysOfAllFragmentsOfAQueryTogetherAreBounded() {
        KeyBudget budget = new KeyBudget(OnTooManyKeys.SCAN);
        for (long taken = 0; taken < KeyBudget.KEYS_MAX; taken += 50_000) {
            assertThat(budget.take(keys(50_000, "7"))).isTrue();
        }
        assertThat(budget.take(keys(1, "7"))).isFalse();
        assertThat(new KeyBudget(OnTooManyKeys.SCAN).take(keys(1, "7"))).isTrue();
    }

    @Test
    void theirBytesAreBoundedToo() {
        KeyBudget budget = new KeyBudget(OnTooManyKeys.SCAN);
        String text = "k".repeat(1_000_000);
        int taken = 0;
        while (budget.take(keys(1, text))) {
            taken++;
        }
        assertThat(taken).isEqualTo((int) (KeyBudget.BYTES_MAX / keys(1, text).bytes()));
        assertThat(budget.take(keys(1, "7"))).as("what still fits may go").isTrue();
    }

    @Test
    void fragmentsThatShipAtOnceTakeNoKeyTwice() {
        KeyBudget budget = new KeyBudget(OnTooManyKeys.SCAN);
        AtomicInteger granted = new AtomicInteger();
        ShippedKeys shipped = keys(1_000, "7");
        IntStream.range(0, 1_000).parallel().forEach(_ -> granted.addAndGet(budget.take(shipped) ? 1 : 0));
        assertThat(granted.get()).isEqualTo((int) (KeyBudget.KEYS_MAX / 1_000));
    }

    @Test
    void pastItAViewScansOrRefuses() {
        assertThatCode(() -> new KeyBudget(OnTooManyKeys.SCAN).tooMany(SOURCE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new KeyBudget(OnTooManyKeys.REFUSE).tooMany(SOURCE))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(FederationError.LIMIT_EXCEEDED));
    }
}
