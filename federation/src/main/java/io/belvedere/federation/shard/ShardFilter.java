package io.belvedere.federation.shard;

import io.belvedere.model.source.ShardKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A condition that the shard key of every wanted row fulfils. It holds values of a query and is never shown. */
public sealed interface ShardFilter {
    /** The key is one of these. */
    record OneOf(Set<ShardKey> keys) implements ShardFilter {
        public OneOf {
            keys = Set.copyOf(keys);
        }

        @Override
        public String toString() {
            return keys.size() + " keys";
        }
    }

    /** The key is not below the one and not above the other. */
    record Between(Optional<ShardKey> low, Optional<ShardKey> high) implements ShardFilter {}

    /** All of them hold. */
    record AllOf(List<ShardFilter> filters) implements ShardFilter {
        public AllOf {
            filters = List.copyOf(filters);
        }
    }

    /** One of them holds. */
    record AnyOf(List<ShardFilter> filters) implements ShardFilter {
        public AnyOf {
            filters = List.copyOf(filters);
        }
    }

    /** Every key that is named. */
    default Set<ShardKey> keys() {
        Set<ShardKey> keys = new HashSet<>();
        collect(this, keys);
        return keys;
    }

    private static void collect(ShardFilter filter, Set<ShardKey> keys) {
        switch (filter) {
            case OneOf(Set<ShardKey> named) -> keys.addAll(named);
            case Between _ -> {}
            case AllOf(List<ShardFilter> all) -> all.forEach(each -> collect(each, keys));
            case AnyOf(List<ShardFilter> any) -> any.forEach(each -> collect(each, keys));
        }
    }
}
