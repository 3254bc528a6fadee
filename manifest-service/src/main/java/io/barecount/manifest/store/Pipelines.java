package io.barecount.manifest.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.manifest.intake.Resolution;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;

/** Registered pipelines. */
@ApplicationScoped
public class Pipelines implements Resolution.Registry {
    @Override
    public Optional<Manifest> latest(String namespace, String pipeline) {
        return QuarkusTransaction.requiringNew()
                .call(() -> PipelineRow.latest(namespace, pipeline))
                .map(row -> Json.read(row.manifest, Manifest.class));
    }

    public Optional<WebhookRow> webhook(String namespace, String hook) {
        return QuarkusTransaction.requiringNew().call(() -> WebhookRow.of(namespace, hook));
    }

    /**
     * Registers a version, unless it is the latest already; its webhooks take the place of the version's before.
     *
     * @return whether it is new
     * @throws HookTaken if a webhook of another pipeline in this namespace has the same name
     */
    public boolean register(Manifest manifest) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var version = manifest.digest().toString();
            var latest = PipelineRow.latest(manifest.namespace(), manifest.name());
            if (latest.map(row -> row.version.equals(version)).orElse(false)) {
                return false;
            }
            var row = new PipelineRow();
            row.namespace = manifest.namespace();
            row.name = manifest.name();
            row.version = version;
            row.manifest = Json.text(manifest);
            row.registeredAt = Clock.systemUTC().instant();
            row.persist();
            WebhookRow.delete("namespace = ?1 and pipeline = ?2", manifest.namespace(), manifest.name());
            for (var trigger : manifest.spec().triggers()) {
                var taken =
                        WebhookRow.of(manifest.namespace(), trigger.webhook().name());
                if (taken.isPresent()) {
                    throw new HookTaken(trigger.webhook().name(), taken.get().pipeline);
                }
                var hook = new WebhookRow();
                hook.namespace = manifest.namespace();
                hook.hook = trigger.webhook().name();
                hook.pipeline = manifest.name();
                hook.secret = trigger.webhook().secret();
                hook.persist();
            }
            return true;
        });
    }

    /** Two pipelines of one namespace want the same webhook. */
    public static final class HookTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HookTaken(String hook, String pipeline) {
            super("the webhook " + hook + " belongs to the pipeline " + pipeline);
        }
    }
}
