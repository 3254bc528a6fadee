package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.barecount.contracts.Money;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.run.RunEvent;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Proofs of a run, of an entry and of consistency, changed in every way that was thought of: none is accepted. As many as {@code
 * -Dverifier.mutations} says, from the seed {@code -Dverifier.seed}.
 */
class MutationsTest {
    private static final int MUTATIONS = Integer.getInteger("verifier.mutations", 2_000);
    private static final long SEED = Long.getLong("verifier.seed", 7);
    private static final SigningKey STRANGER = SigningKey.generate();

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Proofs that hold, each with all that a file may have. */
    private final List<byte[]> honest = List.of(run(RunProofTest.honest()), entry(), consistency());

    /** Another run in a log of the same key, to take parts from. */
    private final byte[] another = run(cheaper());

    private interface Mutator {
        void mutate(ObjectNode file);
    }

    private final List<Mutator> mutators = List.of(
            this::flipInText,
            this::flipInBase64,
            this::shiftNumber,
            this::dropField,
            this::renameField,
            this::addField,
            this::reorder,
            this::drop,
            this::repeat,
            this::takeFromAnother,
            this::sayOtherInLeaf,
            this::changeCheckpoint);

    @Test
    void noneIsAccepted() {
        for (var file : honest) {
            assertThat(Verifier.check(file, RunProofTest.TRUST).findings()).isEmpty();
        }
        for (var n = 0; n < MUTATIONS; ) {
            var file = honest.get(random.nextInt(honest.size()));
            var mutated = random.nextInt(4) == 0 ? changedBytes(file) : changed(file);
            if (saysTheSame(mutated, file) || saysTheSame(mutated, another)) {
                continue;
            }
            n++;
            assertThat(isAccepted(mutated))
                    .as("seed %d, mutation %d: %s", SEED, n, new String(mutated, UTF_8))
                    .isFalse();
        }
    }

    private static boolean isAccepted(byte[] file) {
        try {
            return Verifier.check(file, RunProofTest.TRUST).verified();
        } catch (NotProven noProof) {
            return false;
        }
    }

    /** Such as white space between fields, which nobody signs; two changes may also make the other run's proof of it. */
    private static boolean saysTheSame(byte[] mutated, byte[] file) {
        try {
            return Json.read(mutated, JsonNode.class).equals(Json.read(file, JsonNode.class));
        } catch (IllegalArgumentException noJson) {
            return false;
        }
    }

    private byte[] changedBytes(byte[] file) {
        var bytes = file.clone();
        var at = random.nextInt(bytes.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 1 -> {
                bytes[at] = (byte) random.nextInt();
                yield bytes;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            default -> {
                var end = Math.min(bytes.length, at + random.nextInt(1, 200));
                var shorter = new ByteArrayOutputStream();
                shorter.write(bytes, 0, at);
                shorter.write(bytes, end, bytes.length - end);
                yield shorter.toByteArray();
            }
        };
    }

    private byte[] changed(byte[] file) {
        var json = (ObjectNode) Json.read(file, JsonNode.class);
        for (var changes = random.nextInt(4) == 0 ? 2 : 1; changes > 0; changes--) {
            mutators.get(random.nextInt(mutators.size())).mutate(json);
        }
        return Json.bytes(json);
    }

    /** A place in the file where a value stands. */
    private record Place(JsonNode parent, Object at) {
        JsonNode value() {
            return parent instanceof ObjectNode object ? object.get((String) at) : parent.get((Integer) at);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set((String) at, value);
            } else {
                ((ArrayNode) parent).set((Integer) at, value);
            }
        }
    }

