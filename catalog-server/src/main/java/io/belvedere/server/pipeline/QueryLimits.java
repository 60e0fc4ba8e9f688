package io.belvedere.server.pipeline;

import java.time.Duration;

/**
 * How much a server lets run.
 *
 * @param running queries at once
 * @param runningPerCaller queries of one caller at once
 * @param waitingPerCaller queries of one caller that may wait for a place of the caller's
 * @param waiting queries that may wait for a place
 * @param waitingTime how long they wait
 * @param timeout the deadline of a request that names none
 * @param timeoutMax the longest deadline
 * @param slowReader how long one write to a client may block
 * @param finishedKept finished queries that are still shown
 * @param finishedKeptFor how long after their start
 * @param exports the same for exports
 * @param rates how fast one caller may ask, and how much one may take
 */
public record QueryLimits(
        int running,
        int runningPerCaller,
        int waitingPerCaller,
        int waiting,
        Duration waitingTime,
        Duration timeout,
        Duration timeoutMax,
        Duration slowReader,
        int finishedKept,
        Duration finishedKeptFor,
        ExportLimits exports,
        RateLimits rates) {}
