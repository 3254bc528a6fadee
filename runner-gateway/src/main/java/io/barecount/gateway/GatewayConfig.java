package io.barecount.gateway;

import io.barecount.gateway.attempt.Attempts.Provider;
import io.barecount.gateway.runner.Rate;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of this service. */
@ConfigMapping(prefix = "barecount.gateway")
public interface GatewayConfig {
    /** PEM files of the public keys whose permits are trusted. */
    List<Path> permitKeys();

    /** Who may sign the manifests of which namespace: a file {@code NAMESPACE.json} for each that has signers. Without it nobody has to. */
    Optional<Path> signersDir();

    /** For how long a list of signers that was read is used; a changed file counts after this time at the latest. */
    @WithDefault("PT5S")
    Duration signersCache();

    /** PEM file of the key that signs evidence: a private and a public block. */
    Path evidenceKey();

    /** Who fulfils the runner types: {@code local}, {@code aws} or {@code noop}. */
    @WithDefault("local")
    Provider provider();

    /** Name of this platform among others that use the same accounts: what carries another's name is left alone. */
    @WithDefault("barecount")
    String platform();

    /** An agent that was not heard of for so long has lost what it claimed; at least 30 s, as it ends its workloads 15 s before. */
    @WithDefault("PT45S")
    Duration agentLease();

    /** By how much an agent's clock may differ from this one's. */
    @WithDefault("PT1M")
    Duration agentClockSkew();

    /** File with an enrolment token for one agent, which is used once: for installers, which bring an agent along. */
    Optional<Path> enrolmentTokenFile();

    /** How long an offer waits for its claim. */
    @WithDefault("PT10S")
    Duration offerValidity();

    /** How long a poll without work is held. */
    @WithDefault("PT20S")
    Duration pollMax();

    /** How attempts are driven that a provider executes. */
    Drive drive();

    /** What is needed to use Amazon Web Services; of no account with another provider. */
    Aws aws();

    interface Drive {
        /** How many calls to providers are made at once, at most. */
        @WithDefault("32")
        int parallelism();

        /** How often providers are asked what became of what they took. */
        @WithDefault("PT5S")
        Duration followEvery();

        /** How long a call to a provider may take. */
        @WithDefault("PT20S")
        Duration callTimeout();

        /** A call whose answer did not come within this time is taken up by {@code recover}; longer than {@code call-timeout}. */
        @WithDefault("PT30S")
        Duration recoverAfter();

        /** How long an attempt in doubt is looked for before it ends in doubt. */
        @WithDefault("PT2M")
        Duration doubtMax();

        /** How long a provider may take from taking an attempt to the workload's claim. */
        @WithDefault("PT10M")
        Duration startTimeout();

        /** What a workload may take beyond its timeout before the provider is asked to stop it. */
        @WithDefault("PT1M")
        Duration timeoutGrace();

        /** A workload beats this often. */
        @WithDefault("PT5S")
        Duration beatEvery();

        /** A workload that the provider can't be asked about is lost when it was not heard of for so long. */
        @WithDefault("PT1M")
        Duration silenceMax();

        /** How often what providers run is compared with what has ended. */
        @WithDefault("PT1M")
        Duration reapEvery();

        /** How old what is known of a network may be when something is put into it. */
        @WithDefault("PT1M")
        Duration networkKnownFor();
    }

    interface Aws {
        /** Where all services answer, such as an emulator's address; else each region's own, or what the SDK's environment variables say. */
        Optional<URI> endpoint();

        /** Bucket and prefix that {@code file:} references are relative to, such as {@code s3://data/runners}. */
        Optional<URI> storage();

        /** Where started workloads reach this service, from inside every boundary. */
        Optional<URI> gatewayUrl();

        /** Role that is assumed for each run, with a session named after it; without one the gateway's own credentials are used. */
        Optional<String> role();

        /** Path in the storage of a Java runtime (.tar.gz) for runners that have none. */
        Optional<String> javaRuntime();

        /** Of the Java runtime, {@code sha256:...}. */
        Optional<String> javaRuntimeDigest();

        /**
         * Address of an SQS queue of the SDK's default region into which EventBridge puts what happens to tasks, instances and job runs: they
         * are asked about at once. Without it, or when it can't be read, all is found out by asking every {@code drive.follow-every}.
         */
        Optional<URI> eventsQueue();

        Lambda lambda();

        Fargate fargate();

        Glue glue();

        Ec2 ec2();

        interface Lambda {
            /** Execution role of functions. */
            Optional<String> role();

            /** Of functions that this service makes; a Python, as the bootstrap is. */
            @WithDefault("python3.13")
            String runtime();

            /** Layers by version ARN, such as one with a Java runtime in {@code /opt/java}. */
            Optional<List<String>> layers();

            /**
             * {@code sync}: the answer comes with the end of the function, over a connection that is kept until then. {@code async}: Lambda
             * queues the invocation, and the workload's own claim and report are all that is heard of it.
             */
            @WithDefault("sync")
            Invocation invocation();

            enum Invocation {
                SYNC,
                ASYNC
            }

            /** Invocations in a region: how many at once, and how many a second. */
            @WithDefault("1000+1000/s")
            Rate rate();
        }

        interface Fargate {
            /** Name of the ECS cluster that tasks are started in. */
            @WithDefault("barecount")
            String cluster();

            /** Image with Python 3.9 or newer and the runtimes of the workloads, pinned by digest. */
            Optional<String> image();

            /** Role that pulls the image. */
            Optional<String> executionRole();

            /** Role of the workload; it needs no rights but to the secrets that manifests refer to. */
            Optional<String> taskRole();

            /** Starts of tasks in a region: how many at once, and how many a second; a new account's quota of RunTask. */
            @WithDefault("20+20/s")
            Rate rate();
        }

        interface Glue {
            /** Role of job runs. */
            Optional<String> role();

            /** Glue's own version, of jobs that this service makes. */
            @WithDefault("5.0")
            String version();

            /** {@code glueetl}, or {@code pythonshell}: then Glue gives its smallest unit (a sixteenth of a DPU), whatever workers are declared. */
            @WithDefault("glueetl")
            String command();

            /** Starts of job runs in a region: how many at once, and how many a second; AWS publishes no quota. */
            @WithDefault("10+5/s")
            Rate rate();
        }

        interface Ec2 {
            /** Machine image with Python 3.9 or newer. */
            Optional<String> image();

            /** Instance profile; it needs no rights but to the secrets that manifests refer to. */
            Optional<String> instanceProfile();

            /** Starts of instances in a region: how many at once, and how many a second; a new account's quota of RunInstances. */
            @WithDefault("5+2/s")
            Rate rate();
        }
    }
}
