package io.belvedere.samples;

/** What becomes of the loaded databases when they are closed. */
public enum Keep {
    /** They stay in the cache folder for the next start, which then loads nothing. */
    FOR_LATER,
    /** They are deleted. */
    NOTHING
}
