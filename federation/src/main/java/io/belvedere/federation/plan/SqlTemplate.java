package io.belvedere.federation.plan;

import java.util.List;

/** A statement in a source's dialect with places where shipped keys go. All literals are already escaped for the dialect. */
public record SqlTemplate(List<Part> parts) {
    public SqlTemplate {
        parts = List.copyOf(parts);
    }

    /** A piece of the statement. */
    public sealed interface Part {}

    /** Text, as it is sent. */
    public record Text(String sql) implements Part {}

    /**
     * The place of a condition that is true for rows whose column is among the shipped keys; the source chooses the form
     * ({@code = ANY (?)}, {@code IN (…)}). Where no condition is wanted it becomes the dialect's TRUE.
     *
     * @param shipment index into the fetch's keys
     * @param columnSql the column, as the dialect writes it
     */
    public record KeysPlace(int shipment, String columnSql) implements Part {}

    /** The statement for people, with {@code <keys of STEP.COLUMN>} where keys go. */
    public String describe(List<KeyShipment> keys) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String sql) -> text.append(sql);
                case KeysPlace(int shipment, String columnSql) ->
                    text.append(columnSql)
                            .append(" IN (<keys of ")
                            .append(keys.get(shipment).from())
                            .append('.')
                            .append(keys.get(shipment).column())
                            .append(">)");
            }
        }
        return text.toString();
    }
}
