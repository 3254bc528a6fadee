package io.barecount.gateway.aws;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.gateway.runner.CannotStart;
import java.util.Collection;
import java.util.stream.Collectors;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * What a job run may do with the role of its job: what Glue itself needs in its name, the secrets that its manifest refers to, and no data,
 * as a workload gets addresses instead.
 */
final class GluePolicy {
    private static final String POLICY = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:%1$s:s3:::%2$s"},\
            {"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],\
            "Resource":"arn:%1$s:logs:%3$s:*:log-group:/aws-glue/*"},\
            {"Effect":"Allow","Action":["cloudwatch:PutMetricData","ec2:CreateNetworkInterface","ec2:CreateTags",\
            "ec2:DeleteNetworkInterface","ec2:DeleteTags","ec2:Describe*","glue:GetConnection","glue:GetJob*","kms:Decrypt"],\
            "Resource":"*","Condition":{"StringEqualsIfExists":{"aws:RequestedRegion":"%3$s"}}}%4$s]}""";
    private static final String SECRETS = """
            ,{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":[%s]}""";
    private static final String SECRETS_MANAGER = "secretsmanager:";

    /** Of StartJobRun. */
    private static final int CHARACTERS_MAX = 2048;

    private GluePolicy() {}

    /**
     * @param script address in S3 of what the job runs
     * @param references of the workload's secrets
     */
    static String of(String region, String script, Collection<String> references) throws CannotStart {
        var partition = PartitionMetadata.of(Region.of(region)).id();
        var secrets = references.stream()
                .filter(reference -> reference.startsWith(SECRETS_MANAGER))
                .map(reference -> arn(partition, region, reference.substring(SECRETS_MANAGER.length())))
                .map(arn -> '"' + arn + '"')
                .sorted()
                .collect(Collectors.joining(","));
        var policy = POLICY.formatted(
                partition,
                script.substring("s3://".length()),
                region,
                secrets.isEmpty() ? "" : SECRETS.formatted(secrets));
        if (policy.length() > CHARACTERS_MAX) {
            throw new CannotStart(
                    FailureClass.NOT_STARTED,
                    "its session policy would have " + policy.length() + " characters, and Glue takes " + CHARACTERS_MAX
                            + ": refer to fewer secrets, or by shorter names");
        }
        return policy;
    }

    /** A secret's ARN ends with six characters that its name does not tell. */
    private static String arn(String partition, String region, String secret) {
        return secret.startsWith("arn:")
                ? secret
                : "arn:" + partition + ":secretsmanager:" + region + ":*:secret:" + secret + "-??????";
    }
}
