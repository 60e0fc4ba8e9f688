package io.belvedere.server.mutants;

import io.belvedere.testkit.mutants.Damage;
import io.belvedere.testkit.mutants.DamagedClasses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests of the class path against broken classes, in this process. */
final class DamagedRun {
    private static final String SERVER = "io.belvedere.server.";

    private DamagedRun() {}

    /**
     * What became of each test.
     *
     * @param failures by method, why it failed; a test with several cases once
     * @param passed those that did not
     */
    record Outcome(Map<String, String> failures, Set<String> passed) {
        Outcome {
            failures = Map.copyOf(failures);
            passed = Set.copyOf(passed);
        }
    }

    /**
     * Runs tests of one class, whose own product is broken.
     *
     * @param tests the names of the methods
     */
    static Outcome run(List<Damage> damages, String testClass, List<String> tests) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        DamagedClasses classes = new DamagedClasses(DamagedRun.class.getClassLoader(), SERVER, damages);
        thread.setContextClassLoader(classes);
        try {
            Listener listener = new Listener();
            // Nobody who listens to the run around is told of this one.
            LauncherConfig config = LauncherConfig.builder()
                    .enableLauncherSessionListenerAutoRegistration(false)
                    .enableLauncherDiscoveryListenerAutoRegistration(false)
                    .enablePostDiscoveryFilterAutoRegistration(false)
                    .enableTestExecutionListenerAutoRegistration(false)
                    .build();
            LauncherFactory.create(config).execute(request(classes, testClass, tests), listener);
            return listener.outcome();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static LauncherDiscoveryRequest request(ClassLoader classes, String testClass, List<String> tests) {
        try {
            Class<?> loaded = classes.loadClass(testClass);
            return LauncherDiscoveryRequestBuilder.request()
                    .selectors(tests.stream()
                            .map(test -> DiscoverySelectors.selectMethod(loaded, test))
                            .toList())
                    .build();
        } catch (ClassNotFoundException missing) {
            throw new IllegalArgumentException("there is no test " + testClass, missing);
        }
    }

    private static final class Listener implements TestExecutionListener {
        private final Map<String, String> failures = new LinkedHashMap<>();
        private final Set<String> ended = new LinkedHashSet<>();
        private final List<String> elsewhere = new ArrayList<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            boolean failed = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
            String why = result.getThrowable().map(Throwable::toString).orElse("");
            if (test.getSource().orElse(null) instanceof MethodSource method) {
                String name = method.getMethodName();
                ended.add(name);
                if (failed) {
                    failures.putIfAbsent(name, why);
                }
            } else if (failed) {
                elsewhere.add(test.getDisplayName() + ": " + why);
            }
        }

        /** A class that could not even begin says nothing of its tests. */
        Outcome outcome() {
            if (!elsewhere.isEmpty()) {
                throw new IllegalStateException("the tests did not run: " + elsewhere);
            }
            Set<String> passed = new LinkedHashSet<>(ended);
            passed.removeAll(failures.keySet());
            return new Outcome(failures, passed);
        }
    }
}
