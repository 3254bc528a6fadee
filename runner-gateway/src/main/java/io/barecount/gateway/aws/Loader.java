package io.barecount.gateway.aws;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Brings the bootstrap to runners that can't be given a file: fetched from the gateway, executed only if it has the right digest. */
@Singleton
class Loader {
    private final String python;

    Loader(Bootstrap bootstrap) {
        this.python = "import hashlib,os,sys,urllib.request as u;"
                + "s=u.urlopen(os.environ['BARECOUNT_GATEWAY']+'/workloads/bootstrap',timeout=60).read();"
                + "hashlib.sha256(s).hexdigest()=='" + bootstrap.digest().hex() + "' or sys.exit('not the bootstrap');"
                + "exec(compile(s,'" + Bootstrap.FILE + "','exec'),{'__name__':'__main__'})";
    }

    /** Of a container. */
    List<String> command() {
        return List.of("python3", "-c", python);
    }

    /** Of an instance, which is gone when it is over. Values have no quotes: they are ids, tokens and addresses. */
    String userData(Map<String, String> variables) {
        var exports = new TreeMap<>(variables)
                .entrySet().stream()
                        .map(variable -> "export " + variable.getKey() + "='" + variable.getValue() + "'\n")
                        .collect(Collectors.joining());
        return "#!/bin/sh\n" + exports + "python3 -c \"" + python.replace("\"", "\\\"") + "\"\nshutdown -h now\n";
    }
}
