package io.belvedere.server.pipeline;

import io.belvedere.model.DataType;
import io.belvedere.model.Version;
import io.belvedere.model.ViewReference;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A view's contract as one caller may see it: hidden columns and hidden versions do not exist.
 *
 * @param versions the versions the caller may see, oldest first
 */
public record Contract(ViewDefinition view, List<VisibleColumn> columns, List<Version> versions) {
    public Contract {
        columns = List.copyOf(columns);
        versions = List.copyOf(versions);
    }

    /**
     * A column the caller may see.
     *
     * @param type of what the caller sees of it
     * @param masked whether its values are masked for the caller
     */
    public record VisibleColumn(ColumnContract column, DataType type, boolean masked) {}

    /** Of each view the newest version that is visible. */
    static List<Contract> newest(List<ViewDefinition> views, Allow allow) {
        Map<Object, Contract> byName = new LinkedHashMap<>();
        List<ViewDefinition> visible = visible(views, allow);
        visible.forEach(view -> byName.put(view.id().name(), of(view, visible, allow)));
        return List.copyOf(byName.values());
    }

    /** The newest visible version that the reference accepts. */
    static Optional<Contract> find(List<ViewDefinition> versions, ViewReference reference, Allow allow) {
        List<ViewDefinition> visible = visible(versions, allow);
        return visible.reversed().stream()
                .filter(view -> reference.pin().accepts(view.id().version()))
                .findFirst()
                .map(view -> of(view, visible, allow));
    }

    private static List<ViewDefinition> visible(List<ViewDefinition> views, Allow allow) {
        return views.stream().filter(view -> !columns(view, allow).isEmpty()).toList();
    }

    private static Contract of(ViewDefinition view, List<ViewDefinition> visible, Allow allow) {
        List<Version> versions = visible.stream()
                .filter(each -> each.id().name().equals(view.id().name()))
                .map(each -> each.id().version())
                .toList();
        return new Contract(view, columns(view, allow), versions);
    }

    private static List<VisibleColumn> columns(ViewDefinition view, Allow allow) {
        ViewAccess access = allow.views().getOrDefault(view.id(), new ViewAccess.None());
        return switch (access) {
            case ViewAccess.None _ -> List.of();
            case ViewAccess.Contract(var masks) -> columns(view, masks);
            case ViewAccess.Rows rows -> columns(view, rows.columns());
        };
    }

    private static List<VisibleColumn> columns(ViewDefinition view, Map<io.belvedere.model.ColumnName, Mask> masks) {
        return view.columns().stream()
                .filter(column -> !(masks.getOrDefault(column.name(), new Mask.Hidden()) instanceof Mask.Hidden))
                .map(column -> visible(column, masks.getOrDefault(column.name(), new Mask.Hidden())))
                .toList();
    }

    private static VisibleColumn visible(ColumnContract column, Mask mask) {
        return new VisibleColumn(column, mask.typeOf(column.type()), !(mask instanceof Mask.None));
    }
}
