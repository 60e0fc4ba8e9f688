package io.belvedere.server.attack;

/** Who decides, and in which world. */
enum PolicyEngine {
    EMBEDDED(World.ONE),
    OPA_SERVER(World.TWO);

    private final World world;

    PolicyEngine(World world) {
        this.world = world;
    }

    World world() {
        return world;
    }
}
