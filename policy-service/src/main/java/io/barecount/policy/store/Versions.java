package io.barecount.policy.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.replay.Past;
import io.barecount.policy.version.Candidate;
import io.barecount.policy.version.Version;
import io.barecount.policy.version.VersionsState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All documents and versions that there ever were. Rows are only inserted: who stored one first is who stored it. */
@ApplicationScoped
public class Versions {
    private final EntityManager entities;

    Versions(EntityManager entities) {
        this.entities = entities;
    }

    /** As it is listed. */
    public record Stored(Digest digest, Version parts, Instant proposedAt, String proposedBy, String reason) {}

    /** Within the transaction that there is, or one of its own. */
    @Transactional
    public void keep(Candidate candidate, String by, String reason, Instant now) {
        for (var document : candidate.documents()) {
            entities.createNativeQuery("insert into documents (digest, kind, name, body, stored_at, stored_by)"
                            + " values (:digest, :kind, :name, :body, :at, :by) on conflict do nothing")
                    .setParameter("digest", document.digest().toString())
                    .setParameter("kind", document.kind().name().toLowerCase(Locale.ROOT))
                    .setParameter("name", document.name())
                    .setParameter("body", document.body())
                    .setParameter("at", now)
                    .setParameter("by", by)
                    .executeUpdate();
        }
        entities.createNativeQuery("insert into versions (digest, parts, files, proposed_at, proposed_by, reason)"
                        + " values (:digest, cast(:parts as jsonb), cast(:files as jsonb), :at, :by, :reason)"
                        + " on conflict do nothing")
                .setParameter("digest", candidate.version().digest().toString())
                .setParameter("parts", Json.text(candidate.version()))
                .setParameter("files", Json.text(candidate.files()))
                .setParameter("at", now)
                .setParameter("by", by)
                .setParameter("reason", reason)
                .executeUpdate();
    }

    /** The version that decides; empty before the service was ever started. */
    public Optional<Digest> live() {
        return pointer("live");
    }

    /** The version that the service was started with last; empty before it ever was. */
    @Transactional
    public Optional<Digest> deployed() {
        return pointer("deployed");
    }

    private Optional<Digest> pointer(String column) {
        return entities
                .createNativeQuery("select " + column + " from governance where id = :id", String.class)
                .setParameter("id", VersionsState.ID)
                .getResultList()
                .stream()
                .map(digest -> Digest.parse((String) digest))
                .findFirst();
    }

    /** The texts that a version was read from, by file name; empty if there is no such version. */
    @Transactional
    public Optional<Map<String, String>> files(Digest version) {
        return one("select cast(files as text) from versions where digest = :digest", version)
                .map(text -> {
                    var files = new TreeMap<String, String>();
                    Json.read(text, JsonNode.class)
                            .properties()
                            .forEach(file ->
                                    files.put(file.getKey(), file.getValue().textValue()));
                    return files;
                });
    }

    /** As it stood then; empty if it was never stored. */
    @Transactional
    public Optional<Boundary> boundary(Digest digest) {
        return document("boundary", digest, Boundary.class);
    }

    /** Every version of each boundary and price book. */
    @Transactional
    public Past past() {
        return new Past(all("boundary", Boundary.class), all("prices", PriceBook.class));
    }

    @SuppressWarnings("unchecked")
    private <T> Map<Digest, T> all(String kind, Class<T> type) {
        var documents = new HashMap<Digest, T>();
        ((List<Object[]>) entities.createNativeQuery(
                                "select digest, body from documents where kind = :kind", Object[].class)
                        .setParameter("kind", kind)
                        .getResultList())
                .forEach(row -> {
                    var digest = Digest.parse((String) row[0]);
                    documents.put(digest, read((String) row[1], digest, type));
                });
        return documents;
    }

    private static <T> T read(String body, Digest digest, Class<T> type) {
        if (!Digest.of(body).equals(digest)) {
            throw new IllegalStateException("the table documents was tampered with: the body under " + digest
                    + " has the digest " + Digest.of(body));
        }
        return Json.read(body, type);
    }

    /** As it stood then; empty if it was never stored. */
    @Transactional
    public Optional<PriceBook> priceBook(Digest digest) {
        return document("prices", digest, PriceBook.class);
    }

    private <T> Optional<T> document(String kind, Digest digest, Class<T> type) {
        return one("select body from documents where kind = '" + kind + "' and digest = :digest", digest)
                .map(body -> read(body, digest, type));
    }

    private Optional<String> one(String sql, Digest digest) {
        return entities
                .createNativeQuery(sql, String.class)
                .setParameter("digest", digest.toString())
                .getResultList()
                .stream()
                .map(String.class::cast)
                .findFirst();
    }

    /** The latest first. */
    @Transactional
    public List<Stored> latest(int most) {
        return stored("order by proposed_at desc, digest limit " + most, "");
    }

    /** All whose hexadecimal digits begin so, at most two. */
    @Transactional
    public List<Stored> beginningWith(String hex) {
        return stored("and digest like :beginning order by digest limit 2", "sha256:" + hex + "%");
    }

    @SuppressWarnings("unchecked")
    private List<Stored> stored(String rest, String beginning) {
        var query = entities.createNativeQuery(
                "select digest, cast(parts as text), proposed_at, proposed_by, reason from versions where true " + rest,
                Object[].class);
        if (!beginning.isEmpty()) {
            query.setParameter("beginning", beginning);
        }
        return ((List<Object[]>) query.getResultList())
                .stream()
                        .map(row -> new Stored(
                                Digest.parse((String) row[0]),
                                Json.read((String) row[1], Version.class),
                                (Instant) row[2],
                                (String) row[3],
                                (String) row[4]))
                        .toList();
    }
}
