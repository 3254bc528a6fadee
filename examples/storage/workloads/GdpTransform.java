import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One task per continent: how fast the real GDP of each of its countries grew, by decade and over the whole period.
 *
 * <p>Reads {@code <input gdp>/continent=<slice>/gdp.csv}, writes {@code growth.csv} into the task's output directory. Parameters
 * {@code from} and {@code to} bound the period, which must be whole decades.
 *
 * <p>GDP is population × GDP per head. Growth is the compound annual rate {@code (gdpTo / gdpFrom)^(1/years) - 1}, in percent, worked
 * out from unrounded GDP and rounded half-even to four decimal places; GDP is written in whole dollars, rounded half-even.
 */
public final class GdpTransform {
    static final String RESULT = "growth.csv";
    private static final int DECADE = 10;

    private GdpTransform() {}

    public static void main(String[] args) throws IOException {
        Task.run(GdpTransform::transform);
    }

    private static void transform() throws IOException {
        var from = Task.year("BARECOUNT_PARAM_FROM");
        var to = Task.year("BARECOUNT_PARAM_TO");
        if (to <= from || (to - from) % DECADE != 0) {
            throw new BadInput("'from' and 'to' must be whole decades apart, found " + from + " and " + to);
        }
        var continent = Task.variable("BARECOUNT_SLICE");
        var input = Task.path("BARECOUNT_INPUT_GDP");
        var file = input.resolve("continent=" + continent).resolve("gdp.csv").normalize();
        if (!file.startsWith(input) || !Files.isRegularFile(file)) {
            throw new BadInput("the slice '" + continent + "' has no gdp.csv");
        }

        var countries = read(file);
        System.out.println(continent + ": " + countries.size() + " countries, "
                + countries.values().stream().mapToInt(Map::size).sum() + " rows");
        var growth = new ArrayList<Growth>();
        for (var year = from; year < to; year += DECADE) {
            growth.addAll(between(year, year + DECADE, continent, countries));
        }
        if (to - from > DECADE) {
            growth.addAll(between(from, to, continent, countries));
        }
        Csv.write(
                Task.path("BARECOUNT_OUTPUT").resolve(RESULT),
                Growth.HEADER,
                growth.stream().map(Growth::fields).toList());
    }

    /** GDP by country and year. */
    private static Map<String, Map<Integer, BigDecimal>> read(Path file) throws IOException {
        var countries = new LinkedHashMap<String, Map<Integer, BigDecimal>>();
        for (var row : Csv.read(file)) {
            var gdp = row.positive("pop").multiply(row.positive("gdpPercap"));
            var years = countries.computeIfAbsent(row.text("country"), country -> new TreeMap<>());
            if (years.put(row.whole("year"), gdp) != null) {
                throw row.bad("a second row for " + row.text("country") + " in " + row.text("year"));
            }
        }
        if (countries.isEmpty()) {
            throw new BadInput(file.getFileName() + " has no rows");
        }
        return countries;
    }

    private static List<Growth> between(
            int from, int to, String continent, Map<String, Map<Integer, BigDecimal>> countries) {
        var growth = new ArrayList<Growth>();
        countries.forEach((country, gdp) -> {
            if (!gdp.containsKey(from) || !gdp.containsKey(to)) {
                throw new BadInput(country + " has no row for " + (gdp.containsKey(from) ? to : from));
            }
            growth.add(Growth.between(continent, country, from, to, gdp.get(from), gdp.get(to)));
        });
        growth.sort(Growth.FASTEST_FIRST);
        System.out.println("  " + from + "-" + to + ": fastest "
                + growth.getFirst().inWords() + ", slowest " + growth.getLast().inWords());
        return growth;
    }
}

/**
 * The merging task: puts the results of all other tasks together and ranks the countries, within each decade and over the whole
 * period. Countries whose growth is equal to four decimal places share a rank, and the next rank is left out.
 */
final class GdpMerge {
    private static final List<String> HEADER =
            List.of("from", "to", "rank", "country", "continent", "gdp_from", "gdp_to", "annual_growth_percent");
    /** The decades in order, then the whole period. */
    private static final Comparator<Growth> BY_PERIOD =
            Comparator.<Growth>comparingInt(g -> g.to() - g.from()).thenComparingInt(Growth::from);

