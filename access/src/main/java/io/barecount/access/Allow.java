package io.barecount.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call an endpoint: a bearer of any of these roles, in the namespace that {@link #in} says. On a method, or on a class for all of its
 * methods that say nothing themselves.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Allow {
    /** Unless said, every role that looks at what the platform does. */
    Role[] value() default {Role.DEVELOPER, Role.OPERATOR, Role.GOVERNANCE, Role.NETWORK, Role.AUDITOR};

    Scope in();

    /** Name of a configuration key that opens the endpoint to anybody if it is true; empty for none. */
    String unless() default "";

    /** Where a caller needs the role. */
    enum Scope {
        /** In the namespace that the address names as {@code {namespace}}. Any other is refused alike, whether it is there or not. */
        PATH,
        /**
         * In the namespace of the object. The method has to ask the caller about it; an answer that tells of success although it never
         * did becomes an error.
         */
        OBJECT,
        /** In any namespace: there is no object, or all share it. */
        ANY,
        /** In all namespaces. */
        PLATFORM
    }
}
