package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.rex.RexWindow;
import org.jspecify.annotations.Nullable;

/** The windows of a projection's expressions. */
final class Windows {
    private Windows() {}

    static List<RexWindow> of(Project project) {
        List<RexWindow> windows = new ArrayList<>();
        RexVisitorImpl<@Nullable Void> collector = new RexVisitorImpl<>(true) {
            @Override
            public @Nullable Void visitOver(RexOver over) {
                windows.add(over.getWindow());
                return super.visitOver(over);
            }
        };
        project.getProjects().forEach(node -> node.accept(collector));
        return windows;
    }
}
