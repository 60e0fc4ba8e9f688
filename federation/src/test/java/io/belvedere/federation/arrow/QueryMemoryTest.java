package io.belvedere.federation.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.belvedere.federation.FederationError;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;

class QueryMemoryTest {
    private static final int MIB = 1 << 20;

    @Test
    void aQueryHearsWhetherItsOwnShareOrAllOfTheServersIsUsedUp() {
        try (QueryMemory memory = new QueryMemory(4 * MIB, 3 * MIB);
                BufferAllocator one = memory.open("one");
                BufferAllocator other = memory.open("other");
                ArrowBuf taken = one.buffer(2 * MIB)) {
            assertThat(taken.capacity()).isEqualTo(2 * MIB);
            OutOfMemoryException own = catchThrowableOfType(OutOfMemoryException.class, () -> one.buffer(2 * MIB));
            assertThat(QueryMemory.exhausted(own).code()).isEqualTo(FederationError.LIMIT_EXCEEDED);
            try (ArrowBuf more = other.buffer(2 * MIB)) {
                assertThat(more.capacity()).isEqualTo(2 * MIB);
                OutOfMemoryException all = catchThrowableOfType(OutOfMemoryException.class, () -> other.buffer(MIB));
                assertThat(QueryMemory.exhausted(all).code()).isEqualTo(FederationError.OVERLOADED);
            }
        }
    }

    @Test
    void theServersShareIsBelowWhatTheMachineGivesTheProcess() {
        try (QueryMemory memory = new QueryMemory();
                BufferAllocator query = memory.open("one")) {
            BufferAllocator root = query.getParentAllocator();
            assertThat(root).isNotNull();
            assertThat(root.getLimit())
                    .isPositive()
                    .isLessThanOrEqualTo(Math.min(
                            QueryMemory.NODE_BYTES_MAX, Runtime.getRuntime().maxMemory()));
        }
    }
}
