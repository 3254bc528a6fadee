package io.barecount.gateway.aws;

import io.barecount.contracts.Topic;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.oracle.Started;
import io.barecount.testing.TopicProbe;
import io.barecount.testing.runner.TestRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A run whose provider is the oracle, which knows what it started. */
final class DrivenRun extends TestRun {
    private static final Pattern ATTEMPT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]+/[0-9]+");
    private static final String SLEEPING = "echo begun; exec sleep 60\n";

    private DrivenRun(AwsUnderTest runner, String script, Duration timeout, TopicProbe probe) {
        super(runner, script, timeout, probe);
    }

    static DrivenRun of(RunnerType type, TopicProbe probe) {
        return new DrivenRun(AwsUnderTest.of(type), JOB, TIMEOUT, probe);
    }

    static DrivenRun sleeping(RunnerType type, TopicProbe probe) {
        return new DrivenRun(AwsUnderTest.of(type), SLEEPING, TIMEOUT, probe);
    }

    static DrivenRun sleepingOnSpot(TopicProbe probe) {
        return new DrivenRun(new AwsUnderTest(RunnerType.FARGATE, true), SLEEPING, TIMEOUT, probe);
    }

    DrivenRun dispatched() {
        dispatch();
        return this;
    }

    /** By run. */
    static Map<String, List<ExecutionEvent>> toldOfAll(TopicProbe probe) {
        return probe.await(Topic.EXECUTIONS.topicName(), record -> true, 1).stream()
                .collect(Collectors.groupingBy(
                        ConsumerRecord::key,
                        Collectors.mapping(
                                record -> (ExecutionEvent)
                                        EventCodec.decode(Topic.EXECUTIONS, TopicProbe.headers(record), record.value())
                                                .data(),
                                Collectors.toList())));
    }

    /** Provider starts by attempt. */
    static Map<String, Long> startsOfAll() {
        return Oracle.get().starts().stream()
                .collect(Collectors.groupingBy(
                        started -> ATTEMPT.matcher(started.toString())
                                .results()
                                .findFirst()
                                .orElseThrow()
                                .group(),
                        Collectors.counting()));
    }

    /** The one start of it. */
    Started started() {
        return Oracle.get().starts().stream()
                .filter(started -> started.toString().contains(id.toString()))
                .findFirst()
                .orElseThrow();
    }
}
