import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A control chart for individual values and moving ranges: is a production process in control, and can it keep its specification?
 *
 * <p>Reads the column named by the parameter {@code column} from the input {@code measurements}, one row per day, and writes the
 * output {@code report}. The parameters {@code lsl} and {@code usl} are the specification limits. It uses no network, and its log says
 * which network interfaces it could have used.
 *
 * <p>sigma is the mean moving range / d2 with d2 = 1.128 (two values); the control limits are mean ± 3 sigma, those of the moving
 * range 0 and 3.267 × its mean (D4). Cp = (usl - lsl) / 6 sigma; Cpk = the smaller distance of the mean from a specification limit /
 * 3 sigma. Figures are rounded half-even to four decimal places when written; points are compared with unrounded limits.
 */
public final class PlantQuality {
    private static final BigDecimal D2 = new BigDecimal("1.128");
    private static final BigDecimal D4 = new BigDecimal("3.267");
    private static final BigDecimal THREE = BigDecimal.valueOf(3);
    private static final MathContext PRECISION = MathContext.DECIMAL128;

    private PlantQuality() {}

    public static void main(String[] args) throws IOException {
        try {
            logNetwork();
            var column = variable("BARECOUNT_PARAM_COLUMN");
            var chart = Chart.of(read(Path.of(variable("BARECOUNT_INPUT_MEASUREMENTS")), column));
            var lsl = number("the parameter lsl", variable("BARECOUNT_PARAM_LSL"));
            var usl = number("the parameter usl", variable("BARECOUNT_PARAM_USL"));
            if (lsl.compareTo(usl) >= 0) {
                throw new BadMeasurements("lsl must be below usl");
            }
            var report = chart.report(column, lsl, usl);
            Files.write(Path.of(variable("BARECOUNT_OUTPUTS_REPORT")), report);
            report.forEach(System.out::println);
        } catch (BadMeasurements e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Evidence of isolation: in a boundary without egress there is nothing here but the loopback interface, if that. */
    private static void logNetwork() throws SocketException {
        var interfaces = interfaces();
        System.out.println("network interfaces: " + (interfaces.isEmpty() ? "none" : interfaces.size()));
        for (var one : interfaces) {
            var addresses = one.inetAddresses()
                    .map(InetAddress::getHostAddress)
                    .sorted()
                    .toList();
            System.out.println("  " + one.getName() + (one.isLoopback() ? ", loopback " : " ") + addresses);
        }
    }

    private static List<NetworkInterface> interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .sorted(Comparator.comparing(NetworkInterface::getName))
                    .toList();
        } catch (SocketException e) {
            return List.of(); // So Java says that not even the loopback interface is up.
        }
    }

    private static List<BigDecimal> read(Path file, String column) throws IOException {
        var lines = Files.readAllLines(file);
        var header = lines.isEmpty() ? List.<String>of() : fields(lines.getFirst());
        var index = header.indexOf(column);
        if (index < 0) {
            throw new BadMeasurements(file.getFileName() + " has no column " + column);
        }
        var values = new ArrayList<BigDecimal>();
        for (var number = 2; number <= lines.size(); number++) {
            var place = file.getFileName() + ", line " + number;
            var fields = fields(lines.get(number - 1));
            if (fields.size() != header.size()) {
                throw new BadMeasurements(place + ": " + fields.size() + " fields, the header has " + header.size());
            }
            values.add(number(place, fields.get(index)));
        }
        return values;
    }

    /** Plain fields, with or without quotes around them: names and numbers hold neither commas nor quotes. */
    private static List<String> fields(String line) {
        return List.of(line.replace("\"", "").split(",", -1));
    }

    private static BigDecimal number(String where, String text) {
        if (!text.matches("-?[0-9]{1,15}([.][0-9]{1,15})?")) {
            throw new BadMeasurements(where + ": not a number: '" + text + "'");
        }
        return new BigDecimal(text);
    }

    private static String variable(String name) {
        var value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new BadMeasurements(name + " is not set");
        }
        return value;
    }

    private record Chart(
            List<BigDecimal> values, List<BigDecimal> ranges, BigDecimal mean, BigDecimal meanRange, BigDecimal sigma) {
        static Chart of(List<BigDecimal> values) {
            var ranges = new ArrayList<BigDecimal>();
            for (var i = 1; i < values.size(); i++) {
                ranges.add(values.get(i).subtract(values.get(i - 1)).abs());
            }
            if (ranges.stream().allMatch(range -> range.signum() == 0)) {
                throw new BadMeasurements("a chart needs values that vary");
            }
            var meanRange = mean(ranges);
            return new Chart(values, ranges, mean(values), meanRange, meanRange.divide(D2, PRECISION));
        }

        private static BigDecimal mean(List<BigDecimal> values) {
            return values.stream()
                    .reduce(BigDecimal.ZERO, BigDecimal::add)
                    .divide(BigDecimal.valueOf(values.size()), PRECISION);
        }

        List<String> report(String column, BigDecimal lsl, BigDecimal usl) {
            var spread = sigma.multiply(THREE);
            var upper = mean.add(spread);
            var lower = mean.subtract(spread);
            var upperRange = meanRange.multiply(D4);
            var points = new ArrayList<String>();
            var beyond = 0;
            for (var i = 0; i < values.size(); i++) {
                var value = values.get(i);
                var range = i == 0 ? null : ranges.get(i - 1);
                var marks = new ArrayList<String>();
                if (value.compareTo(upper) > 0) {
                    marks.add("above the upper limit");
                }
                if (value.compareTo(lower) < 0) {
                    marks.add("below the lower limit");
                }
                if (range != null && range.compareTo(upperRange) > 0) {
                    marks.add("range above its limit");
                }
                beyond += marks.isEmpty() ? 0 : 1;
                points.add("| " + (i + 1) + " | " + value.toPlainString() + " | "
                        + (range == null ? "" : range.toPlainString()) + " | " + String.join(", ", marks) + " |");
            }
            var tolerance = usl.subtract(lsl).divide(spread.add(spread), PRECISION);
            var margin = usl.subtract(mean).min(mean.subtract(lsl)).divide(spread, PRECISION);

            var report = new ArrayList<String>();
            report.add("# Control chart of " + column);
            report.add("");
            report.add("Points: " + values.size() + ", out of control: " + beyond);
            report.add("Mean: " + rounded(mean) + ", sigma: " + rounded(sigma));
            report.add("Control limits: " + rounded(lower) + " to " + rounded(upper));
            report.add("Moving range: mean " + rounded(meanRange) + ", limit " + rounded(upperRange));
            report.add("Specification: " + lsl.toPlainString() + " to " + usl.toPlainString() + ", Cp "
                    + rounded(tolerance) + ", Cpk " + rounded(margin));
            report.add(
                    beyond == 0
                            ? "The process is in control."
                            : "The process is not in control: Cp and Cpk describe no stable process.");
            report.add("");
            report.add("| point | value | moving range | signal |");
            report.add("|---|---|---|---|");
            report.addAll(points);
            return report;
        }

        private static String rounded(BigDecimal value) {
            return value.setScale(4, RoundingMode.HALF_EVEN).toPlainString();
        }
    }
}

/** The measurements or parameters can't be charted; the message says where and why. */
final class BadMeasurements extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadMeasurements(String message) {
        super(message);
    }
}
