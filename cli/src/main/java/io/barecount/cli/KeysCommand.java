package io.barecount.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.SigningKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keys that manifests are signed with. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Keys that manifests are signed with: Ed25519, in PEM files of their owners.",
            "What is printed belongs into the list of a namespace's signers: see docs/submitting.md."
        })
final class KeysCommand {
    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = "Makes a key, and prints it as a list of signers takes it: its public half and its owner.",
            footer = {
                "",
                "Example:",
                "  ./barecount keys new ~/.barecount/signer.pem --owner data-platform --valid 365d"
            })
    int make(
            @Parameters(paramLabel = "FILE", description = "Where it is written; it must not be there yet.") Path file,
            @Option(names = "--owner", paramLabel = "NAME", required = true, description = "Who has it.") String owner,
            @Option(
                            names = "--valid",
                            paramLabel = "TIME",
                            description = "For how long it may sign, such as 365d (default: for ever).")
                    String valid)
            throws IOException {
        var key = SigningKey.generate();
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is there already: a key is never written over another");
        }
        Files.writeString(file, key.toPem(), StandardOpenOption.TRUNCATE_EXISTING);
        var entry = entry(key).put("owner", owner);
        if (valid != null) {
            var from = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            entry.put("from", from.toString())
                    .put("until", from.plus(days(valid)).toString());
        }
        System.out.println(entry.toPrettyString());
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints the public half of a key and its id.")
    int show(@Parameters(paramLabel = "FILE", description = "Of a key.") Path file) throws IOException {
        System.out.println(entry(ManifestSigner.key(file)).toPrettyString());
        return 0;
    }

    private static ObjectNode entry(SigningKey key) {
        return Json.mapper()
                .createObjectNode()
                .put("keyId", key.keyId())
                .put("publicKey", key.verifyingKey().toPem().replaceAll("-----[^-]+-----|\\s", ""));
    }

    private static Duration days(String text) throws IOException {
        if (!text.matches("[1-9][0-9]{0,4}d")) {
            throw new IOException("'" + text + "' is no time, which is written in days, such as 365d");
        }
        return Duration.ofDays(Integer.parseInt(text.substring(0, text.length() - 1)));
    }
}
