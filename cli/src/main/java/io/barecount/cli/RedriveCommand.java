package io.barecount.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        description = "Runs again what an ended run did not get done, as a submission of its own; prints its run's id.")
final class RedriveCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var answer = data.client().post("/runs/" + run + "/redrive", Map.of(), "");
        System.out.println(answer.path("run").asText());
        System.err.println(answer.path("tasks").asInt() + " tasks");
        return 0;
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Lets a run's tasks that wait for the time of their retry start as soon as there is room.")
    static final class Retry implements Callable<Integer> {
        @Mixin
        private DataOption data;

        @Parameters(paramLabel = "RUN", description = "The run's id.")
        private String run;

        @Override
        public Integer call() throws IOException, InterruptedException {
            System.out.println(data.client()
                    .post("/runs/" + run + "/retry", Map.of(), "")
                    .path("state")
                    .asText());
            return 0;
        }
    }
}
