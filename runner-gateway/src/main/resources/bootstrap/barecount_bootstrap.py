"""Executes one attempt on whatever runner it was started on: a Lambda function, a container, a Glue job, an instance.

It claims the attempt at the runner gateway, and ends without a trace if the claim is refused: however often a provider
starts it, the workload is executed once. It needs Python 3.9 and nothing else, and no rights but to the secrets that the
manifest refers to: the addresses it is granted lead to this attempt's files alone. The contract is io.barecount.contracts.workload and io.barecount.contracts.agent.Report.
"""

import base64
import hashlib
import hmac
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
METADATA_WITHIN = 10
MASKED_LINE_MIN = 8
ECS = "http://169.254.170.2"
IMDS = "http://169.254.169.254/latest/"


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


def answer_of(url, headers=None, method="GET", body=None):
    request = urllib.request.Request(url, body, headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=METADATA_WITHIN) as answer:
        return answer.read().decode()


def credentials():
    """Of the runner's own role: as Lambda gives them, as ECS does, as Glue's own library finds them, and as an instance asks for them."""
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN"))
    relative, full = (os.environ.get("AWS_CONTAINER_CREDENTIALS_" + name) for name in ("RELATIVE_URI", "FULL_URI"))
    if relative or full:
        token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        given = answer_of(full or ECS + relative, {"Authorization": token} if token else {})
    else:
        try:
            import botocore.session
            found = botocore.session.get_session().get_credentials()
            if found is not None:
                return tuple(found.get_frozen_credentials())
        except ImportError:
            pass
        token = {"X-aws-ec2-metadata-token": answer_of(
            IMDS + "api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"}, "PUT")}
        roles = IMDS + "meta-data/iam/security-credentials/"
        given = answer_of(roles + answer_of(roles, token).split()[0], token)
    given = json.loads(given)
    return given["AccessKeyId"], given["SecretAccessKey"], given.get("Token")


def signed(url, region, service, headers, body, who, at):
    """The headers with a signature: AWS Signature Version 4, of a POST without a query."""
    key, secret, token = who
    parts = urlsplit(url)
    day = at[:8]
    digest = hashlib.sha256(body).hexdigest()
    all_of = {**headers, "Host": parts.netloc, "X-Amz-Date": at, "X-Amz-Content-Sha256": digest,
              **({"X-Amz-Security-Token": token} if token else {})}
    lower = {name.lower(): value.strip() for name, value in all_of.items()}
    names = ";".join(sorted(lower))
    canonical = "\n".join(
        ["POST", parts.path or "/", ""] + [f"{name}:{lower[name]}" for name in sorted(lower)]
        + ["", names, digest])
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signing = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(signing, to_sign.encode(), hashlib.sha256).hexdigest()
    return {**all_of, "Authorization":
            f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"}


def secret_of(variable, identifier, region, url, who):
    """One value from AWS Secrets Manager, asked from inside the boundary; no message holds it."""
    what = f"the secret {variable} (secretsmanager:{identifier})"
    body = json.dumps({"SecretId": identifier}).encode()
    until = time.monotonic() + ANSWER_WITHIN
    while True:
        at = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"}
        try:
            given = json.loads(answer_of(url, signed(url, region, "secretsmanager", headers, body, who, at), "POST", body))
            break
        except urllib.error.HTTPError as error:
            told = error.read(2000).decode("utf-8", "replace")
            if time.monotonic() > until or not (error.code in (429, 500, 502, 503, 504) or "Throttling" in told):
                raise Unusable(f"{what} can't be had: {error.code} {told[:LAST_WORDS_MAX]}; the runner's role needs"
                               " secretsmanager:GetSecretValue for it, and kms:Decrypt where it has a key of its own") from error
        except OSError as error:
            if time.monotonic() > until:
                raise Unusable(f"{what} can't be had: {url} is not reached from inside the boundary: {error}") from error
        time.sleep(1)
    try:
        value = given["SecretString"] if "SecretString" in given else base64.b64decode(given["SecretBinary"]).decode()
    except (KeyError, ValueError) as error:
        raise Unusable(f"{what} is not text in UTF-8, as an environment variable has to be") from error
    if not value or "\0" in value:
        raise Unusable(f"{what} is empty or has a zero byte, which an environment variable can't hold")
    return value


def secrets_of(grant):
    wanted = grant.get("secrets")
    if not wanted:
        return {}
    region = wanted["region"]
    url = wanted.get("url") or f"https://secretsmanager.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}/"
    try:
        who = credentials()
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise Unusable(f"the runner has no role to read secrets with: {type(error).__name__}") from error
    return {name: secret_of(name, identifier, region, url, who) for name, identifier in sorted(wanted["ids"].items())}


class Mask:
    """Replaces secrets in a stream of bytes, however it is cut: what may be the beginning of one is held back until it is known."""

    def __init__(self, values):
        forms = set()
        for value in values:
            raw = value.encode()
            whole = raw[: len(raw) - len(raw) % 3]
            forms |= {raw} | {line.strip() for line in raw.splitlines() if len(line.strip()) >= MASKED_LINE_MIN}
            forms |= {base64.b64encode(whole)} if len(whole) >= MASKED_LINE_MIN else set()
        self.forms = sorted(forms, key=len, reverse=True)
        self.pattern = re.compile(b"|".join(re.escape(form) for form in self.forms)) if forms else None
        self.held = b""

    def next(self, part, end=False):
        if not self.pattern:
            return part
        part = self.held + part
        shown, at = [], 0
        while True:
            found = self.pattern.search(part, at)
            hold = len(part) if end else self.may_go_on(part, at)
            if not found or found.start() >= hold:
                break
            shown += [part[at:found.start()], b"***"]
            at = found.end()
        self.held = part[hold:]
        return b"".join(shown) + part[at:hold]

    def may_go_on(self, part, at):
        """Where what is left may be the beginning of a secret."""
        first = max(at, len(part) - len(self.forms[0]) + 1)
        return next((i for i in range(first, len(part)) if any(
            len(form) > len(part) - i and form.startswith(part[i:]) for form in self.forms)), len(part))


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
        secrets = secrets_of(grant)
        environment.update(secrets)
        command, applied = command_of(workplace, artifact)
        if secrets:
            references = ", ".join(f"{name}=secretsmanager:{identifier}" for name, identifier in sorted(grant["secrets"]["ids"].items()))
            applied["secrets"] = f"{{{references}}} as environment variables, masked in the log"
        applied["timeout"] = f"PT{grant['timeoutSeconds']}S"
        if self.stopped.is_set():
            return self.report("stopped", None, "stopped as asked, before it was started")
        started = now()
        with open(workplace.log, "wb") as log:
            process = subprocess.Popen(
                command, cwd=workplace.root, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
            copying = threading.Thread(target=self.copy_log, args=(process.stdout, log, Mask(secrets.values())), daemon=True)
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
    def copy_log(printed, log, mask):
        """What is beyond the limit is dropped, so that a workload that prints much is not held up."""
        written = 0
        while True:
            part = printed.read1(PART)
            shown = mask.next(part, end=not part)
            log.write(shown[: max(0, LOG_MAX - written)])
            log.flush()
            written += len(shown)
            if not part:
                return

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