    private static void places(JsonNode node, List<Place> found) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> found.add(new Place(object, name)));
        } else if (node instanceof ArrayNode array) {
            for (var i = 0; i < array.size(); i++) {
                found.add(new Place(array, i));
            }
        }
        node.forEach(child -> places(child, found));
    }

    /** Nothing if an earlier change left no such place. */
    private void any(ObjectNode file, Predicate<Place> kind, Consumer<Place> mutation) {
        var found = new ArrayList<Place>();
        places(file, found);
        found.removeIf(kind.negate());
        if (!found.isEmpty()) {
            mutation.accept(found.get(random.nextInt(found.size())));
        }
    }

    private void flipInText(ObjectNode file) {
        any(file, p -> p.value().isTextual() && !p.value().asText().isEmpty(), place -> {
            var text = new StringBuilder(place.value().asText());
            var at = random.nextInt(text.length());
            text.setCharAt(at, (char) (text.charAt(at) ^ (1 << random.nextInt(7))));
            place.set(new TextNode(text.toString()));
        });
    }

    private void flipInBase64(ObjectNode file) {
        any(file, p -> isBase64(p.value()), place -> {
            var bytes = Base64.getDecoder().decode(place.value().asText());
            switch (random.nextInt(3)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 33));
            }
            place.set(new TextNode(Base64.getEncoder().encodeToString(bytes)));
        });
    }

    private static boolean isBase64(JsonNode node) {
        return node.isTextual()
                && node.asText().length() % 4 == 0
                && node.asText().matches("[A-Za-z0-9+/]{20,}={0,2}");
    }

    private void shiftNumber(ObjectNode file) {
        any(file, p -> p.value().isIntegralNumber(), place -> {
            var shifted = place.value().asLong() + random.nextInt(-3, 4);
            place.set(Json.tree(random.nextInt(8) == 0 ? random.nextLong() : shifted));
        });
    }

    private void dropField(ObjectNode file) {
        any(file, MutationsTest::isRequired, place -> ((ObjectNode) place.parent()).remove((String) place.at()));
    }

    /** What people read of an entry need not be there. */
    private static boolean isRequired(Place place) {
        return place.parent() instanceof ObjectNode
                && !place.at().equals("entry")
                && !place.at().equals("leafHash");
    }

    private void renameField(ObjectNode file) {
        any(file, MutationsTest::isRequired, place -> {
            var object = (ObjectNode) place.parent();
            object.set(place.at() + "_", object.remove((String) place.at()));
        });
    }

    private void addField(ObjectNode file) {
        any(
                file,
                p -> p.parent() instanceof ObjectNode,
                place -> ((ObjectNode) place.parent()).put("more", random.nextInt()));
    }

    private void reorder(ObjectNode file) {
        any(file, p -> p.value() instanceof ArrayNode array && array.size() > 1, place -> {
            var items = new ArrayList<JsonNode>();
            place.value().forEach(items::add);
            Collections.swap(items, random.nextInt(items.size()), random.nextInt(items.size()));
            place.set(Json.mapper().createArrayNode().addAll(items));
        });
    }

    private void drop(ObjectNode file) {
        any(
                file,
                p -> p.parent() instanceof ArrayNode,
                place -> ((ArrayNode) place.parent()).remove((Integer) place.at()));
    }

    private void repeat(ObjectNode file) {
        any(file, p -> p.parent() instanceof ArrayNode, place -> {
            var array = (ArrayNode) place.parent();
            array.insert(random.nextInt(array.size() + 1), place.value().deepCopy());
        });
    }

    private void takeFromAnother(ObjectNode file) {
        var other = Json.read(another, JsonNode.class);
        if (file.get("entries") instanceof ArrayNode entries && !entries.isEmpty()) {
            var index =
                    random.nextInt(Math.min(entries.size(), other.get("entries").size()));
            switch (random.nextInt(3)) {
                case 0 -> entries.set(index, other.get("entries").get(index));
                case 1 -> file.set("checkpoint", other.get("checkpoint"));
                default -> file.set("entries", other.get("entries"));
            }
        }
    }

    /** Another amount, name or time in an entry that is otherwise as it was. */
    private void sayOtherInLeaf(ObjectNode file) {
        any(file, p -> p.at().equals("leaf"), place -> {
            try {
                var leaf = (ObjectNode)
                        Json.read(Base64.getDecoder().decode(place.value().asText()), JsonNode.class);
                flipInText(leaf);
                place.set(new TextNode(Base64.getEncoder().encodeToString(Json.bytes(leaf))));
            } catch (IllegalArgumentException changedBefore) {
                // Another mutator was faster.
            }
        });
    }

    private void changeCheckpoint(ObjectNode file) {
        any(
                file,
                p -> List.of("checkpoint", "from", "to").contains(p.at()),
                place -> place.set(new TextNode(otherCheckpoint(place.value().asText()))));
    }

    private String otherCheckpoint(String note) {
        return switch (random.nextInt(5)) {
            case 0 -> note.replaceFirst("\n\\d+\n", "\n" + random.nextInt(1, 40) + "\n");
            case 1 -> signed(RunProofTest.ORIGIN, random.nextInt(1, 40), random.nextInt(1, 9), STRANGER);
            case 2 -> signed("another.log", random.nextInt(1, 40), random.nextInt(1, 9), RunProofTest.LOG);
            case 3 -> signed(RunProofTest.ORIGIN, random.nextInt(90, 99), random.nextInt(20, 40), RunProofTest.LOG);
            default -> note + note.lines().reduce("", (all, line) -> line) + "\n";
        };
    }

    private static String signed(String origin, int size, int rootOf, SigningKey key) {
        return new Checkpoint(origin, size, root(rootOf)).sign(key);
    }

    private static byte[] run(List<Object> events) {
        return Json.bytes(RunProofTest.proof(events));
    }

    private static List<Object> cheaper() {
        var events = RunProofTest.honest();
        var end = (RunEvent.Succeeded) events.get(4);
        events.set(
                4,
                new RunEvent.Succeeded(
                        end.run(), "team-a", "w", Instant.parse("2026-01-02T12:00:04Z"), 1, 0, Money.usd("0.001")));
        return events;
    }

    private static byte[] entry() {
        var proof = RunProofTest.proof(RunProofTest.honest());
        var entry = proof.entries().get(2);
        return Json.bytes(Map.of(
                "seq", entry.seq(),
                "entry", Json.read(entry.leaf(), JsonNode.class),
                "leaf", entry.leaf(),
                "leafHash", Hashes.hex(MerkleTree.leafHash(entry.leaf())),
                "proof", entry.proof(),
                "checkpoint", proof.checkpoint()));
    }

    /** From 3 to 7 entries, as RFC 6962's example. */
    private static byte[] consistency() {
        var nodes = new ArrayList<byte[]>();
        for (var i = 0; i < 7; i++) {
            nodes.add(MerkleTree.leafHash(new byte[] {(byte) i}));
        }
        var g = MerkleTree.nodeHash(nodes.get(0), nodes.get(1));
        var l = MerkleTree.nodeHash(MerkleTree.nodeHash(nodes.get(4), nodes.get(5)), nodes.get(6));
        return Json.bytes(Map.of(
                "format", ConsistencyProof.FORMAT,
                "from", new Checkpoint(RunProofTest.ORIGIN, 3, root(3)).sign(RunProofTest.LOG),
                "to", new Checkpoint(RunProofTest.ORIGIN, 7, root(7)).sign(RunProofTest.LOG),
                "proof", List.of(nodes.get(2), nodes.get(3), g, l)));
    }

    private static byte[] root(int size) {
        var tree = new MerkleTree.RootBuilder();
        for (var i = 0; i < size; i++) {
            tree.add(MerkleTree.leafHash(new byte[] {(byte) i}));
        }
        return tree.root();
    }
}