    private GdpMerge() {}

    public static void main(String[] args) throws IOException {
        Task.run(GdpMerge::merge);
    }

    private static void merge() throws IOException {
        var growth = new ArrayList<Growth>();
        var seen = new HashSet<String>();
        for (var task : otherTasks()) {
            var file = task.resolve(GdpTransform.RESULT);
            if (!Files.isRegularFile(file)) {
                throw new BadInput("task " + task.getFileName() + " left no " + GdpTransform.RESULT);
            }
            for (var row : Csv.read(file)) {
                var one = Growth.of(row);
                if (!seen.add(one.country() + "/" + one.from() + "/" + one.to())) {
                    throw row.bad("a second result for " + one.country() + " from " + one.from() + " to " + one.to());
                }
                growth.add(one);
            }
        }
        if (growth.isEmpty()) {
            throw new BadInput("there are no results to merge");
        }
        growth.sort(BY_PERIOD.thenComparing(Growth.FASTEST_FIRST));
        Csv.write(Task.path("BARECOUNT_OUTPUTS_GDP_GROWTH"), HEADER, ranked(growth));
    }

    /** Every directory in the run's outputs is a task's; one of them may be this task's own. */
    private static List<Path> otherTasks() throws IOException {
        var own = Task.path("BARECOUNT_OUTPUT");
        try (var directories = Files.list(Task.path("BARECOUNT_TASK_OUTPUTS"))) {
            return directories
                    .filter(Files::isDirectory)
                    .filter(task -> !task.equals(own))
                    .sorted()
                    .toList();
        }
    }

    private static List<List<String>> ranked(List<Growth> sorted) {
        var rows = new ArrayList<List<String>>();
        Growth before = null;
        var place = 0;
        var rank = 0;
        for (var one : sorted) {
            var newPeriod = before == null || BY_PERIOD.compare(before, one) != 0;
            place = newPeriod ? 1 : place + 1;
            if (newPeriod || !one.percent().equals(before.percent())) {
                rank = place;
            }
            if (place == 1) {
                System.out.println(one.from() + "-" + one.to() + ": first is " + one.inWords());
            }
            rows.add(List.of(
                    Integer.toString(one.from()),
                    Integer.toString(one.to()),
                    Integer.toString(rank),
                    one.country(),
                    one.continent(),
                    one.gdpFrom().toPlainString(),
                    one.gdpTo().toPlainString(),
                    one.percent().toPlainString()));
            before = one;
        }
        System.out.println(rows.size() + " rows");
        return rows;
    }
}

/** How fast one country's economy grew in one period; the amounts are rounded as they are written. */
record Growth(
        String continent, String country, int from, int to, BigDecimal gdpFrom, BigDecimal gdpTo, BigDecimal percent) {
    static final List<String> HEADER =
            List.of("continent", "country", "from", "to", "gdp_from", "gdp_to", "annual_growth_percent");
    static final Comparator<Growth> FASTEST_FIRST =
            Comparator.comparing(Growth::percent).reversed().thenComparing(Growth::country);

    private static final MathContext EXACT_ENOUGH = new MathContext(60);

    static Growth between(String continent, String country, int from, int to, BigDecimal gdpFrom, BigDecimal gdpTo) {
        var yearly = root(gdpTo.divide(gdpFrom, EXACT_ENOUGH), to - from);
        return new Growth(
                continent,
                country,
                from,
                to,
                gdpFrom.setScale(0, RoundingMode.HALF_EVEN),
                gdpTo.setScale(0, RoundingMode.HALF_EVEN),
                yearly.subtract(BigDecimal.ONE).movePointRight(2).setScale(4, RoundingMode.HALF_EVEN));
    }

    static Growth of(Csv.Row row) {
        return new Growth(
                row.text("continent"),
                row.text("country"),
                row.whole("from"),
                row.whole("to"),
                new BigDecimal(row.text("gdp_from")),
                new BigDecimal(row.text("gdp_to")),
                new BigDecimal(row.text("annual_growth_percent")));
    }

    /** Newton's method from a double's 15 digits; each step doubles them, so that the double's last digits don't matter. */
    private static BigDecimal root(BigDecimal value, int degree) {
        var n = BigDecimal.valueOf(degree);
        var x = BigDecimal.valueOf(Math.pow(value.doubleValue(), 1.0 / degree));
        for (var step = 0; step < 3; step++) {
            var quotient = value.divide(x.pow(degree - 1, EXACT_ENOUGH), EXACT_ENOUGH);
            x = x.multiply(n.subtract(BigDecimal.ONE)).add(quotient).divide(n, EXACT_ENOUGH);
        }
        return x;
    }

    List<String> fields() {
        return List.of(
                continent,
                country,
                Integer.toString(from),
                Integer.toString(to),
                gdpFrom.toPlainString(),
                gdpTo.toPlainString(),
                percent.toPlainString());
    }

    String inWords() {
        return country + " " + percent.toPlainString() + " %";
    }
}

