package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.ObjectStore.Known;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** S3 with paths of the form /bucket/key; what no other service takes. A presigned URL is good for ever. */
final class S3Api implements Api {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final int MOST_KEYS = 1000;
    private static final Set<String> KEPT = Set.of(
            "content-type", "content-encoding", "content-disposition", "content-language", "cache-control", "expires");
    private final ObjectStore objects;

    S3Api(ObjectStore objects) {
        this.objects = objects;
    }

    /** @param key empty for the bucket itself */
    private record Place(String bucket, String key) {
        static Place of(String path) {
            var stripped = path.startsWith("/") ? path.substring(1) : path;
            var slash = stripped.indexOf('/');
            return slash < 0
                    ? new Place(decoded(stripped), "")
                    : new Place(decoded(stripped.substring(0, slash)), decoded(stripped.substring(slash + 1)));
        }

        private static String decoded(String text) {
            return Request.decoded(text.replace("+", "%2B"));
        }
    }

    @Override
    public boolean takes(Request request) {
        return true;
    }

    @Override
    public Operation operation(Request request) {
        var place = Place.of(request.path());
        var query = request.query();
        if (place.bucket().isEmpty() || query.containsKey("uploads") || query.containsKey("uploadId")) {
            return null;
        }
        return place.key().isEmpty() ? ofBucket(request) : ofObject(request);
    }

    private static Operation ofBucket(Request request) {
        return switch (request.method()) {
            case "PUT" -> Operation.CREATE_BUCKET;
            case "HEAD" -> Operation.HEAD_BUCKET;
            case "GET" -> "2".equals(request.query().get("list-type")) ? Operation.LIST_OBJECTS_V2 : null;
            default -> null;
        };
    }

    private static Operation ofObject(Request request) {
        return switch (request.method()) {
            case "PUT" -> request.header("x-amz-copy-source") == null ? Operation.PUT_OBJECT : Operation.COPY_OBJECT;
            case "GET" -> Operation.GET_OBJECT;
            case "HEAD" -> Operation.HEAD_OBJECT;
            case "DELETE" -> Operation.DELETE_OBJECT;
            default -> null;
        };
    }

    @Override
    public Answer answer(Call call) {
        var place = Place.of(call.request().path());
        if (call.operation() == Operation.CREATE_BUCKET) {
            return createBucket(call, place);
        }
        if (!objects.exists(place.bucket()) || (call.operation() == Operation.HEAD_BUCKET && call.forgets())) {
            throw new ApiError(404, "NoSuchBucket", "The specified bucket does not exist");
        }
        var answer = switch (call.operation()) {
            case HEAD_BUCKET -> Answer.empty(200).with("x-amz-bucket-region", Region.NAME);
            case PUT_OBJECT -> put(call, place);
            case COPY_OBJECT -> copy(call, place);
            case GET_OBJECT, HEAD_OBJECT -> get(call, place);
            case DELETE_OBJECT -> {
                objects.delete(place.bucket(), place.key());
                yield Answer.empty(204);
            }
            case LIST_OBJECTS_V2 -> list(call, place.bucket());
            default ->
                throw new ApiError(501, "NotImplemented", call.operation().api());
        };
        return answer.with("x-amz-request-id", call.id());
    }

    private Answer createBucket(Call call, Place place) {
        if (!objects.create(place.bucket())) {
            throw new ApiError(
                    409,
                    "BucketAlreadyOwnedByYou",
                    "Your previous request to create the named bucket succeeded and you already own it.");
        }
        return Answer.empty(200).with("Location", "/" + place.bucket()).with("x-amz-request-id", call.id());
    }

    private synchronized Answer put(Call call, Place place) {
        var request = call.request();
        checkConditions(request, objects.find(place.bucket(), place.key()));
        var headers = kept(request);
        var body = request.body();
        if (AwsChunked.is(request)) {
            var decoded = AwsChunked.decode(body);
            body = decoded.body();
            decoded.trailers().forEach((name, value) -> {
                if (name.startsWith("x-amz-checksum-")) {
                    headers.put(name, value);
                }
            });
        }
        var known = objects.put(place.bucket(), place.key(), body, headers);
        var answer = Answer.empty(200).with("ETag", known.etag());
        headers.forEach((name, value) -> {
            if (name.startsWith("x-amz-checksum-")) {
                answer.with(name, value);
            }
        });
        return answer;
    }

