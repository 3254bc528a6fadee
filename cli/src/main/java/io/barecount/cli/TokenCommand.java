package io.barecount.cli;

import io.barecount.access.Grant;
import io.barecount.access.Identity;
import io.barecount.access.Role;
import io.barecount.cli.access.Access;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a bearer's token for this platform, by the key in its data directory.",
            "Send it as Authorization: Bearer TOKEN, or give it to other commands in BARECOUNT_TOKEN."
        })
final class TokenCommand implements Callable<Integer> {
    private static final Duration VALID_MAX = Duration.ofDays(90);

    @Mixin
    private DataOption data;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            split = ",",
            description = "developer, operator, governance, network, auditor or admin; several, separated by commas.")
    private List<String> roles = List.of();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            split = ",",
            description = "Where the roles hold; several, separated by commas, or * for all.")
    private List<String> namespaces = List.of();

    @Option(names = "--subject", paramLabel = "NAME", description = "Whose it is (default: you).")
    private String subject;

    @Option(names = "--service", description = "It is a program's, such as a publisher's, and no person's.")
    private boolean service;

    @Option(
            names = "--valid",
            paramLabel = "DURATION",
            defaultValue = "PT8H",
            description = "For how long, such as PT30M or P7D, at most P90D (default: ${DEFAULT-VALUE}).")
    private Duration valid;

    @Option(names = "--link", description = "Prints a link that signs a browser in to the console, once.")
    private boolean link;

    @Override
    public Integer call() throws IOException {
        if (roles.isEmpty() != namespaces.isEmpty() || (roles.isEmpty() && !link)) {
            throw wrong(
                    "a token says what it is for: --role and --namespace, such as --role operator --namespace retail");
        }
        if (valid.isNegative() || valid.isZero() || valid.compareTo(VALID_MAX) > 0) {
            throw wrong("--valid is more than nothing and at most " + VALID_MAX.toDays() + " days; found " + valid);
        }
        var everything = Access.everything();
        var grants = new LinkedHashSet<Grant>();
        for (var role : roles) {
            for (var namespace : namespaces) {
                grants.add(grant(role, namespace));
            }
        }
        var identity = new Identity(
                subject == null ? everything.subject() : subject,
                service ? Identity.Kind.SERVICE : Identity.Kind.PERSON,
                grants.isEmpty() ? everything.grants() : grants);
        var token = Access.token(data.directory(), identity, valid);
        System.out.println(link ? Access.link(data.requireRunning().frontDoor(), token) : token);
        return 0;
    }

    private Grant grant(String role, String namespace) {
        var known = Role.of(role)
                .filter(each -> each != Role.AGENT)
                .orElseThrow(() -> wrong("--role is developer, operator, governance, network, auditor or admin; found "
                        + role + (role.equals("agent") ? ": an agent is its key, see ./barecount agent" : "")));
        try {
            return new Grant(known, namespace);
        } catch (IllegalArgumentException e) {
            throw wrong("--namespace: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
