package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;

/** What came of asking for the newest bundle. */
public sealed interface BundleCheck {
    /** The policy that decides is still the newest. */
    record Current() implements BundleCheck {}

    /** Another policy decides from now on. */
    record Activated(String before, String revision) implements BundleCheck {}

    /**
     * The policy before goes on deciding, until it is too old.
     *
     * @param offered the revision that the bundle claims; empty where it was not read so far
     */
    record Kept(Reason reason, String offered, BelvedereException why) implements BundleCheck {}

    /** Why a bundle was not taken. */
    enum Reason {
        /** There was no answer, or not one with a bundle. */
        UNREACHABLE,
        /** What came is no whole archive. */
        DAMAGED,
        /** It is not signed with the key, or not as it is. */
        SIGNATURE,
        /** It is older than what decides, or was replaced before. */
        OLDER,
        /** There is no policy in it that can decide. */
        UNUSABLE
    }
}
