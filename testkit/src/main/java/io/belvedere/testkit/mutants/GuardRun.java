package io.belvedere.testkit.mutants;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs tests that need nothing but an instance of their class, with a part of the product broken, in this process and by this thread. */
public final class GuardRun {
    private GuardRun() {}

    /**
     * What became of each test.
     *
     * @param failures by method, why it failed
     * @param passed those that did not
     */
    public record Outcome(Map<String, String> failures, List<String> passed) {
        public Outcome {
            failures = Map.copyOf(failures);
            passed = List.copyOf(passed);
        }
    }

    /**
     * @param guards the class of the tests, which is loaded once more
     * @param part how the names of the classes begin that are loaded with it
     * @param tests the names of its methods, which take nothing
     */
    public static Outcome run(Class<?> guards, String part, List<Damage> damages, List<String> tests) {
        ClassLoader around = Objects.requireNonNull(guards.getClassLoader());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        DamagedClasses classes = new DamagedClasses(around, part, damages);
        Thread.currentThread().setContextClassLoader(classes);
        try {
            Class<?> damaged = classes.loadClass(guards.getName());
            Map<String, String> failures = new LinkedHashMap<>();
            List<String> passed = new ArrayList<>();
            for (String test : tests) {
                try {
                    run(damaged, test);
                    passed.add(test);
                } catch (InvocationTargetException failure) {
                    failures.put(test, String.valueOf(failure.getCause()));
                }
            }
            return new Outcome(failures, passed);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalArgumentException("the tests of " + guards.getName() + " cannot be run", missing);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static void run(Class<?> guards, String test) throws ReflectiveOperationException {
        Constructor<?> made = guards.getDeclaredConstructor();
        made.setAccessible(true);
        Method method = guards.getDeclaredMethod(test);
        method.setAccessible(true);
        method.invoke(made.newInstance());
    }
}
