package io.barecount.cli;

import io.barecount.cli.check.CheckCommand;
import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "What an installation on engines of its own needs before its first start, and whether it is as it must be;"
                        + " deploy/README.md says how.",
        subcommands = {
            DeployCommand.Init.class,
            DeployCommand.Topics.class,
            CheckCommand.class,
            CommandLine.HelpCommand.class
        })
final class DeployCommand {
    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = {
                "Makes the keys, webhook secrets and the enrolment token of an installation, and lays the shipped governance"
                        + " documents beside them. What is there already stays as it is.",
                "Keys and secrets are readable by you alone: run it as the user that the services run as, and keep a copy."
            })
    static final class Init implements Callable<Integer> {
        @Parameters(paramLabel = "DIRECTORY", description = "Where to; made if it is not there.")
        private Path directory;

        @Override
        public Integer call() throws IOException {
            var data = new DataDirectory(directory);
            Seed.plant(data, Home.directory());
            System.out.println(data.root());
            return 0;
        }
    }

    @Command(
            name = "topics",
            mixinStandardHelpOptions = true,
            description =
                    "Creates the topics that are missing, and says what of those that exist is not as it must be; exits with 1 then.")
    static final class Topics implements Callable<Integer> {
        @Option(
                names = "--bootstrap-servers",
                required = true,
                paramLabel = "HOST:PORT,...",
                description = "Of the cluster.")
        private String bootstrapServers;

        @Option(
                names = "--replicas",
                paramLabel = "N",
                description = "Of each partition; ${DEFAULT-VALUE} unless told, 1 for a single broker.")
        private short replicas = 3;

        @Override
        public Integer call() throws InterruptedException, ExecutionException, IOException {
            var differences = created();
            differences.forEach(System.err::println);
            if (differences.isEmpty()) {
                System.out.println(TopicCreation.names().size() + " topics are as they must be");
            }
            return differences.isEmpty() ? 0 : 1;
        }

        private List<String> created() throws InterruptedException, ExecutionException, IOException {
            try {
                return TopicCreation.createAll(bootstrapServers, replicas);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TimeoutException) {
                    throw new IOException("no Kafka broker answered at " + bootstrapServers
                            + " within a minute: is the address right, and reachable from here?");
                }
                if (e.getCause() instanceof InvalidReplicationFactorException) {
                    throw new IOException(
                            e.getCause().getMessage() + " Give fewer --replicas, or add brokers to the cluster.");
                }
                throw e;
            }
        }
    }
}
