#!/usr/bin/python3
"""Files that are not sound, or hold none: through gl-play, gl-mic, gl-session
and gl-conv, named and (two of them) on standard input, nothing of them is played or
sent above -60 dBFS.  Arguments: the files; GL_EMULATOR_HOST is a service.  One
line for each that was loud, or ended as it should not; exit 1 then."""
import base64
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

LOUD = 32                       # a sample: -60 dBFS
ENDS = (0, 65, 66, 75)          # 66: empty; 75: what was asked got no answer


def peak(raw):
    return max(map(abs, memoryview(raw[:len(raw) // 2 * 2]).cast("h")),
               default=0)


def run(argv, name):
    with open(name or os.devnull, "rb") as f:
        p = subprocess.run(["timeout", "30"] + argv, stdin=f,
                           capture_output=True)
    return p.returncode, p.stdout


def sent(trace):
    """The samples that a session sent."""
    raw = b""
    with open(trace, encoding="utf-8") as f:
        for line in f:
            line = json.loads(line)
            if line.get("dir") == "out":
                audio = line["message"].get("realtimeInput", {}).get("audio")
                raw += base64.b64decode(audio["data"]) if audio else b""
    return raw


def look(name):
    wrong = []
    with tempfile.TemporaryDirectory() as d:
        for how, given in ([name], None), ([], name):
            wav, trace = d + "/heard.wav", d + "/trace"
            for f in wav, trace:
                if os.path.exists(f):
                    os.remove(f)
            named = ["-i"] + how if how else []
            for argv, made in (
                    (["gl-mic", "-r", "--pace", "fast"] + (how or ["-"]),
                     lambda out: out),
                    (["gl-play", "-n", "--record", wav] + how,
                     lambda out: open(wav, "rb").read()[44:]
                     if os.path.exists(wav) else b""),
                    (["gl-conv", "--user", "-t", "pcm"] + how,
                     lambda out: out),
                    (["gl-session", "--trace", trace, "-f", "json"] + named,
                     lambda out: sent(trace)
                     if os.path.exists(trace) else b"")):
                if given and argv[0] in ("gl-play", "gl-conv"):
                    continue    # as an operand
                code, out = run(argv, given)
                loud = peak(made(out))
                if loud > LOUD or code not in ENDS:
                    wrong.append("%s: %s: exit %d, peak %d" % (
                        name, " ".join(argv), code, loud))
    return wrong


def main():
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for wrong in pool.map(look, sys.argv[1:]):
            bad += len(wrong)
            for line in wrong:
                print(line)
    print("%d files, %d times loud or ended wrong" % (len(sys.argv) - 1, bad))
    sys.exit(bad > 0)


main()
