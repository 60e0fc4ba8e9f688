package io.belvedere.testkit.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** A part of the product and its tests, loaded once more, with some of it broken. What the part stands on is everybody's. */
public final class DamagedClasses extends ClassLoader {
    private final ClassLoader around;
    private final String part;
    private final List<Damage> damages;

    /** @param part how the names of its classes begin, with a dot at the end */
    public DamagedClasses(ClassLoader parent, String part, List<Damage> damages) {
        super(parent);
        this.around = parent;
        this.part = part;
        this.damages = List.copyOf(damages);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(part)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = bytes(name);
        for (Damage damage : damages) {
            if (damage.className().equals(name)) {
                bytes = damage.to(bytes, around);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        try (InputStream in = around.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
