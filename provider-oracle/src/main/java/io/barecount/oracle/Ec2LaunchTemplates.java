package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Launch templates and their versions, which never change. What a request says itself goes before what its template says. */
final class Ec2LaunchTemplates {
    private static final String DATA = "LaunchTemplateData.";

    private record Template(String id, String name, List<Form> versions) {}

    private final Map<String, Template> byName = new LinkedHashMap<>();

    synchronized ObjectNode create(Form form) {
        var name = form.get("LaunchTemplateName");
        if (byName.containsKey(name)) {
            throw new ApiError(
                    400, "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
        }
        var template = new Template(Region.id("lt-", 17), name, new ArrayList<>(List.of(data(form))));
        byName.put(name, template);
        return Trees.object()
                .set(
                        "launchTemplate",
                        Trees.of("launchTemplateId", template.id(), "launchTemplateName", name)
                                .put("defaultVersionNumber", 1)
                                .put("latestVersionNumber", 1));
    }

    synchronized ObjectNode createVersion(Form form) {
        var template = find(form);
        template.versions().add(data(form));
        return Trees.object()
                .set("launchTemplateVersion", tree(template, template.versions().size()));
    }

    synchronized ObjectNode describe(Form form) {
        var template = find(form);
        var newest = template.versions().size();
        return Trees.object()
                .set(
                        "launchTemplateVersionSet",
                        Trees.array(IntStream.range(0, newest)
                                .mapToObj(older -> tree(template, newest - older))
                                .toList()));
    }

    /** The request, with its template's fields. */
    synchronized Form merged(Form form) {
        var version = form.get("LaunchTemplate.Version");
        if (version == null) {
            return form;
        }
        var template = byName.values().stream()
                .filter(one -> one.id().equals(form.get("LaunchTemplate.LaunchTemplateId")))
                .findFirst()
                .orElseThrow(() -> new ApiError(
                        400, "InvalidLaunchTemplateId.NotFound", "The specified launch template does not exist."));
        var number = Integer.parseInt(version);
        if (number < 1 || number > template.versions().size()) {
            throw new ApiError(
                    400, "InvalidLaunchTemplateId.VersionNotFound", "Could not find the version " + version + ".");
        }
        var fields = new LinkedHashMap<>(template.versions().get(number - 1).fields());
        fields.putAll(form.fields());
        return new Form(fields);
    }

    private Template find(Form form) {
        var template = byName.get(form.get("LaunchTemplateName"));
        if (template == null) {
            throw new ApiError(
                    400,
                    "InvalidLaunchTemplateName.NotFoundException",
                    "The specified launch template, with template name " + form.get("LaunchTemplateName")
                            + ", does not exist.");
        }
        return template;
    }

    private static Form data(Form form) {
        var fields = new LinkedHashMap<String, String>();
        form.fields().forEach((key, value) -> {
            if (key.startsWith(DATA)) {
                fields.put(key.substring(DATA.length()), value);
            }
        });
        return new Form(fields);
    }

    private static ObjectNode tree(Template template, int number) {
        var data = template.versions().get(number - 1);
        var tree = Trees.of("launchTemplateId", template.id(), "launchTemplateName", template.name())
                .put("versionNumber", number)
                .put("defaultVersion", number == 1);
        var content = Trees.of(
                "imageId", data.get("ImageId"),
                "instanceType", data.get("InstanceType"),
                "keyName", data.get("KeyName"),
                "userData", data.get("UserData"),
                "instanceInitiatedShutdownBehavior", data.get("InstanceInitiatedShutdownBehavior"));
        if (data.get("IamInstanceProfile.Name") != null) {
            content.set("iamInstanceProfile", Trees.of("name", data.get("IamInstanceProfile.Name")));
        }
        content.set(
                "metadataOptions",
                Trees.of(
                        "httpTokens", data.get("MetadataOptions.HttpTokens"),
                        "httpPutResponseHopLimit", data.get("MetadataOptions.HttpPutResponseHopLimit")));
        content.set(
                "networkInterfaceSet",
                Trees.array(data.forms("NetworkInterface").stream()
                        .map(Ec2LaunchTemplates::card)
                        .toList()));
        tree.set("launchTemplateData", content);
        return tree;
    }

    private static ObjectNode card(Form card) {
        var tree = Trees.of(
                "deviceIndex", card.get("DeviceIndex"),
                "subnetId", card.get("SubnetId"),
                "associatePublicIpAddress", card.get("AssociatePublicIpAddress"),
                "deleteOnTermination", card.get("DeleteOnTermination"));
        tree.set("groupSet/groupId", Trees.texts(card.list("SecurityGroupId")));
        return tree;
    }
}
