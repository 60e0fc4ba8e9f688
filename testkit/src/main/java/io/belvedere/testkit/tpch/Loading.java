package io.belvedere.testkit.tpch;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Fills all places at once. Each table's rows are made once and written to every place that holds the table. */
final class Loading {
    private final double scale;
    private final List<Place> places;

    Loading(double scale, List<Place> places) {
        this.scale = scale;
        this.places = places;
    }

    void run() throws SQLException, IOException {
        for (var place : places) {
            place.server().createDatabase(place.database());
            if (!place.schema().equals("public")) {
                try (var connection = place.server().openAsAdmin(place.database());
                        var statement = connection.createStatement()) {
                    statement.execute("CREATE SCHEMA IF NOT EXISTS " + place.schema());
                }
            }
        }
        try (var executor = Executors.newFixedThreadPool(Relation.values().length)) {
            var work = new ArrayList<Future<?>>();
            for (var relation : Relation.values()) {
                work.add(executor.submit(() -> {
                    fill(relation);
                    return relation;
                }));
            }
            for (var each : work) {
                await(each);
            }
        }
    }

    private static void await(Future<?> work) throws IOException {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new IOException("TPC-H could not be loaded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while TPC-H was loaded", e);
        }
    }

    private void fill(Relation relation) throws SQLException, IOException {
        var holders = places.stream()
                .filter(place -> place.relations().contains(relation))
                .toList();
        var loads = new ArrayList<TableLoad>();
        try {
            for (var place : holders) {
                loads.add(place.open(relation));
            }
            relation.generate(scale, (key, row) -> {
                for (var i = 0; i < loads.size(); i++) {
                    if (holders.get(i).holds(key)) {
                        loads.get(i).write(row);
                    }
                }
            });
            for (var load : loads) {
                load.finish();
            }
        } finally {
            for (var load : loads) {
                load.close();
            }
        }
    }
}
