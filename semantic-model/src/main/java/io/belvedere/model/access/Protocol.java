package io.belvedere.model.access;

/** The door a request came through. */
public enum Protocol {
    REST,
    FLIGHT
}
