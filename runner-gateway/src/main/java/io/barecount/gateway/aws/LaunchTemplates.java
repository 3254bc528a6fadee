package io.barecount.gateway.aws;

import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Runner.Busy;
import io.barecount.gateway.runner.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;

/**
 * What instances are started from. All that a boundary cares about stands in a version of a launch template, which nobody can change;
 * a start adds the user data, the token and the tags.
 */
final class LaunchTemplates {
    private static final int HOP_LIMIT = 1;

    /** @param instanceProfile null for none */
    record Definition(
            String image, String instanceType, String instanceProfile, String subnet, List<String> securityGroups) {}

    /** @param id which no other template ever has, whatever its name */
    record Pinned(String id, long version) {
        static Pinned parse(String text) {
            var colon = text.indexOf(':');
            return new Pinned(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
        }

        @Override
        public String toString() {
            return id + ":" + version;
        }
    }

    private LaunchTemplates() {}

    /**
     * The version that holds just this, made if there is none.
     *
     * @param name holds the definition's digest
     * @param as whose calls they are
     */
    static Pinned pin(
            Work work,
            Ec2AsyncClient ec2,
            String name,
            Definition definition,
            Consumer<AwsRequestOverrideConfiguration.Builder> as)
            throws CannotStart, Busy {
        try {
            var found = versions(ec2, name, as);
            if (found.stream()
                    .noneMatch(version -> differences(version, definition).isEmpty())) {
                make(work, ec2, name, definition, !found.isEmpty(), as);
                found = versions(ec2, name, as);
            }
            if (found.isEmpty()) {
                throw new Busy("launch template " + name + " does not appear yet", null);
            }
            for (var version : found) {
                if (differences(version, definition).isEmpty()) {
                    return new Pinned(version.launchTemplateId(), version.versionNumber());
                }
            }
            throw CannotStart.violation("launch template " + name + " is not what the gateway gave it: "
                    + String.join("; ", differences(found.get(0), definition)));
        } catch (SdkException e) {
            throw Failures.inPreparing("its launch template " + name + " can't be had", e);
        }
    }

    /** Newest first; empty if there is no template of this name. */
    private static List<LaunchTemplateVersion> versions(
            Ec2AsyncClient ec2, String name, Consumer<AwsRequestOverrideConfiguration.Builder> as) {
        try {
            return Clients.get(ec2.describeLaunchTemplateVersions(
                            request -> request.launchTemplateName(name).overrideConfiguration(as)))
                    .launchTemplateVersions();
        } catch (SdkException e) {
            if (Failures.isCode(e, "InvalidLaunchTemplateName.NotFoundException")) {
                return List.of();
            }
            throw e;
        }
    }

    private static void make(
            Work work,
            Ec2AsyncClient ec2,
            String name,
            Definition definition,
            boolean isThere,
            Consumer<AwsRequestOverrideConfiguration.Builder> as) {
        if (isThere) {
            Clients.get(ec2.createLaunchTemplateVersion(request -> request.launchTemplateName(name)
                    .launchTemplateData(data(definition))
                    .overrideConfiguration(as)));
            return;
        }
        try {
            Clients.get(ec2.createLaunchTemplate(request -> request.launchTemplateName(name)
                    .versionDescription("boundary " + work.boundary().name())
                    .launchTemplateData(data(definition))
                    .overrideConfiguration(as)));
        } catch (SdkException e) {
            // Another start may have made it at the same time.
            if (!Failures.isCode(e, "InvalidLaunchTemplateName.AlreadyExistsException")) {
                throw e;
            }
        }
    }

    private static RequestLaunchTemplateData data(Definition definition) {
        var data = RequestLaunchTemplateData.builder()
                .imageId(definition.image())
                .instanceType(definition.instanceType())
                .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
                .metadataOptions(options -> options.httpTokens(LaunchTemplateHttpTokensState.REQUIRED)
                        .httpPutResponseHopLimit(HOP_LIMIT))
                .networkInterfaces(LaunchTemplateInstanceNetworkInterfaceSpecificationRequest.builder()
                        .deviceIndex(0)
                        .subnetId(definition.subnet())
                        .groups(definition.securityGroups())
                        .associatePublicIpAddress(false)
                        .deleteOnTermination(true)
                        .build());
        if (definition.instanceProfile() != null) {
            data.iamInstanceProfile(profile -> profile.name(definition.instanceProfile()));
        }
        return data.build();
    }

    /** Whatever a template holds that it was not given is a difference too: user data, a key, more interfaces. */
    static List<String> differences(LaunchTemplateVersion version, Definition definition) {
        return differences(version.launchTemplateData(), definition);
    }

    private static List<String> differences(ResponseLaunchTemplateData found, Definition definition) {
        var different = new ArrayList<String>();
        compare(different, "its image", definition.image(), found.imageId());
        compare(different, "its type", definition.instanceType(), found.instanceTypeAsString());
        compare(different, "what a shutdown does", "terminate", found.instanceInitiatedShutdownBehaviorAsString());
        compare(different, "its user data", null, found.userData());
        compare(different, "its key", null, found.keyName());
        compare(
                different,
                "its profile",
                definition.instanceProfile(),
                found.iamInstanceProfile() == null
                        ? null
                        : found.iamInstanceProfile().name());
        var metadata = found.metadataOptions();
        compare(
                different,
                "its metadata's tokens",
                "required",
                metadata == null ? null : metadata.httpTokensAsString());
        compare(
                different,
                "its metadata's hops",
                HOP_LIMIT,
                metadata == null ? null : metadata.httpPutResponseHopLimit());
        var cards = found.networkInterfaces();
        compare(different, "the number of its interfaces", 1, cards.size());
        if (cards.size() == 1) {
            compare(different, "its subnet", definition.subnet(), cards.get(0).subnetId());
            compare(
                    different,
                    "its security groups",
                    definition.securityGroups(),
                    cards.get(0).groups());
            compare(different, "a public address", false, cards.get(0).associatePublicIpAddress());
        }
        return different;
    }

    private static void compare(List<String> different, String what, Object wanted, Object found) {
        if (!Objects.equals(wanted, found)) {
            different.add(what + " is " + found + ", not " + wanted);
        }
    }
}
