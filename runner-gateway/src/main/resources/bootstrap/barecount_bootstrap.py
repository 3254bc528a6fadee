"""Executes one attempt on whatever runner it was started on: a Lambda function, a container, a Glue job, an instance.

It claims the attempt at the runner gateway, and ends without a trace if the claim is refused: however often a provider
starts it, the workload is executed once. It needs Python 3.9 and nothing else, and no rights: the addresses it is granted
lead to this attempt's files alone. The contract is io.barecount.contracts.workload and io.barecount.contracts.agent.Report.
"""

import hashlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit

GIVEN = ("BARECOUNT_GATEWAY", "BARECOUNT_ATTEMPT", "BARECOUNT_CLAIM")
ANSWER_WITHIN = 30
TRANSFER_WITHIN = 600
KNOWN_WITHIN = 300
GRACE = 5
LOG_MAX = 10 * 1024 * 1024
LOG_PART_MAX = 64 * 1024
LAST_WORDS_MAX = 600
JAVA_MIN = 21
HEAP_MIN_MIB = 64
PART = 1024 * 1024


class Refused(Exception):
    """The attempt is not this instance's."""


class Unusable(Exception):
    """The workload can't be started as it is."""


def now():
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def digest_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(PART), b""):
            digest.update(part)
    return "sha256:" + digest.hexdigest()


class Gateway:
    """What is asked of the gateway; repeated until it answers, for as long as that can be of use."""

    def __init__(self, url, attempt, token):
        self.base = f"{url.rstrip('/')}/workloads/{attempt}/"
        self.token = token

    def ask(self, what, body, within=KNOWN_WITHIN):
        request = urllib.request.Request(
            self.base + what,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer " + self.token},
        )
        until = time.monotonic() + within
        pause = 0.2
        while True:
            try:
                with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                told = error.read(2000).decode("utf-8", "replace")
                if error.code == 409:
                    raise Refused(told) from error
                if 400 <= error.code < 500 and error.code != 429:
                    raise Unusable(f"the gateway refused '{what}': {told}") from error
                failure = f"{error.code} {told}"
            except (OSError, ValueError) as error:
                failure = error
            if time.monotonic() > until:
                raise OSError(f"the gateway did not answer '{what}': {failure}")
            time.sleep(pause)
            pause = min(pause * 2, 5)


def fetch(url, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with urllib.request.urlopen(url, timeout=TRANSFER_WITHIN) as answer, open(path, "wb") as file:
        shutil.copyfileobj(answer, file, PART)


def put(url, path):
    with open(path, "rb") as file:
        request = urllib.request.Request(url, file, {"Content-Length": str(os.path.getsize(path))}, method="PUT")
        urllib.request.urlopen(request, timeout=TRANSFER_WITHIN).close()


def within(root, path):
    joined = os.path.normpath(os.path.join(root, path))
    if not joined.startswith(root + os.sep):
        raise Unusable(f"'{path}' leads out of the workplace")
    return joined


class Workplace:
    """The files of the attempt."""

    def __init__(self, grant):
        self.grant = grant
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="barecount-"))
        self.storage = os.path.join(self.root, "storage")
        self.output = os.path.join(self.root, "output")
        self.declared = os.path.join(self.root, "declared")
        self.others = os.path.join(self.root, "task-outputs")
        self.log = os.path.join(self.root, "log.txt")
        for directory in (self.storage, self.output, self.declared, self.others):
            os.makedirs(directory)

    def artifact(self, artifact, directory):
        path = within(self.root, os.path.join(directory, artifact["name"]))
        fetch(artifact["url"], path)
        found = digest_of(path)
        if found != artifact["digest"]:
            raise Unusable(f"{artifact['name']} has digest {found}, permitted is {artifact['digest']}")
        return path

    def environment(self):
        """The workload's contract; nothing of the runner's own environment is passed on."""
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": self.root,
            "LANG": "C.UTF-8",
            "BARECOUNT_OUTPUT": self.output,
            "BARECOUNT_TASK_OUTPUTS": self.others,
            **self.grant["variables"],
        }
        for file in self.grant["inputs"]:
            for part in file["files"]:
                fetch(part["url"], within(self.storage, part["path"]))
            environment[file["variable"]] = within(self.storage, file["path"])
        for part in self.grant["taskOutputs"]:
            fetch(part["url"], within(self.others, part["path"]))
        for output in self.grant["outputs"]:
            environment[output["variable"]] = within(self.declared, output["name"])
        if self.grant.get("payload") is not None:
            payload = os.path.join(self.root, "payload")
            with open(payload, "w", encoding="utf-8") as file:
                file.write(self.grant["payload"])
            environment["BARECOUNT_PAYLOAD"] = payload
        return environment

    def written(self):
        """Digests of all that the workload wrote. A link would show others what it points to."""
        found = {}
        for top in ("output", "declared"):
            for directory, directories, files in os.walk(os.path.join(self.root, top)):
                for name in directories + files:
                    path = os.path.join(directory, name)
                    if os.path.islink(path) or not (os.path.isfile(path) or os.path.isdir(path)):
                        raise Unusable(f"its output has {os.path.relpath(path, self.root)}, which is neither a file nor a directory")
                for name in files:
                    path = os.path.join(directory, name)
                    found[os.path.relpath(path, self.root)] = digest_of(path)
        return found

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def java_version(java):
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
        return int(re.search(r'version "(\d+)', said).group(1))
    except (OSError, AttributeError, subprocess.SubprocessError):
        return 0


