package io.barecount.cli;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Cancels a run: cancelled is said once its attempts have stopped.")
final class CancelCommand implements Callable<Integer> {
    private static final Set<String> ENDED = Set.of("succeeded", "failed", "cancelled", "denied", "rejected");

    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run;

    @Option(names = "--reason", required = true, description = "Kept in the ledger.")
    private String reason;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var answer = data.client()
                .post(
                        "/runs/" + run + "/cancel",
                        Map.of("Content-Type", "application/json"),
                        Json.text(Map.of("reason", reason)));
        var state = answer.path("state").asText();
        if (ENDED.contains(state)) {
            System.out.println("the run has ended already, and stays as it is: " + state);
            return state.equals("cancelled") ? 0 : 1;
        }
        System.out.println(state);
        return 0;
    }
}
