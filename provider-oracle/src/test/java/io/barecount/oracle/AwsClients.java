package io.barecount.oracle;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sts.StsClient;

/** The real clients of AWS, without their retries, at the oracle. */
final class AwsClients {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "secret"));
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    final EcsClient ecs;
    final GlueClient glue;
    final LambdaClient lambda;
    final Ec2Client ec2;
    final StsClient sts;
    final S3Client s3;
    final S3Presigner presigner;

    AwsClients(URI endpoint) {
        this(endpoint, TIMEOUT);
    }

    AwsClients(URI endpoint, Duration timeout) {
        ecs = at(endpoint, timeout, EcsClient.builder());
        glue = at(endpoint, timeout, GlueClient.builder());
        lambda = at(endpoint, timeout, LambdaClient.builder());
        ec2 = at(endpoint, timeout, Ec2Client.builder());
        sts = at(endpoint, timeout, StsClient.builder());
        s3 = at(endpoint, timeout, S3Client.builder().forcePathStyle(true));
        presigner = S3Presigner.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(CREDENTIALS)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
    }

    private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C at(
            URI endpoint, Duration timeout, B builder) {
        return builder.endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(CREDENTIALS)
                .httpClient(
                        UrlConnectionHttpClient.builder().socketTimeout(timeout).build())
                .overrideConfiguration(o -> o.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
    }
}
