package io.belvedere.server.pipeline;

import java.time.Duration;

/**
 * How long and how large one result may be.
 *
 * @param timeout how long it may take in all
 */
record ResultLimits(Duration timeout, long rowsMax, long bytesMax) {}
