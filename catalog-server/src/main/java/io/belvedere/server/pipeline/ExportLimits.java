package io.belvedere.server.pipeline;

import java.time.Duration;

/**
 * How much a server lets be exported.
 *
 * @param running exports at once; never more than half of all queries
 * @param runningPerCaller exports of one caller at once
 * @param waitingPerCaller exports of one caller that may wait for a place of the caller's
 * @param waitingTime how long an export waits for a place, and for queries that wait for one
 * @param timeout the deadline of an export that names none
 * @param timeoutMax the longest deadline
 * @param rowsMax rows of one export, whatever policy and contract allow
 * @param bytesMax bytes of one export's file
 */
public record ExportLimits(
        int running,
        int runningPerCaller,
        int waitingPerCaller,
        Duration waitingTime,
        Duration timeout,
        Duration timeoutMax,
        long rowsMax,
        long bytesMax) {}
