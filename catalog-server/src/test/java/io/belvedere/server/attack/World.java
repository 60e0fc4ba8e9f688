package io.belvedere.server.attack;

/** Two worlds that differ only in what alice may not see: hidden rows, how many there are, and what stands under masks. */
enum World {
    ONE(7),
    TWO(400);

    private final int hiddenRows;

    World(int hiddenRows) {
        this.hiddenRows = hiddenRows;
    }

    /** How many rows belong to other tenants than alice's. */
    int hiddenRows() {
        return hiddenRows;
    }

    String canary(String what, int number) {
        return this == ONE ? "CANARY-" + what + "-" + number : "CANARY-OTHER-" + what + "-" + number * 31;
    }
}
