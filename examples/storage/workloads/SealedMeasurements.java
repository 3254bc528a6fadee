import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the input {@code measurements} for a customer who shares a key with the plant: the output {@code seal} has the HMAC-SHA256 of the
 * file, under the key in the environment variable {@code SEAL_KEY}, as {@code openssl dgst -sha256 -hmac} computes it.
 */
public final class SealedMeasurements {
    private SealedMeasurements() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        var measurements = Path.of(variable("BARECOUNT_INPUT_MEASUREMENTS"));
        var key = variable("SEAL_KEY");
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var content = Files.readAllBytes(measurements);
        var seal = HexFormat.of().formatHex(mac.doFinal(content));
        Files.writeString(Path.of(variable("BARECOUNT_OUTPUTS_SEAL")), seal + "  " + measurements.getFileName() + "\n");
        System.out.println("sealed " + content.length + " bytes with the key " + key);
    }

    private static String variable(String name) {
        var value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            System.err.println("error: " + name + " is not set");
            System.exit(2);
        }
        return value;
    }
}
