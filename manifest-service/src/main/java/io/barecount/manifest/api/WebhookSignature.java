package io.barecount.manifest.api;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.barecount.manifest.secrets.SecretDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Checks a delivery's signature by the Standard Webhooks specification: HMAC-SHA256, five minutes of tolerance. */
@ApplicationScoped
class WebhookSignature {
    static final String ID = "webhook-id";
    private static final Logger LOG = Logger.getLogger(WebhookSignature.class);

    enum Verdict {
        GENUINE,
        FORGED,
        /** The secret is not here, or is none. */
        NO_SECRET
    }

    private final SecretDirectory secrets;

    WebhookSignature(SecretDirectory secrets) {
        this.secrets = secrets;
    }

    /** @param secret its reference */
    Verdict check(String secret, String body, Map<String, List<String>> headers) {
        var verdict = Verdict.NO_SECRET;
        for (var value : secrets.values(secret)) {
            switch (verify(value, body, headers)) {
                case GENUINE -> {
                    return Verdict.GENUINE;
                }
                case FORGED -> verdict = Verdict.FORGED;
                case NO_SECRET -> LOG.errorf("the secret %s holds a line that is not Base64", secret);
            }
        }
        return verdict;
    }

    private static Verdict verify(String secret, String body, Map<String, List<String>> headers) {
        Webhook webhook;
        try {
            webhook = new Webhook(secret);
        } catch (EmptyWebhookSecretException | IllegalArgumentException e) {
            return Verdict.NO_SECRET;
        }
        try {
            webhook.verify(body, headers);
            return Verdict.GENUINE;
        } catch (WebhookVerificationException | RuntimeException e) {
            return Verdict.FORGED;
        }
    }
}
