package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rights that the template gives are those that the gateway asks for. */
class CloudFormationTest {
    private static final Path TEMPLATE = Project.HOME.resolve("deploy/cloudformation/barecount.yaml");
    private static final Path LINT = Path.of("target/cfn-lint").toAbsolutePath();
    private static final String LINT_VERSION = "1.58.0";
    private static final Pattern ACTION = Pattern.compile("\\b((?:ecs|lambda|glue|ec2|iam):[A-Z][A-Za-z]*\\*?)");

    /** A session has what both its policy and its role allow; so what stands in one only is useless, or missing. */
    @Test
    void theRoleOfRunsMayWhatTheirSessionsAskFor() {
        var sessions = Project.read(
                Project.HOME.resolve("runner-gateway/src/main/java/io/barecount/gateway/aws/Sessions.java"));
        var policy = sessions.substring(sessions.indexOf("POLICY = "), sessions.indexOf("private record"));
        var template = Project.read(TEMPLATE);
        var role = template.substring(template.indexOf("  StarterRole:"), template.indexOf("  GatewayPolicy:"));

        assertThat(actions(role)).isNotEmpty().isEqualTo(actions(policy));
    }

    private static TreeSet<String> actions(String text) {
        var actions = new TreeSet<String>();
        ACTION.matcher(text).results().forEach(found -> actions.add(found.group(1)));
        return actions;
    }

    @Test
    void itsOutputsAreForKeysThatTheGatewayHas() throws IOException {
        var keys = Key.of("runner-gateway").stream().map(Key::variable).toList();
        var named = Pattern.compile("BARECOUNT_[A-Z0-9_]+")
                .matcher(Project.read(TEMPLATE).split("(?m)^Outputs:")[1])
                .results()
                .map(found -> found.group())
                .toList();

        assertThat(named).hasSizeGreaterThan(5);
        assertThat(keys).containsAll(named);
    }

    /** The bill is split by it; what can't carry it costs nothing by itself. */
    @Test
    void everythingThatCostsCarriesTheTagOfItsCostCentre() {
        var untagged = new TreeSet<String>();
        for (var resource :
                Project.read(TEMPLATE).split("(?m)^Resources:|^Outputs:")[1].split("(?m)^  (?=[A-Z])")) {
            var type = Pattern.compile("Type: (AWS::\\S+)").matcher(resource);
            if (type.find() && !resource.contains("barecount:cost-center")) {
                untagged.add(type.group(1));
            }
        }

        assertThat(untagged)
                .containsExactly(
                        "AWS::EC2::SecurityGroupEgress",
                        "AWS::EC2::SecurityGroupIngress",
                        "AWS::IAM::InstanceProfile",
                        "AWS::IAM::ManagedPolicy",
                        "AWS::S3::BucketPolicy",
                        "AWS::SQS::QueuePolicy");
    }

    @Test
    void cfnLintFindsNothing(@TempDir Path directory) throws Exception {
        var program = LINT.resolve("bin/cfn-lint");
        if (!Files.isExecutable(program)) {
            install(directory);
        }
        var log = directory.resolve("lint");

        var exit = run(log, program.toString(), TEMPLATE.toString());

        assertThat(exit).as(Project.read(log)).isZero();
    }

    private static void install(Path directory) throws Exception {
        var log = directory.resolve("install");
        if (run(log, "python3", "-m", "venv", LINT.toString()) != 0
                || run(
                                log,
                                LINT.resolve("bin/pip").toString(),
                                "install",
                                "--quiet",
                                "--disable-pip-version-check",
                                "cfn-lint==" + LINT_VERSION)
                        != 0) {
            abort("cfn-lint can't be had on this machine: " + Project.read(log));
        }
    }

    private static int run(Path log, String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            abort("cfn-lint can't be run on this machine: " + e.getMessage());
            return -1;
        }
    }
}
