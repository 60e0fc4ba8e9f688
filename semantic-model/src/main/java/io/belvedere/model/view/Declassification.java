package io.belvedere.model.view;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;

/**
 * A class that a column of a view does not carry on, although data of that class goes into it: said openly, with a reason, and approved by
 * somebody who does not answer for the view.
 *
 * @param column the column of the view
 * @param classification the class it does without
 * @param reason why what is left of the data is not of that class
 * @param approvedBy who says so
 * @param line where it stands in its file, from 1
 * @param position the column there, from 1
 */
public record Declassification(
        ColumnName column, Classification classification, String reason, String approvedBy, int line, int position) {
    public Declassification {
        if (reason.isBlank() || approvedBy.isBlank()) {
            throw new IllegalArgumentException("a declassification has a reason and somebody who approved it");
        }
    }
}