    private static void checkConditions(Request request, Known before) {
        var mustNotBe = request.header("If-None-Match");
        var mustBe = request.header("If-Match");
        if (("*".equals(mustNotBe) && before != null)
                || (mustBe != null && before != null && !sameTag(mustBe, before.etag()))) {
            throw new ApiError(
                    412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        }
        if (mustBe != null && before == null) {
            throw noSuchKey();
        }
    }

    private static boolean sameTag(String left, String right) {
        return left.replace("\"", "").equals(right.replace("\"", ""));
    }

    private static Map<String, String> kept(Request request) {
        var kept = new TreeMap<String, String>();
        request.headers().forEach((header, values) -> {
            var name = header.toLowerCase(Locale.ROOT);
            var value = values.getFirst();
            if (KEPT.contains(name) || name.startsWith("x-amz-meta-") || isChecksum(name)) {
                kept.put(name, value);
            }
        });
        kept.computeIfPresent("content-encoding", (name, value) -> withoutChunks(value));
        return kept;
    }

    private static boolean isChecksum(String name) {
        return name.startsWith("x-amz-checksum-")
                && !name.equals("x-amz-checksum-mode")
                && !name.equals("x-amz-checksum-algorithm");
    }

    private static String withoutChunks(String encodings) {
        var rest = Arrays.stream(encodings.split(",", -1))
                .map(String::strip)
                .filter(encoding -> !encoding.isEmpty() && !encoding.equals("aws-chunked"))
                .toList();
        return rest.isEmpty() ? null : String.join(",", rest);
    }

    private synchronized Answer copy(Call call, Place place) {
        var request = call.request();
        var source = request.header("x-amz-copy-source");
        var from = Place.of(source.contains("?") ? source.substring(0, source.indexOf('?')) : source);
        var known = objects.exists(from.bucket()) ? objects.find(from.bucket(), from.key()) : null;
        if (known == null) {
            throw noSuchKey();
        }
        var headers = "REPLACE".equals(request.header("x-amz-metadata-directive")) ? kept(request) : known.headers();
        var copied = objects.put(place.bucket(), place.key(), objects.read(from.bucket(), from.key()), headers);
        var result = Trees.of("LastModified", modified(copied), "ETag", copied.etag());
        return Answer.xml(200, Xml.document("CopyObjectResult", NAMESPACE, result, null));
    }

    private Answer get(Call call, Place place) {
        var request = call.request();
        Known known;
        byte[] bytes;
        synchronized (this) {
            known = call.forgets() ? null : objects.find(place.bucket(), place.key());
            if (known == null) {
                throw noSuchKey();
            }
            bytes = objects.read(place.bucket(), place.key());
        }
        var mustBe = request.header("If-Match");
        if (mustBe != null && !sameTag(mustBe, known.etag())) {
            throw new ApiError(
                    412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        }
        var mustNotBe = request.header("If-None-Match");
        if (mustNotBe != null && sameTag(mustNotBe, known.etag())) {
            return Answer.empty(304).with("ETag", known.etag());
        }
        var range = request.header("Range") == null ? null : RANGE.matcher(request.header("Range"));
        if (range != null && range.matches()) {
            return part(known, bytes, range.group(1), range.group(2));
        }
        return object(200, known, bytes).with(known.headers());
    }

    private static Answer part(Known known, byte[] bytes, String first, String last) {
        var isSuffix = first.isEmpty();
        var from = isSuffix ? Math.max(0, bytes.length - Integer.parseInt(last)) : Integer.parseInt(first);
        var to = isSuffix || last.isEmpty() ? bytes.length : Math.min(bytes.length, Integer.parseInt(last) + 1);
        if (from >= to) {
            throw new ApiError(416, "InvalidRange", "The requested range is not satisfiable");
        }
        var headers = new LinkedHashMap<>(known.headers());
        headers.keySet().removeIf(name -> name.startsWith("x-amz-checksum-"));
        return object(206, known, Arrays.copyOfRange(bytes, from, to))
                .with(headers)
                .with("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
    }

    private static Answer object(int status, Known known, byte[] bytes) {
        return new Answer(status, bytes)
                .with("Content-Type", "application/octet-stream")
                .with("Content-Length", String.valueOf(bytes.length))
                .with("Accept-Ranges", "bytes")
                .with("ETag", known.etag())
                .with(
                        "Last-Modified",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                known.modified().atOffset(ZoneOffset.UTC)));
    }

    private Answer list(Call call, String bucket) {
        var query = call.request().query();
        var prefix = query.getOrDefault("prefix", "");
        var delimiter = query.getOrDefault("delimiter", "");
        var after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
        var most = Math.min(MOST_KEYS, Integer.parseInt(query.getOrDefault("max-keys", String.valueOf(MOST_KEYS))));
        var all = call.forgets() ? List.<Known>of() : objects.list(bucket, prefix);
        var groups = new TreeSet<String>();
        var contents = new ArrayList<ObjectNode>();
        String last = null;
        var truncated = false;
        for (var known : all) {
            var cut = delimiter.isEmpty() ? -1 : known.key().indexOf(delimiter, prefix.length());
            var group = cut < 0 ? null : known.key().substring(0, cut + delimiter.length());
            var isListed = group != null && (groups.contains(group) || after.equals(group));
            if (isListed || known.key().compareTo(after) <= 0) {
                continue;
            }
            if (contents.size() + groups.size() >= most) {
                truncated = true;
                break;
            }
            if (group == null) {
                contents.add(content(known, query));
                last = known.key();
            } else {
                groups.add(group);
                last = group;
            }
        }
        var result = Trees.of(
                        "Name",
                        bucket,
                        "Prefix",
                        coded(prefix, query),
                        "Delimiter",
                        delimiter.isEmpty() ? null : coded(delimiter, query),
                        "EncodingType",
                        query.get("encoding-type"),
                        "ContinuationToken",
                        query.get("continuation-token"),
                        "NextContinuationToken",
                        truncated ? last : null)
                .put("KeyCount", contents.size() + groups.size())
                .put("MaxKeys", most)
                .put("IsTruncated", truncated);
        result.set("Contents", Trees.array(contents));
        result.set(
                "CommonPrefixes",
                Trees.array(groups.stream()
                        .map(group -> Trees.of("Prefix", coded(group, query)))
                        .toList()));
        return Answer.xml(200, Xml.document("ListBucketResult", NAMESPACE, result, null));
    }

    private static ObjectNode content(Known known, Map<String, String> query) {
        return Trees.of(
                "Key", coded(known.key(), query),
                "LastModified", modified(known),
                "ETag", known.etag(),
                "Size", String.valueOf(known.size()),
                "StorageClass", "STANDARD");
    }

    private static String coded(String text, Map<String, String> query) {
        return "url".equals(query.get("encoding-type"))
                ? URLEncoder.encode(text, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/")
                : text;
    }

    private static String modified(Known known) {
        return known.modified().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static ApiError noSuchKey() {
        return new ApiError(404, "NoSuchKey", "The specified key does not exist.");
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> new ApiError(503, "SlowDown", "Please reduce your request rate.");
            case ACCESS_DENIED -> new ApiError(403, "AccessDenied", "Access Denied");
            case QUOTA ->
                operation == Operation.CREATE_BUCKET
                        ? new ApiError(400, "TooManyBuckets", "You have attempted to create more buckets than allowed")
                        : new ApiError(503, "SlowDown", "Please reduce your request rate.");
            default -> new ApiError(500, "InternalError", "We encountered an internal error. Please try again.");
        };
    }

    @Override
    public Answer error(ApiError error, String requestId) {
        var body = Trees.of("Code", error.code(), "Message", error.getMessage(), "RequestId", requestId);
        return Answer.xml(error.status(), Xml.document("Error", null, body, null))
                .with("x-amz-request-id", requestId);
    }
}
