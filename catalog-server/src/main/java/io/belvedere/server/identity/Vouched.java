package io.belvedere.server.identity;

import io.belvedere.model.access.Caller;

/**
 * What the provider said of a token.
 *
 * @param caller whose it is, with what they may be now
 * @param askedNanos when it was asked, on the monotonic clock
 */
record Vouched(AccessTokens.Facts token, Caller caller, long askedNanos) {}
