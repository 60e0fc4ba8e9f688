package io.belvedere.server.wiring;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;

/** The settings by the names they have as environment variables. */
public final class SettingNames {
    private SettingNames() {}

    public static Set<String> environment() {
        Set<String> names = new TreeSet<>();
        collect("BELVEDERE", Settings.class, names);
        return names;
    }

    private static void collect(String prefix, Class<?> group, Set<String> names) {
        for (Method method : group.getDeclaredMethods()) {
            if (method.isSynthetic()) {
                continue;
            }
            String name =
                    prefix + "_" + method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT);
            if (method.getReturnType().getEnclosingClass() == Settings.class) {
                collect(name, method.getReturnType(), names);
            } else {
                names.add(name);
            }
        }
    }
}
