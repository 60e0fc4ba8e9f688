package io.belvedere.server.identity;

import java.util.Optional;

/** Whether a token holds, with the provider's word for it, at most a moment old. Blocks for a few seconds at most. */
@FunctionalInterface
interface Vouching {
    /** Whose token it is; empty for one that is not valid or does not hold any more. Throws {@code IDENTITY_UNAVAILABLE}. */
    Optional<Vouched> vouch(String token);
}
