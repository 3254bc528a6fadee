package io.barecount.gateway.aws;

import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.storage.Storage;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket. Addresses are presigned, so that a workload reaches just its own files, without any right of its own to the bucket. */
@ApplicationScoped
class S3Storage implements Storage {
    private static final Duration READABLE_FOR = Duration.ofHours(1);
    private static final Duration WRITABLE_FOR = Duration.ofMinutes(15);

    private final Clients clients;
    private final GatewayConfig.Aws config;

    S3Storage(Clients clients, GatewayConfig config) {
        this.clients = clients;
        this.config = config.aws();
    }

    @Override
    public String toGet(String path) {
        return clients.presigner()
                .presignGetObject(sign -> sign.signatureDuration(READABLE_FOR)
                        .getObjectRequest(get -> get.bucket(bucket()).key(key(path))))
                .url()
                .toString();
    }

    @Override
    public String toPut(String path) {
        return clients.presigner()
                .presignPutObject(sign -> sign.signatureDuration(WRITABLE_FOR)
                        .putObjectRequest(put -> put.bucket(bucket()).key(key(path))))
                .url()
                .toString();
    }

    /** A path is a file, or a directory: {@code gdp} is not the beginning of {@code gdp-old}. */
    @Override
    public List<String> list(String path) {
        var found = new ArrayList<String>();
        var key = key(path);
        String next = null;
        do {
            var token = next;
            var answer = Clients.get(clients.s3()
                    .listObjectsV2(list -> list.bucket(bucket()).prefix(key).continuationToken(token)));
            answer.contents().stream()
                    .map(S3Object::key)
                    .filter(name -> name.equals(key) || name.startsWith(key.endsWith("/") ? key : key + "/"))
                    .filter(name -> !name.endsWith("/"))
                    .map(name -> name.substring(prefix().length()))
                    .forEach(found::add);
            next = Boolean.TRUE.equals(answer.isTruncated()) ? answer.nextContinuationToken() : null;
        } while (next != null);
        return found;
    }

    @Override
    public void copy(String from, String to) {
        Clients.get(clients.s3()
                .copyObject(copy -> copy.sourceBucket(bucket())
                        .sourceKey(key(from))
                        .destinationBucket(bucket())
                        .destinationKey(key(to))));
    }

    @Override
    public void remove(String path) {
        CompletableFuture.allOf(list(path).stream()
                        .map(file -> clients.s3()
                                .deleteObject(delete -> delete.bucket(bucket()).key(key(file))))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    @Override
    public String keep(String path, byte[] content) {
        try {
            Clients.get(clients.s3().headObject(head -> head.bucket(bucket()).key(key(path))));
        } catch (NoSuchKeyException e) {
            Clients.get(clients.s3()
                    .putObject(put -> put.bucket(bucket()).key(key(path)), AsyncRequestBody.fromBytes(content)));
        }
        return "s3://" + bucket() + "/" + key(path);
    }

    private String bucket() {
        return where().getHost();
    }

    private String prefix() {
        var path = where().getPath();
        var prefix = path == null || path.equals("/") ? "" : path.substring(1);
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private String key(String path) {
        return prefix() + path;
    }

    private URI where() {
        return config.storage()
                .orElseThrow(() -> new IllegalStateException(
                        "barecount.gateway.aws.storage is not set: workloads of provider aws need a bucket (s3://…)"));
    }
}
