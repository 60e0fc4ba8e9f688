package io.belvedere.server.pipeline;

/**
 * How fast one caller may ask, and how much one may take in a day. 0 stands for no limit.
 *
 * @param requestsPerSecond requests, for long
 * @param requestsAtOnce requests on top, after a rest
 * @param rowsPerDay rows, in a day of UTC
 * @param bytesPerDay bytes of results as they are before they are compressed, in a day of UTC
 * @param callersMax callers that are remembered; past it the one who has not asked for longest is forgotten
 */
public record RateLimits(int requestsPerSecond, int requestsAtOnce, long rowsPerDay, long bytesPerDay, int callersMax) {
    /** No limit at all. */
    public static final RateLimits NONE = new RateLimits(0, 0, 0, 0, 1);
}
