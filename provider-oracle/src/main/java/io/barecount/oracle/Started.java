package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One execution that the provider accepted. What a provider doesn't have is null, or an empty map.
 *
 * @param provider lambda, ecs, glue or ec2
 * @param id as the API says it: the request id, the task's ARN, the run's id, the instance's id
 * @param delivery 1, or more for a further execution under the same id (Lambda's) or of the same run (Glue's retries)
 * @param token the caller's idempotency token (ECS, EC2)
 * @param name the function, family, job or image
 * @param version the executed version (Lambda) or revision (ECS)
 * @param caller the access key that the request was signed with
 * @param environment of the container, or of the function
 * @param command of the container (ECS)
 * @param arguments of the job run, with the job's defaults
 * @param payload of the invocation
 * @param userData of the instance, decoded
 * @param codeFile the function's archive, see {@link #code()}
 * @param scriptLocation of the job
 * @param request the request as it came; for EC2 an object of its form fields
 */
public record Started(
        String provider,
        String id,
        int delivery,
        String token,
        String name,
        String version,
        String caller,
        Instant at,
        Map<String, String> environment,
        List<String> command,
        Map<String, String> arguments,
        String payload,
        String userData,
        Path codeFile,
        String scriptLocation,
        JsonNode request) {

    public Started {
        environment = environment == null ? Map.of() : Map.copyOf(environment);
        command = command == null ? List.of() : List.copyOf(command);
        arguments = arguments == null ? Map.of() : Map.copyOf(arguments);
    }

    /** The function's archive. */
    public byte[] code() {
        try {
            return Files.readAllBytes(codeFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Started again(Instant now) {
        return new Started(
                provider,
                id,
                delivery + 1,
                token,
                name,
                version,
                caller,
                now,
                environment,
                command,
                arguments,
                payload,
                userData,
                codeFile,
                scriptLocation,
                request);
    }

    static Started invocation(
            String id,
            String name,
            String version,
            String caller,
            Map<String, String> environment,
            String payload,
            Path codeFile,
            JsonNode request) {
        return new Started(
                "lambda",
                id,
                1,
                null,
                name,
                version,
                caller,
                Instant.now(),
                environment,
                null,
                null,
                payload,
                null,
                codeFile,
                null,
                request);
    }

    static Started task(
            String id,
            String token,
            String family,
            String revision,
            String caller,
            Map<String, String> environment,
            List<String> command,
            JsonNode request) {
        return new Started(
                "ecs",
                id,
                1,
                token,
                family,
                revision,
                caller,
                Instant.now(),
                environment,
                command,
                null,
                null,
                null,
                null,
                null,
                request);
    }

    static Started jobRun(
            String id,
            int delivery,
            String job,
            String caller,
            Map<String, String> arguments,
            String scriptLocation,
            JsonNode request) {
        return new Started(
                "glue",
                id,
                delivery,
                null,
                job,
                null,
                caller,
                Instant.now(),
                null,
                null,
                arguments,
                null,
                null,
                null,
                scriptLocation,
                request);
    }

    static Started instance(String id, String token, String image, String caller, String userData, JsonNode request) {
        return new Started(
                "ec2",
                id,
                1,
                token,
                image,
                null,
                caller,
                Instant.now(),
                null,
                null,
                null,
                null,
                userData,
                null,
                null,
                request);
    }
}
