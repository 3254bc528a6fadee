package io.barecount.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An endpoint whose requests carry their own proof, which it checks itself, and no bearer's token. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Proven {
    /** What a request is proven by, such as {@code the signature of the agent's key}. */
    String by();
}
