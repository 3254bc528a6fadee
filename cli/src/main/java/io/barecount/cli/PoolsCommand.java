package io.barecount.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pools",
        mixinStandardHelpOptions = true,
        description =
                "Lists pools, the runners of one type in one boundary: their desired capacity, and what it is for.")
final class PoolsCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var pools = data.client().get("/pools").path("pools");
        if (json) {
            System.out.println(pools.toPrettyString());
            return 0;
        }
        var table = new Table("POOL", "DESIRED", "OUT", "WAITING");
        for (var pool : pools) {
            table.add(
                    pool.path("pool").asText(),
                    pool.path("desired").asText(),
                    pool.path("out").asText(),
                    pool.path("waiting").asText());
        }
        System.out.print(table);
        return 0;
    }
}
