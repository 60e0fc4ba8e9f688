package io.belvedere.samples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/**
 * The main job, shown: real databases, the server, three views asked for by four people, the plan, the
 * timeline, the audit log, and answers while a source is gone. It is a check
 * as well: it ends with 1 when an answer is not what these people may see. {@code --once} ends after that; without it the server stays.
 */
public final class Demo {
    private final Screen screen;
    private final long begin = System.nanoTime();

    private Demo(Screen screen) {
        this.screen = screen;
    }

    public static void main(String[] arguments) {
        var out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        var screen = Screen.ofThisProcess(out);
        var options = List.of(arguments);
        if (!options.isEmpty() && !options.equals(List.of("--once"))) {
            screen.line("usage: demo [--once]");
            System.exit(2);
        }
        System.exit(new Demo(screen).run(options.isEmpty() ? ThenWhat.SERVE : ThenWhat.END));
    }

    private enum ThenWhat {
        SERVE,
        END
    }

    private int run(ThenWhat then) {
        try {
            ServerProcess.jar(); // before anything slow
            return show(then);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } catch (Exception e) {
            screen.bad(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    private int show(ThenWhat then) throws Exception {
        screen.heading("Belvedere · the coffee chain");
        try (var chain = screen.during("Databases: MariaDB and two PostgreSQL servers, loaded", this::startChain);
                var server = screen.during("Server", () -> ServerProcess.start(chain, port(then)))) {
            var checks = new Checks();
            new DemoActs(screen, new RestClient(server.port()), server, chain.reference(), checks).play();
            var end = summary(checks);
            if (then == ThenWhat.SERVE && end == 0) {
                return serve(server);
            }
            return end;
        }
    }

    private CoffeeChain startChain() throws IOException {
        return CoffeeChain.start(Scale.FULL, Keep.FOR_LATER, Clock.systemUTC(), screen::note);
    }

    private static int port(ThenWhat then) throws IOException {
        return ServerProcess.freePort(
                switch (then) {
                    case SERVE -> ServerProcess.Wanted.THE_USUAL;
                    case END -> ServerProcess.Wanted.ANY;
                });
    }

    private int summary(Checks checks) {
        screen.heading("In short");
        checks.failures().forEach(screen::bad);
        var total = Screen.seconds(System.nanoTime() - begin);
        if (checks.failures().isEmpty()) {
            screen.good("%d checks passed in %s".formatted(checks.count(), total));
            return 0;
        }
        screen.bad("%d of %d checks failed in %s".formatted(checks.failures().size(), checks.count(), total));
        return 1;
    }

    private int serve(ServerProcess server) throws InterruptedException {
        var base = "http://127.0.0.1:" + server.port() + "/api/v1";
        screen.heading("Serving on http://127.0.0.1:" + server.port() + " until Ctrl-C");
        screen.line("Callers: dev-ana (analyst, EU), dev-stella (steward), dev-otto (auditor), dev-omar (operator),");
        screen.line("dev-sam (nobody)");
        screen.blank();
        screen.line("curl -H 'Authorization: Bearer dev-ana' " + base + "/views");
        screen.blank();
        screen.line("curl -H 'Authorization: Bearer dev-ana' -H 'Content-Type: application/json' \\");
        screen.line("  -d '{\"sql\": \"SELECT customer_name, email, region FROM fulfilment.late_orders LIMIT 5\"}' \\");
        screen.line("  " + base + "/query");
        screen.blank();
        screen.line("curl -H 'Authorization: Bearer dev-stella' -H 'Accept: text/csv' \\");
        screen.line("  '" + base + "/views/crm.customer_360/rows?limit=5'");
        screen.blank();
        screen.line("curl -H 'Authorization: Bearer dev-omar' " + base + "/queries");
        screen.blank();
        screen.line("jdbc:arrow-flight-sql://127.0.0.1:" + server.flightPort() + "?useEncryption=false&token=dev-ana");
        var code = server.awaitEnd();
        screen.bad("The server has ended with " + code + ".");
        return 1;
    }
}
