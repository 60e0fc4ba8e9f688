package io.belvedere.server.cli;

import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.PolicyBundle;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * {@code validate FOLDER}: every problem of a catalog folder, one a line, as {@code file:line:column CODE message}. Exit code 0 for a
 * folder without problems, 1 for one with some, 2 where the folder cannot be read.
 */
public final class ValidateMain {
    /**
     * Connections are of the machine that serves, so a variable that is not set here is no problem of the files: it stands for a
     * port where its name says so, else for a name.
     */
    private static final Variables ANY_MACHINE = name -> Variables.environment()
            .find(name)
            .or(() -> Optional.of(name.toUpperCase(Locale.ROOT).contains("PORT") ? "1" : "localhost"));

    private final PrintStream out;

    ValidateMain(PrintStream out) {
        this.out = out;
    }

    /** The command. */
    public static void main(String... arguments) {
        // The libraries' greetings are not problems of a catalog. Set before the first of them asks for a logger.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Logger.getLogger("").setLevel(Level.WARNING);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new ValidateMain(out).run(arguments));
    }

    /** Runs the command and gives its exit code. */
    int run(String... arguments) {
        if (arguments.length != 1) {
            out.println("which folder? validate FOLDER");
            return 2;
        }
        Path folder = Path.of(arguments[0]);
        try {
            return validate(folder);
        } catch (BelvedereException failure) {
            out.println(failure.code().name() + " " + failure.detail());
            return 2;
        } catch (IOException failure) {
            out.println("the folder cannot be read: " + folder);
            return 2;
        }
    }

    private int validate(Path folder) throws IOException {
        // Where the variables of connections stand open is not a problem of the files: they belong to the machine that
        // serves.
        CatalogFiles files = new CatalogLoader(ANY_MACHINE).load(folder);
        List<Diagnostic> problems = new ArrayList<>(files.problems());
        problems.addAll(new ViewCompiler().check(files.catalog()));
        Path policy = folder.resolve("policy");
        if (Files.isDirectory(policy)) {
            PolicyBundle.check(policy).forEach(problem -> problems.add(below("policy", problem)));
        }
        problems.stream().sorted().forEach(out::println);
        if (PolicyBundle.names(policy, "hash")) {
            out.println("policy/data.json hashes columns: its server needs belvedere.masks.hash-keys");
        }
        int views = files.catalog().views().size();
        String found = problems.isEmpty()
                ? "no problems"
                : problems.size() + (problems.size() == 1 ? " problem" : " problems");
        out.println(count(folder) + " files, " + views + " views, " + found);
        return problems.isEmpty() ? 0 : 1;
    }

    private static Diagnostic below(String folder, Diagnostic problem) {
        return new Diagnostic(
                folder + "/" + problem.file(), problem.line(), problem.column(), problem.code(), problem.message());
    }

    private static long count(Path folder) throws IOException {
        long files = 0;
        for (String kind : List.of("sources", "dimensions", "views")) {
            if (Files.isDirectory(folder.resolve(kind))) {
                try (Stream<Path> paths = Files.walk(folder.resolve(kind))) {
                    files += paths.filter(Files::isRegularFile).count();
                }
            }
        }
        return files;
    }
}
