package io.barecount.gateway.aws;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Brings the bootstrap to runners that can't be given a file: fetched from the gateway, executed only if it has the right digest. A
 * gateway that is away for some minutes, as while it is started again, is waited for.
 */
@Singleton
class Loader {
    private static final int TRIES = 60;
    private static final int PAUSE_SECONDS = 5;

    private final String python;

    Loader(Bootstrap bootstrap) {
        this.python = """
                import hashlib,os,sys,time,urllib.request as u
                def load(left):
                 try: return u.urlopen(os.environ['BARECOUNT_GATEWAY']+'/workloads/bootstrap',timeout=60).read()
                 except OSError as e:
                  if not left: sys.exit('the gateway does not give the bootstrap: '+str(e))
                 time.sleep(%d)
                 return load(left-1)
                s=load(%d)
                hashlib.sha256(s).hexdigest()=='%s' or sys.exit('not the bootstrap')
                exec(compile(s,'%s','exec'),{'__name__':'__main__'})
                """.formatted(PAUSE_SECONDS, TRIES - 1, bootstrap.digest().hex(), Bootstrap.FILE);
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
