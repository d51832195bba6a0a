"""Every leaf field of a setup, for tests/pipeline/45-fields.t.

fields.py list SPEC      the leaves by the published definitions, a path a line
fields.py try TABLE N    each leaf of TABLE (what fieldtool prints), shared out
                         to N workers: --set, --setup and a profile print the
                         same setup with the leaf in it, and the emulator takes
                         that and refuses the leaf with a value of the wrong
                         kind, and under a name that is misspelt.

Whatever is wrong is printed, a line each, and nothing else.
"""
import base64
import json
import os
import socket
import struct
import subprocess
import sys

MODELS = ("gemini-9-live", "gemini-3.8-live",
          "gemini-2.5-flash-native-audio-latest",
          "gemini-3.5-live-translate-preview", "gemini-3.5-transcribe-live",
          "gemini-3.1-flash-live-preview", "gemini-live-2.5-flash-preview",
          "gemini-3.8-live-extended-thinking")


def walk(spec, name, path, inside):
    for field, f in spec["messages"][name]["fields"].items():
        under = path + field + ("[]" if f.get("repeated") else
                                "{}" if f.get("map") else "")
        kind = f["type"]
        if kind in inside:
            continue
        if kind in spec["messages"] and spec["messages"][kind]["fields"]:
            walk(spec, kind, under + ".", inside | {kind})
        else:
            print(under)


# Values that mean something, and the only reason for which one is not taken.
VALUES = {
    "generationConfig.candidateCount": 1,
    "contextWindowCompression.triggerTokens": "50000",
}
INVALID = "Request contains an invalid argument."
REASONS = {
    "sessionResumption.handle": "Requested entity was not found.",
    "tools[].functionDeclarations[].parameters.additionalProperties": INVALID,
    "tools[].functionDeclarations[].response.additionalProperties": INVALID,
}
# What the service wants beside a leaf.
BESIDE = (
    ("tools[].functionDeclarations[]", ("name", "f")),
    ("generationConfig.translationConfig", ("targetLanguageCode", "de")),
    ("contextWindowCompression", ("slidingWindow", {})),
)


def companions(path, setup):
    """The setup with what the service wants beside the leaf."""
    setup = json.loads(json.dumps(setup))
    for under, (name, value) in BESIDE:
        if not path.startswith(under + "."):
            continue
        inner = setup
        for step in under.split("."):
            inner = inner[step.rstrip("[]")]
            inner = inner[0] if step.endswith("[]") else inner
        inner.setdefault(name, value)
    return setup


def value_of(path, value):
    """The setup with this value at the path."""
    for name in reversed(path.split(".")):
        if name.endswith("[]"):
            value = {name[:-2]: [value]}
        elif name.endswith("{}"):
            value = {name[:-2]: {"key": value}}
        else:
            value = {name: value}
    return value


def merge(a, b):
    """b over a, as --setup and --set do it: lists are replaced."""
    if not isinstance(a, dict) or not isinstance(b, dict):
        return b
    out = dict(a)
    for key in b:
        out[key] = merge(a[key], b[key]) if key in a else b[key]
    return out


def setting(path, value):
    """The same as PATH=JSON, up to the first list or map."""
    names = path.split(".")
    plain = []
    for name in names:
        plain.append(name.rstrip("[]{}"))
        if name != plain[-1]:
            break
    inner = value_of(path, value)
    for name in plain:
        inner = inner[name]
    return ".".join(plain) + "=" + json.dumps(inner)


def show(*args):
    p = subprocess.run(["gl-session", "--print-setup", *args],
                       stdin=subprocess.DEVNULL, capture_output=True)
    if p.returncode:
        return "exit %d: %s" % (p.returncode, p.stderr.decode())
    return json.loads(p.stdout)["setup"]


