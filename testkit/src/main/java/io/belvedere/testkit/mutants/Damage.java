package io.belvedere.testkit.mutants;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One way to break a compiled class: what its code calls by a name, or a number in it, becomes something else.
 *
 * @param className the class that is broken
 * @param method the method whose code changes, the code of its lambdas included; {@code lambda$method} for these alone
 * @param what what becomes of it
 */
public record Damage(String className, String method, Change what) {
    private static final String LAMBDA = "lambda$";

    /** What becomes of a method's code. */
    public sealed interface Change {
        /** A call is left out; what it would have returned is nothing, zero or false. */
        record Drop(String call) implements Change {}

        /** A call is left out and answered with a truth value. */
        record Answer(String call, boolean value) implements Change {}

        /** Another method is called instead: static, of the same name, with what the call is made on before its arguments. */
        record Redirect(String call, String to) implements Change {}

        /** A number becomes another. */
        record Constant(long from, long to) implements Change {}
    }

    public static Damage dropping(String className, String method, String call) {
        return new Damage(className, method, new Change.Drop(call));
    }

    public static Damage answering(String className, String method, String call, boolean value) {
        return new Damage(className, method, new Change.Answer(call, value));
    }

    public static Damage redirecting(String className, String method, String call, String to) {
        return new Damage(className, method, new Change.Redirect(call, to));
    }

    public static Damage changing(String className, String method, long from, long to) {
        return new Damage(className, method, new Change.Constant(from, to));
    }

    /** The class with the damage done; {@code IllegalStateException} where there is nothing to break. */
    byte[] to(byte[] sound, ClassLoader loader) {
        ClassFile file = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                java.lang.classfile.ClassHierarchyResolver.ofResourceParsing(loader)));
        ClassModel model = file.parse(sound);
        AtomicInteger done = new AtomicInteger();
        byte[] damaged = file.transformClass(
                model,
                ClassTransform.transformingMethodBodies(
                        each -> isMeant(each.methodName().stringValue()), transform(done)));
        if (done.get() == 0) {
            throw new IllegalStateException("nothing in " + className + "." + method + " is " + what);
        }
        return damaged;
    }

    private boolean isMeant(String name) {
        return name.equals(method) || name.startsWith((method.startsWith(LAMBDA) ? "" : LAMBDA) + method + "$");
    }

    private CodeTransform transform(AtomicInteger done) {
        return (code, element) -> {
            if (isChanged(code, element)) {
                done.incrementAndGet();
            } else {
                code.with(element);
            }
        };
    }

    private boolean isChanged(CodeBuilder code, CodeElement element) {
        return switch (what) {
            case Change.Constant(long from, long to) -> isReplaced(code, element, from, to);
            case Change.Drop(String call) -> isCall(element, call) && leaveOut(code, (InvokeInstruction) element, 0);
            case Change.Answer(String call, boolean value) ->
                isCall(element, call) && leaveOut(code, (InvokeInstruction) element, value ? 1 : 0);
            case Change.Redirect(String call, String to) ->
                isCall(element, call) && redirect(code, (InvokeInstruction) element, to);
        };
    }

    private static boolean isCall(CodeElement element, String name) {
        return element instanceof InvokeInstruction call && call.name().equalsString(name);
    }

    private static boolean isReplaced(CodeBuilder code, CodeElement element, long from, long to) {
        if (!(element instanceof ConstantInstruction constant)
                || !(constant.constantValue() instanceof Number number)
                || number.longValue() != from) {
            return false;
        }
        if (number instanceof Long) {
            code.loadConstant(to);
        } else {
            code.loadConstant((int) to);
        }
        return true;
    }

    private static boolean leaveOut(CodeBuilder code, InvokeInstruction call, int value) {
        List<ClassDesc> arguments = call.typeSymbol().parameterList();
        for (ClassDesc argument : arguments.reversed()) {
            if (TypeKind.from(argument).slotSize() == 2) {
                code.pop2();
            } else {
                code.pop();
            }
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
        switch (TypeKind.from(call.typeSymbol().returnType())) {
            case VOID -> {}
            case LONG -> code.loadConstant((long) value);
            case FLOAT -> code.loadConstant((float) value);
            case DOUBLE -> code.loadConstant((double) value);
            case REFERENCE -> code.aconst_null();
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.loadConstant(value);
        }
        return true;
    }

    private static boolean redirect(CodeBuilder code, InvokeInstruction call, String to) {
        MethodTypeDesc type = call.typeSymbol();
        List<ClassDesc> arguments = new ArrayList<>(type.parameterList());
        if (call.opcode() != Opcode.INVOKESTATIC) {
            arguments.addFirst(call.owner().asSymbol());
        }
        code.invokestatic(ClassDesc.of(to), call.name().stringValue(), MethodTypeDesc.of(type.returnType(), arguments));
        return true;
    }
}
