package house.belvedere.model;

/** Something that other fixtures may use. */
public interface Named {}
