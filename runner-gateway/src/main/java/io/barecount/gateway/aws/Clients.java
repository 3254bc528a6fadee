package io.barecount.gateway.aws;

import io.barecount.gateway.GatewayConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ecs.EcsAsyncClient;
import software.amazon.awssdk.services.glue.GlueAsyncClient;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sts.StsAsyncClient;

/**
 * Clients of each region's services, made when first needed. Calls that may start something are never repeated by the SDK; reads are,
 * as it sees fit. All share one HTTP client without a thread per call.
 */
@ApplicationScoped
class Clients {
    /** Longer than any workload on Lambda may take, as the answer to an invocation comes with its end. */
    private static final Duration INVOCATION_MAX = Duration.ofMinutes(16);

    private static final Duration QUEUE_MAX = Duration.ofSeconds(30);
    private static final int INVOCATIONS_MAX = 4000;
    private static final int CALLS_MAX = 64;

    private final GatewayConfig.Aws config;
    private final Duration callMax;
    private final Map<String, SdkClient> clients = new ConcurrentHashMap<>();
    private final AwsCredentialsProvider credentials =
            DefaultCredentialsProvider.builder().build();
    private SdkAsyncHttpClient http;
    private SdkAsyncHttpClient invocations;
    private S3Presigner presigner;

    Clients(GatewayConfig config) {
        this.config = config.aws();
        this.callMax = config.drive().callTimeout();
    }

    LambdaAsyncClient lambda(String region) {
        return client(
                "lambda", region, LambdaAsyncClient.class, () -> build(LambdaAsyncClient.builder(), region, true));
    }

    /** For invocations alone: they keep a connection until the workload has ended. */
    LambdaAsyncClient invoking(String region) {
        return client(
                "invoking",
                region,
                LambdaAsyncClient.class,
                () -> LambdaAsyncClient.builder()
                        .applyMutation(builder -> common(builder, region))
                        .httpClient(invocations())
                        .overrideConfiguration(once(INVOCATION_MAX))
                        .build());
    }

    EcsAsyncClient ecs(String region) {
        return client("ecs", region, EcsAsyncClient.class, () -> build(EcsAsyncClient.builder(), region, true));
    }

    EcsAsyncClient ecsOnce(String region) {
        return client("ecs-once", region, EcsAsyncClient.class, () -> build(EcsAsyncClient.builder(), region, false));
    }

    GlueAsyncClient glue(String region) {
        return client("glue", region, GlueAsyncClient.class, () -> build(GlueAsyncClient.builder(), region, true));
    }

    GlueAsyncClient glueOnce(String region) {
        return client(
                "glue-once", region, GlueAsyncClient.class, () -> build(GlueAsyncClient.builder(), region, false));
    }

    Ec2AsyncClient ec2(String region) {
        return client("ec2", region, Ec2AsyncClient.class, () -> build(Ec2AsyncClient.builder(), region, true));
    }

    Ec2AsyncClient ec2Once(String region) {
        return client("ec2-once", region, Ec2AsyncClient.class, () -> build(Ec2AsyncClient.builder(), region, false));
    }

    StsAsyncClient sts(String region) {
        return client("sts", region, StsAsyncClient.class, () -> build(StsAsyncClient.builder(), region, true));
    }

    /** For a queue that is waited at, for up to 20 s a call; its region is the SDK's own default. */
    SqsAsyncClient sqs() {
        return client("sqs", "", SqsAsyncClient.class, () -> {
            var builder = SqsAsyncClient.builder()
                    .credentialsProvider(credentials)
                    .httpClient(invocations())
                    .overrideConfiguration(once(QUEUE_MAX));
            config.endpoint().ifPresent(builder::endpointOverride);
            return builder.build();
        });
    }

    /** The bucket's region is the SDK's own default. */
    S3AsyncClient s3() {
        return client("s3", "", S3AsyncClient.class, () -> {
            var builder = S3AsyncClient.builder()
                    .credentialsProvider(credentials)
                    .httpClient(http())
                    .forcePathStyle(config.endpoint().isPresent())
                    .overrideConfiguration(repeated());
            config.endpoint().ifPresent(builder::endpointOverride);
            return builder.build();
        });
    }

    synchronized S3Presigner presigner() {
        if (presigner == null) {
            var builder = S3Presigner.builder()
                    .credentialsProvider(credentials)
                    .serviceConfiguration(S3Configuration.builder()
                            .pathStyleAccessEnabled(config.endpoint().isPresent())
                            .build());
            config.endpoint().ifPresent(builder::endpointOverride);
            presigner = builder.build();
        }
        return presigner;
    }

    @PreDestroy
    synchronized void close() {
        clients.values().forEach(SdkClient::close);
        if (presigner != null) {
            presigner.close();
        }
        if (http != null) {
            http.close();
        }
        if (invocations != null) {
            invocations.close();
        }
    }

    private <C extends SdkClient> C client(String name, String region, Class<C> type, Supplier<C> make) {
        return type.cast(clients.computeIfAbsent(name + "/" + region, key -> make.get()));
    }

    private <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            B builder, String region, boolean repeats) {
        return common(builder, region)
                .httpClient(http())
                .overrideConfiguration(repeats ? repeated() : once(callMax))
                .build();
    }

    private <B extends AwsClientBuilder<B, C>, C> B common(B builder, String region) {
        builder.region(Region.of(region)).credentialsProvider(credentials);
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder;
    }

    private ClientOverrideConfiguration repeated() {
        return ClientOverrideConfiguration.builder()
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy())
                .apiCallAttemptTimeout(callMax.dividedBy(2))
                .apiCallTimeout(callMax)
                .build();
    }

    private static ClientOverrideConfiguration once(Duration most) {
        return ClientOverrideConfiguration.builder()
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .apiCallTimeout(most)
                .build();
    }

    private synchronized SdkAsyncHttpClient http() {
        if (http == null) {
            http = NettyNioAsyncHttpClient.builder()
                    .maxConcurrency(CALLS_MAX)
                    .readTimeout(callMax)
                    .build();
        }
        return http;
    }

    private synchronized SdkAsyncHttpClient invocations() {
        if (invocations == null) {
            invocations = NettyNioAsyncHttpClient.builder()
                    .maxConcurrency(INVOCATIONS_MAX)
                    .readTimeout(INVOCATION_MAX)
                    .tcpKeepAlive(true)
                    .build();
        }
        return invocations;
    }

    /** Waits for an answer on a virtual thread. @throws SdkException as the call failed */
    static <T> T get(CompletableFuture<T> call) {
        try {
            return call.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SdkException sdk ? sdk : e;
        }
    }
}