def java_of(workplace):
    """A Java runtime that the runner has, or the one that the gateway names."""
    homes = [os.environ.get("JAVA_HOME"), "/opt/java", "/opt/java/openjdk"]
    for java in [os.path.join(home, "bin", "java") for home in homes if home] + [shutil.which("java")]:
        if java and java_version(java) >= JAVA_MIN:
            return java
    given = workplace.grant.get("javaRuntime")
    if given is None:
        raise Unusable(f"the runner has no Java {JAVA_MIN} or newer, and the gateway names none to fetch")
    archive = workplace.artifact(given, "java-runtime")
    directory = os.path.dirname(archive)
    with tarfile.open(archive) as tar:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(directory, filter="data")
        else:
            tar.extractall(directory)
    for top, _, files in os.walk(directory):
        if os.path.basename(top) == "bin" and "java" in files:
            return os.path.join(top, "java")
    raise Unusable("the Java runtime that the gateway names has no bin/java")


def command_of(workplace, artifact):
    grant = workplace.grant
    entry = grant.get("entryPoint") or re.sub(r"\.[^.]*$", "", grant["artifact"]["name"])
    memory = grant["memoryMiB"]
    if grant["runtime"] == "shell":
        return (["/bin/sh", "-c", f'ulimit -v {memory * 1024} && exec /bin/sh "$0"', artifact],
                {"virtual-memory": f"{memory}MiB"})
    java = java_of(workplace)
    classes = artifact
    if artifact.endswith(".java"):
        classes = os.path.join(workplace.root, "classes")
        compiled = subprocess.run(
            [java, "-XX:TieredStopAtLevel=1", "-m", "jdk.compiler/com.sun.tools.javac.Main",
             "--release", str(JAVA_MIN), "-proc:none", "-nowarn", "-d", classes, artifact],
            capture_output=True, text=True, timeout=300)
        if compiled.returncode != 0:
            raise Unusable("the workload does not compile: " + (compiled.stdout + compiled.stderr)[-LAST_WORDS_MAX:])
    heap = max(HEAP_MIN_MIB, memory // 4 * 3)
    return ([java, f"-Xmx{heap}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classes, entry],
            {"heap": f"{heap}MiB"})


def address_towards(gateway):
    """The address that this runner has towards the gateway: what can be seen of the network from inside."""
    parts = urlsplit(gateway)
    try:
        with socket.create_connection((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)), 5) as end:
            return end.getsockname()[0]
    except OSError:
        return None


class Attempt:
    def __init__(self, given, identity):
        self.gateway = Gateway(given["BARECOUNT_GATEWAY"], given["BARECOUNT_ATTEMPT"], given["BARECOUNT_CLAIM"])
        self.claim_id = str(uuid.uuid4())
        self.identity = identity
        self.address = address_towards(given["BARECOUNT_GATEWAY"])
        self.environment = {
            "os": f"{platform.system()} {platform.release()}",
            "architecture": platform.machine(),
            "python": platform.python_version(),
            "host": socket.gethostname(),
        }
        self.stopped = threading.Event()
        self.lost = threading.Event()
        self.over = threading.Event()
        self.log = None
        self.log_sent = 0

    def run(self):
        """Returns how it ended, in words; raises Refused if it was not this instance's to execute."""
        claim = {"claimId": self.claim_id, "identity": self.identity, "environment": self.environment}
        grant = self.gateway.ask("claim", claim)
        workplace = Workplace(grant)
        self.log = workplace.log
        beating = threading.Thread(target=self.beat, args=(grant["beatSeconds"],), daemon=True)
        beating.start()
        try:
            report = self.execute(grant, workplace)
        except Unusable as unusable:
            report = self.report("failed", "not-started", str(unusable))
        except (OSError, subprocess.SubprocessError) as failure:
            report = self.report("failed", "not-started", f"its workplace could not be made: {failure}")
        try:
            if report["outcome"] == "succeeded":
                report = self.deliver(workplace, report)
            self.over.set()
            beating.join(ANSWER_WITHIN)
            self.send_log()
            self.gateway.ask("report", report)
            return f"{report['outcome']} {report.get('reason') or ''}".strip()
        finally:
            self.over.set()
            workplace.remove()

    def execute(self, grant, workplace):
        artifact = workplace.artifact(grant["artifact"], "artifact")
        environment = workplace.environment()
        command, applied = command_of(workplace, artifact)
        applied["timeout"] = f"PT{grant['timeoutSeconds']}S"
        if self.stopped.is_set():
            return self.report("stopped", None, "stopped as asked, before it was started")
        started = now()
        with open(workplace.log, "wb") as log:
            process = subprocess.Popen(
                command, cwd=workplace.root, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
            copying = threading.Thread(target=self.copy_log, args=(process.stdout, log), daemon=True)
            copying.start()
            ending = self.await_end(process, grant["timeoutSeconds"])
            copying.join(GRACE)
        code = process.returncode
        facts = {"startedAt": started, "applied": applied, "log": digest_of(workplace.log)}
        if ending == "stopped":
            return self.report("stopped", None, "stopped as asked", **facts)
        if ending == "timed-out":
            return self.report("failed", "timed-out", f"stopped after its timeout of {grant['timeoutSeconds']} s", **facts)
        if code != 0:
            words = self.last_words()
            return self.report("failed", "workload-failed", f"exit code {code}" + (": " + words if words else ""),
                               exitCode=code, **facts)
        try:
            outputs = workplace.written()
        except Unusable as unusable:
            return self.report("failed", "workload-failed", str(unusable), exitCode=code, **facts)
        return self.report("succeeded", None, None, exitCode=0, outputs=outputs, **facts)

    @staticmethod
    def copy_log(printed, log):
        """What is beyond the limit is dropped, so that a workload that prints much is not held up."""
        written = 0
        for part in iter(lambda: printed.read1(PART), b""):
            log.write(part[: max(0, LOG_MAX - written)])
            log.flush()
            written += len(part)

    def await_end(self, process, timeout):
        until = time.monotonic() + timeout
        while True:
            try:
                process.wait(0.1)
                return None
            except subprocess.TimeoutExpired:
                pass
            ending = "stopped" if self.stopped.is_set() else "timed-out" if time.monotonic() > until else None
            if ending or self.lost.is_set():
                self.end(process)
                if self.lost.is_set():
                    raise Refused("the attempt is not this instance's any more")
                return ending

    @staticmethod
    def end(process):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
                process.wait(GRACE)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

    def beat(self, every):
        while not self.over.wait(every):
            try:
                if self.send_log(always=True)["stop"]:
                    self.stopped.set()
            except Refused:
                self.lost.set()
                return
            except (OSError, Unusable):
                pass

    def send_log(self, always=False):
        while True:
            part = b""
            if self.log and os.path.exists(self.log):
                with open(self.log, "rb") as file:
                    file.seek(self.log_sent)
                    part = file.read(LOG_PART_MAX)
            if not part and not always:
                return None
            body = {"claimId": self.claim_id}
            if part:
                body["log"] = part.decode("utf-8", "replace")
            answer = self.gateway.ask("beat", body, within=ANSWER_WITHIN)
            self.log_sent += len(part)
            if always:
                return answer

    def last_words(self):
        with open(self.log, "rb") as file:
            return file.read()[-LAST_WORDS_MAX:].decode("utf-8", "replace").strip()

    def deliver(self, workplace, report):
        """What could not be put where others look for it was not done."""
        try:
            files = sorted(report["outputs"])
            urls = self.gateway.ask("uploads", {"claimId": self.claim_id, "files": files})["urls"] if files else {}
            for file in files:
                put(urls[file], within(workplace.root, file))
            return report
        except (OSError, Unusable) as failure:
            return {**report, "outcome": "failed", "failureClass": "interrupted", "outputs": {},
                    "reason": f"its outputs could not be put into the storage: {failure}"}

    def report(self, outcome, failure_class, reason, **facts):
        return {
            "agent": self.identity,
            "epoch": 1,
            "claimId": self.claim_id,
            "outcome": outcome,
            "failureClass": failure_class,
            "reason": reason,
            "endedAt": now(),
            "environment": self.environment,
            "networkObserved": None if self.address is None else f"address {self.address}, as seen from inside",
            "outputs": {},
            "applied": {},
            **facts,
        }


def given():
    """From the environment, or from arguments of the form --NAME VALUE, as Glue gives them."""
    found = {name: os.environ[name] for name in GIVEN if name in os.environ}
    for name, value in zip(sys.argv, sys.argv[1:]):
        if name.startswith("--") and name[2:] in GIVEN:
            found[name[2:]] = value
    missing = [name for name in GIVEN if name not in found]
    if missing:
        sys.exit(f"not started by the runner gateway: {', '.join(missing)} missing")
    return found


def identity():
    return os.environ.get("BARECOUNT_IDENTITY") or f"{socket.gethostname()}/{os.getpid()}"


def main():
    try:
        print("attempt ended:", Attempt(given(), identity()).run())
    except Refused as refused:
        print("nothing was executed:", refused)


def handler(event, context):
    """Lambda's entry point."""
    try:
        who = f"{context.invoked_function_arn}#{context.aws_request_id}"
        return {"ended": Attempt(event, who).run()}
    except Refused as refused:
        return {"refused": str(refused)}


if __name__ == "__main__":
    main()