class Peer:
    """The emulator, by hand: what is sent is exactly what was printed."""
    PATHS = {
        "gemini": "/ws/google.ai.generativelanguage.v1alpha."
                  "GenerativeService.BidiGenerateContent",
        "vertex": "/ws/google.cloud.aiplatform.v1beta1."
                  "LlmBidiService/BidiGenerateContent"}

    def __init__(self, backend):
        host, port = os.environ["GL_EMULATOR_HOST"].split(":")
        self.s = socket.create_connection((host, int(port)), 20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.s.sendall(("GET %s HTTP/1.1\r\nHost: %s\r\n"
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: %s\r\n"
                        "Sec-WebSocket-Version: 13\r\n\r\n" %
                        (self.PATHS[backend], host, key)).encode())
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self.more()
        self.data = self.data.split(b"\r\n\r\n", 1)[1]

    def more(self):
        got = self.s.recv(65536)
        if not got:
            raise EOFError("the emulator hung up")
        self.data += got

    def ask(self, message):
        """'' where the setup is taken, else the reason of the close."""
        text = json.dumps(message).encode()
        n = len(text)
        size = (bytes([0x80 | n]) if n < 126 else
                bytes([0x80 | 126]) + struct.pack(">H", n))
        self.s.sendall(b"\x81" + size + b"\0\0\0\0" + text)
        while True:
            while len(self.data) < 2:
                self.more()
            n, at = self.data[1] & 127, 2
            if n == 126:
                while len(self.data) < 4:
                    self.more()
                n, at = struct.unpack(">H", self.data[2:4])[0], 4
            while len(self.data) < at + n:
                self.more()
            op, body = self.data[0] & 15, self.data[at:at + n]
            self.data = self.data[at + n:]
            if op == 8:
                self.s.close()
                return body[2:].decode("utf-8", "replace") or "no reason"
            if b"setupComplete" in body:
                self.s.close()
                return ""


def ask(backend, setup):
    return Peer(backend).ask({"setup": setup})


def taken(backends, setup):
    """'' where some model takes it; else every reason."""
    why = []
    for backend in backends:
        for model in MODELS:
            named = dict(setup)
            if isinstance(setup.get("model"), str):
                named["model"] = ("models/" if backend == "gemini" else
                                  "publishers/google/models/") + model
            why.append(ask(backend, named))
            if not why[-1]:
                return ""
    return " | ".join(sorted(set(why)))


def misspelt(path):
    names = path.split(".")
    marks = names[-1][len(names[-1].rstrip("[]{}")):]
    names[-1] = names[-1].rstrip("[]{}") + "Zz" + marks
    return ".".join(names)


def spoiled(kind):
    return "words" if kind in ("Struct", "message") else \
        ["no", "list"] if kind == "Value" else {"wrong": [1]}


def one(line, number):
    path, kind, good, backends, live = line.rstrip("\n").split("\t")
    good = VALUES.get(path, json.loads(good))
    backends = backends.split(",")
    base = ("-b", backends[0], "-m", MODELS[0])
    want = merge(show(*base), value_of(path, good))
    name = "leaf%d" % number
    with open(name + ".json", "w") as f:
        f.write("/* one leaf */\n%s // of many\n" %
                json.dumps(value_of(path, good), indent=1))
    with open(os.path.join(os.environ["XDG_CONFIG_HOME"], "gl",
                           name + ".conf"), "w") as f:
        f.write("# one leaf\n\nbackend %s\nmodel = %s\nset = %s\n" %
                (base[1], base[3], setting(path, good)))
    for way, args in (("--set", (*base, "--set", setting(path, good))),
                      ("--setup", (*base, "--setup", name + ".json")),
                      ("--profile", ("--profile", name))):
        got = show(*args)
        # a flag stands above the file
        if way == "--setup" and path == "model":
            got["model"] = want["model"]
        if path == "model":
            got["model"] = got["model"].replace("models/", "")
        if got != want:
            print("%s by %s: %s, wanted %s" % (path, way, got, want))
    if live == "live":
        why = taken(backends, companions(path, want))
        if why and REASONS.get(path, "?") not in why:
            print("%s: not taken: %s" % (path, why))
    if kind != "Value" and taken(
            backends, companions(path, merge(
                want, value_of(path, spoiled(kind))))) == "":
        print("%s: taken with a value of the wrong kind" % path)
    if taken(backends, companions(path, merge(
            want, value_of(misspelt(path), good)))) == "":
        print("%s: taken under a name that is misspelt" % path)


def attempt(table, workers):
    lines = open(table).readlines()
    os.makedirs(os.path.join(os.environ["XDG_CONFIG_HOME"], "gl"),
                exist_ok=True)
    children = []
    for w in range(workers):
        pid = os.fork()
        if pid == 0:
            for i in range(w, len(lines), workers):
                one(lines[i], i)
            sys.stdout.flush()
            os._exit(0)
        children.append(pid)
    bad = 0
    for pid in children:
        bad |= os.waitpid(pid, 0)[1]
    if bad:
        print("a worker failed")


if sys.argv[1] == "list":
    walk(json.load(open(sys.argv[2])), "BidiGenerateContentSetup", "",
         {"BidiGenerateContentSetup"})
else:
    attempt(sys.argv[2], int(sys.argv[3]))
