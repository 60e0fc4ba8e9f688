package io.belvedere.server.pipeline;

/** Whether the server is short of memory, so that no further query may begin. Asked a few times a second by one thread. */
@FunctionalInterface
public interface Pressure {
    /** There is always room. */
    Pressure NONE = () -> false;

    boolean isHigh();
}
