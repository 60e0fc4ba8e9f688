package io.belvedere.audit;

/**
 * What a client keeps to ask for proof later.
 *
 * @param id {@code <origin>/<sequence>} of the outcome record
 * @param leafHash SHA-256, in hex, of the outcome record's leaf (RFC 6962)
 */
public record Receipt(String id, String leafHash) {}
