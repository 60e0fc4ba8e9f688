package io.belvedere.server.pipeline;

import io.belvedere.model.DataType;
import io.belvedere.model.Version;
import io.belvedere.model.ViewName;
import io.belvedere.model.ViewReference;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A view's contract as one caller may see it: hidden columns and hidden versions do not exist.
 *
 * @param versions the versions the caller may see, oldest first
 * @param meant that of them which the view's name alone means
 */
public record Contract(ViewDefinition view, List<VisibleColumn> columns, List<Version> versions, Version meant) {
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

    /** That the version should be used no more, as of those that a query names. */
    public List<DeprecatedUse> deprecated() {
        return view.deprecation().stream()
                .map(clause -> new DeprecatedUse(view.id(), clause))
                .toList();
    }

    /** Of each view the version that its name alone means: the newest that is visible and not deprecated, if there is one. */
    static List<Contract> newest(List<ViewDefinition> views, Allow allow) {
        return visibleByName(views, allow).entrySet().stream()
                .flatMap(view ->
                        find(view.getValue(), new ViewReference(view.getKey(), new ViewReference.Newest()), allow)
                                .stream())
                .toList();
    }

    /** Every version that is visible, the older of one view first. */
    static List<Contract> all(List<ViewDefinition> views, Allow allow) {
        return visibleByName(views, allow).values().stream()
                .flatMap(versions -> versions.stream().map(view -> of(view, versions, allow)))
                .toList();
    }

    private static Map<ViewName, List<ViewDefinition>> visibleByName(List<ViewDefinition> views, Allow allow) {
        Map<ViewName, List<ViewDefinition>> byName = new LinkedHashMap<>();
        for (ViewDefinition view : visible(views, allow)) {
            byName.computeIfAbsent(view.id().name(), _ -> new ArrayList<>()).add(view);
        }
        return byName;
    }

    /** The newest visible version that the reference accepts. */
    static Optional<Contract> find(List<ViewDefinition> versions, ViewReference reference, Allow allow) {
        List<ViewDefinition> visible = visible(versions, allow);
        return ViewDefinition.choose(visible, reference).map(view -> of(view, visible, allow));
    }

    private static List<ViewDefinition> visible(List<ViewDefinition> views, Allow allow) {
        return views.stream().filter(view -> !columns(view, allow).isEmpty()).toList();
    }

    private static Contract of(ViewDefinition view, List<ViewDefinition> visible, Allow allow) {
        List<ViewDefinition> versions = visible.stream()
                .filter(each -> each.id().name().equals(view.id().name()))
                .toList();
        ViewReference plain = new ViewReference(view.id().name(), new ViewReference.Newest());
        Version meant = ViewDefinition.choose(versions, plain).orElse(view).id().version();
        return new Contract(
                view,
                columns(view, allow),
                versions.stream().map(each -> each.id().version()).toList(),
                meant);
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
