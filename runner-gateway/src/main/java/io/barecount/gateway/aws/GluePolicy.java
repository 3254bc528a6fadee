package io.barecount.gateway.aws;

import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * What a job run may do with the role of its job: what Glue itself needs in its name, and no data, as a workload gets addresses instead.
 * StartJobRun takes at most 2,048 characters of it.
 */
final class GluePolicy {
    private static final String POLICY = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:%1$s:s3:::%2$s"},\
            {"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],\
            "Resource":"arn:%1$s:logs:%3$s:*:log-group:/aws-glue/*"},\
            {"Effect":"Allow","Action":["cloudwatch:PutMetricData","ec2:CreateNetworkInterface","ec2:CreateTags",\
            "ec2:DeleteNetworkInterface","ec2:DeleteTags","ec2:Describe*","glue:GetConnection","glue:GetJob*","kms:Decrypt"],\
            "Resource":"*","Condition":{"StringEqualsIfExists":{"aws:RequestedRegion":"%3$s"}}}]}""";

    private GluePolicy() {}

    /** @param script address in S3 of what the job runs */
    static String of(String region, String script) {
        var partition = PartitionMetadata.of(Region.of(region)).id();
        return POLICY.formatted(partition, script.substring("s3://".length()), region);
    }
}