/** Comma-separated values as RFC 4180 has them, with a header, and each record on one line. */
final class Csv {
    private Csv() {}

    /** One record; its fields are asked for by the names in the header. */
    record Row(String place, Map<String, String> fields) {
        String text(String column) {
            var value = fields.get(column);
            if (value == null || value.isBlank()) {
                throw bad("no " + column);
            }
            return value;
        }

        int whole(String column) {
            var value = text(column);
            if (!value.matches("[0-9]{1,9}")) {
                throw bad(column + " is not a whole number: '" + value + "'");
            }
            return Integer.parseInt(value);
        }

        BigDecimal positive(String column) {
            var value = text(column);
            if (!value.matches("[0-9]{1,15}([.][0-9]{1,20})?") || new BigDecimal(value).signum() == 0) {
                throw bad(column + " is not a positive number: '" + value + "'");
            }
            return new BigDecimal(value);
        }

        BadInput bad(String why) {
            return new BadInput(place + ": " + why);
        }
    }

    static List<Row> read(Path file) throws IOException {
        var lines = lines(file);
        if (lines.isEmpty()) {
            throw new BadInput(file.getFileName() + " is empty");
        }
        var header = fields(lines.getFirst(), file.getFileName() + ", line 1");
        var rows = new ArrayList<Row>();
        for (var number = 2; number <= lines.size(); number++) {
            var place = file.getFileName() + ", line " + number;
            var values = fields(lines.get(number - 1), place);
            if (values.size() != header.size()) {
                throw new BadInput(place + ": " + values.size() + " fields, the header has " + header.size());
            }
            var named = new LinkedHashMap<String, String>();
            for (var column = 0; column < header.size(); column++) {
                named.put(header.get(column), values.get(column));
            }
            rows.add(new Row(place, named));
        }
        return rows;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new BadInput(file.getFileName() + " is not UTF-8");
        }
    }

    private static List<String> fields(String line, String place) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.length(); i++) {
            var c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw new BadInput(place + ": a quote is not closed");
        }
        fields.add(field.toString());
        return fields;
    }

    /** Readers see the whole file or none: a second execution replaces it in one step. */
    static void write(Path file, List<String> header, List<List<String>> rows) throws IOException {
        var lines = new StringBuilder(line(header));
        rows.forEach(row -> lines.append(line(row)));
        var part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, lines);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        System.out.println("wrote " + file.getFileName());
    }

    private static String line(List<String> fields) {
        return String.join(",", fields.stream().map(Csv::quoted).toList()) + "\n";
    }

    private static String quoted(String field) {
        return field.contains(",") || field.contains("\"") ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }
}

/** What the runner hands to a workload, by environment variables. */
final class Task {
    private Task() {}

    interface Work {
        void run() throws IOException;
    }

    /** Ends the process with 1 and one line in the log if the input is bad. */
    static void run(Work work) throws IOException {
        try {
            work.run();
        } catch (BadInput e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        }
    }

    static String variable(String name) {
        var value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new BadInput(name + " is not set");
        }
        return value;
    }

    static Path path(String name) {
        return Path.of(variable(name)).toAbsolutePath().normalize();
    }

    static int year(String name) {
        var value = variable(name);
        if (!value.matches("[0-9]{4}")) {
            throw new BadInput(name + " is not a year: '" + value + "'");
        }
        return Integer.parseInt(value);
    }
}

/** The input is not what this workload can work with; the message says where and why. */
final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadInput(String message) {
        super(message);
    }
}
