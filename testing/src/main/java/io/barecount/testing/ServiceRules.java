package io.barecount.testing;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/**
 * How a service is built. A package is core, and so pure, unless its name says what it touches; a service's root package is wiring.
 *
 * <p>Used by each service's {@code ArchitectureTest}: {@code @ArchTest static final ArchTests rules = ArchTests.in(ServiceRules.class)}.
 */
public final class ServiceRules {
    private static final String[] ADAPTERS = {
        "..api..",
        "..aws..",
        "..drive..",
        "..kafka..",
        "..storage..",
        "..store..",
        "..cel..",
        "..documents..",
        "..keys..",
        "..timer..",
        "..secrets..",
        "..witness..",
        "..delivery..",
        "..yaml.."
    };

    private static final DescribedPredicate<JavaClass> CORE = resideInAnyPackage("io.barecount.*.*..")
            .and(not(resideInAnyPackage(
                    "io.barecount.access..",
                    "io.barecount.contracts..",
                    "io.barecount.messaging..",
                    "io.barecount.testing..")))
            .and(not(resideInAnyPackage(ADAPTERS)))
            .as("the core of a service");

    private static final List<String> ENDPOINT_RULES = Stream.of("Allow", "Public", "Proven")
            .map(name -> "io.barecount.access." + name)
            .toList();

    private ServiceRules() {}

    @ArchTest
    static final ArchRule coreKnowsNoFramework = classes()
            .that(CORE)
            .should()
            .onlyDependOnClassesThat(CORE.or(resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "com.fasterxml.jackson..",
                    "com.networknt.schema..",
                    "com.cronutils..",
                    "org.roaringbitmap..",
                    "org.yaml.snakeyaml..",
                    "com.standardwebhooks..",
                    "dev.cel..",
                    "com.github.benmanes.caffeine..",
                    "io.barecount.contracts..",
                    "io.barecount.access..",
                    "io.barecount.messaging.stage..")))
            .because("a decision must be testable without a broker, a database or a container");

    @ArchTest
    static final ArchRule coreDoesNoInputOrOutput = noClasses()
            .that(CORE)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.net..", "java.sql..", "java.nio.file..")
                    .and(not(JavaClass.Predicates.type(java.net.URI.class))));

    @ArchTest
    static final ArchRule coreIsToldTheTime = noClasses()
            .that(CORE)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule entitiesLiveInTheStore = classes()
            .that()
            .areAnnotatedWith("jakarta.persistence.Entity")
            .and()
            .resideOutsideOfPackage("io.barecount.messaging..")
            .should()
            .resideInAPackage("..store..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule channelsLiveInKafka = noClasses()
            .that()
            .resideOutsideOfPackages("..kafka..", "io.barecount.messaging..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.eclipse.microprofile.reactive.messaging.."));

    @ArchTest
    static final ArchRule channelsHandTheirBatchesOnInOrder = methods()
            .that()
            .areAnnotatedWith("org.eclipse.microprofile.reactive.messaging.Incoming")
            .should()
            .haveRawReturnType(Flow.Subscriber.class)
            .because(
                    "batches go through PolledBatches: batches of a channel that are worked on at once let a run's success overtake its start")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule endpointsSayWhoMayCallThem = methods()
            .that()
            .areMetaAnnotatedWith("jakarta.ws.rs.HttpMethod")
            .should(haveARuleBeside())
            .because("what says nothing lets nobody in")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.barecount.*.(*)..").should().beFreeOfCycles();

    private static ArchCondition<JavaMethod> haveARuleBeside() {
        return new ArchCondition<>("say by @Allow, @Public or @Proven, or by their class, who may call them") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                var said = ENDPOINT_RULES.stream()
                        .anyMatch(rule -> method.isAnnotatedWith(rule)
                                || method.getOwner().isAnnotatedWith(rule));
                events.add(new SimpleConditionEvent(
                        method, said, method.getFullName() + (said ? " says who may call it" : " does not say")));
            }
        };
    }
}
