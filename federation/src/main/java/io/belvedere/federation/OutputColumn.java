package io.belvedere.federation;

import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;

/** A column of a result or of an intermediate step: name, type, and whether it may be NULL. */
public record OutputColumn(String name, DataType type, Presence presence) {}
