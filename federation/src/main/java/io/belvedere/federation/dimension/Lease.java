package io.belvedere.federation.dimension;

/** The use of a dimension's rows by one query: their memory stays until it is closed. Closing it twice does no harm. */
public interface Lease extends AutoCloseable {
    /** Not to be used after {@link #close()}. */
    DimensionRows rows();

    @Override
    void close();
}
