package io.barecount.gateway.aws;

import io.barecount.contracts.RunId;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.runner.Work;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.sts.model.Tag;

/**
 * The identity that a run's calls are made with: a session of the configured role, named after the run, so that the cloud's own audit
 * trail shows which run did what. Its policy lets it do no more than start, describe and stop runners, in the boundary's region.
 */
@ApplicationScoped
class Sessions {
    private static final Duration VALID = Duration.ofHours(1);
    private static final Duration RENEW_BEFORE = Duration.ofMinutes(5);
    private static final int KEPT_MAX = 2000;

    /** At most 2,048 characters (STS). The region's condition keeps a run's session in the boundary's region. */
    private static final String POLICY = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecs:RunTask","ecs:DescribeTasks",\
            "ecs:StopTask","ecs:DescribeTaskDefinition","ecs:RegisterTaskDefinition","ecs:TagResource",\
            "lambda:GetFunction*","lambda:CreateFunction","lambda:PublishVersion","lambda:ListVersionsByFunction",\
            "lambda:PutFunction*","lambda:InvokeFunction","lambda:TagResource","glue:GetJob*","glue:CreateJob",\
            "glue:StartJobRun","glue:BatchStopJobRun","glue:GetConnection","glue:CreateConnection","glue:TagResource",\
            "ec2:RunInstances","ec2:CreateLaunchTemplate*","ec2:Describe*","ec2:TerminateInstances","ec2:CreateTags","iam:PassRole"],\
            "Resource":"*","Condition":{"StringEqualsIfExists":{"aws:RequestedRegion":"%s"}}}]}""";

    private record Session(AwsCredentialsProvider credentials, String role, Instant until) {}

    private final Clients clients;
    private final Optional<String> role;
    private final Map<RunId, Session> sessions = new ConcurrentHashMap<>();

    Sessions(Clients clients, GatewayConfig config) {
        this.clients = clients;
        this.role = config.aws().role();
    }

    /** Makes a request the run's own. */
    void as(Work work, AwsRequestOverrideConfiguration.Builder request) {
        role.ifPresent(arn -> request.credentialsProvider(session(work, arn).credentials()));
    }

    /** @throws software.amazon.awssdk.core.exception.SdkException if it can't be had */
    void assume(Work work) {
        role.ifPresent(arn -> session(work, arn));
    }

    /** Whether nothing has to be asked for it. */
    boolean isOpen(Work work) {
        return role.isEmpty() || open(work).isPresent();
    }

    private Optional<Session> open(Work work) {
        var now = Clock.systemUTC().instant();
        return Optional.ofNullable(sessions.get(work.attempt().run()))
                .filter(session -> now.isBefore(session.until().minus(RENEW_BEFORE)));
    }

    /** What the evidence says of it. */
    String name(Work work) {
        return role.map(arn -> arn + "/" + sessionName(work.attempt().run())).orElse("the gateway's own");
    }

    private Session session(Work work, String arn) {
        var now = Clock.systemUTC().instant();
        if (sessions.size() > KEPT_MAX) {
            sessions.values().removeIf(session -> session.until().isBefore(now));
        }
        return open(work).orElseGet(() -> {
            var made = made(work, arn, now);
            sessions.put(work.attempt().run(), made);
            return made;
        });
    }

    private Session made(Work work, String arn, Instant now) {
        var manifest = work.spec().manifest();
        var assumed = Clients.get(clients.sts(work.boundary().region())
                        .assumeRole(request -> request.roleArn(arn)
                                .roleSessionName(sessionName(work.attempt().run()))
                                .sourceIdentity(sessionName(work.attempt().run()))
                                .durationSeconds((int) VALID.toSeconds())
                                .policy(POLICY.formatted(work.boundary().region()))
                                .tags(
                                        tag(
                                                "barecount:run",
                                                work.attempt().run().toString()),
                                        tag("barecount:namespace", work.namespace()),
                                        tag("barecount:pipeline", manifest.name()),
                                        tag(
                                                "barecount:boundary",
                                                work.boundary().name()))))
                .credentials();
        return new Session(
                StaticCredentialsProvider.create(AwsSessionCredentials.create(
                        assumed.accessKeyId(), assumed.secretAccessKey(), assumed.sessionToken())),
                arn,
                assumed.expiration() == null ? now.plus(VALID) : assumed.expiration());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(AwsRunner.tagValue(value)).build();
    }

    private static String sessionName(RunId run) {
        return "barecount-" + run;
    }
}
