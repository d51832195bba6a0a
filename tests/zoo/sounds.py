#!/usr/bin/python3
"""Sounds, streams and what is neither, made by real tools, and what our
programs make of each beside what sox makes of it: exit code, sentence, every
sample.  Writes TAP, and with ZOO_TABLE set a table of all of them there."""
import os
import random
import struct
import subprocess
import sys
import zlib

table = []
strange = []
count = bad = 0
LOUD = 32                       # a sample: -60 dBFS


def tool(*argv, data=None):
    p = subprocess.run(argv, input=data, capture_output=True)
    return p.stdout, p.returncode, p.stderr.decode("utf-8", "replace")


def sh(command):
    return subprocess.run(["sh", "-c", command], capture_output=True)


def put(name, data):
    with open(name, "wb") as f:
        f.write(data)
    return name


def get(name):
    with open(name, "rb") as f:
        return f.read()


def ok(what, good, why):
    global count, bad
    count += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", count, what))
    if not good:
        print("# " + why.replace("\n", "\n# "))


def samples(raw):
    return memoryview(raw[:len(raw) // 2 * 2]).cast("h")


def apart(a, b):
    """The largest difference of two sounds; -1: not of one length."""
    if len(a) != len(b):
        return -1
    return max((abs(x - y) for x, y in zip(samples(a), samples(b))), default=0)


def sentence(err):
    return err.strip().split("\n")[0].split(": ", 2)[-1][:90]


def note(name, kind, code, ours, theirs, how, words):
    table.append("%-18s %-8s %4s %9s %9s  %-8s %s" % (name, kind, code, ours,
                                                      theirs, how, words))


def sound(name, most=0, code=0, words="", want=None):
    """A sound that is read, with every sample as sox has it."""
    got, rc, err = tool("gl-conv", "--user", "-t", "pcm", name)
    if want is None:
        want = tool("sox", "-D", "-V1", name, "-t", "raw", "-e", "signed",
                    "-b", "16", "-c", "1", "-")[0]
    off = apart(got, want)
    good = rc == code and 0 <= off <= most and len(got) > 0 and words in err
    if not words:
        good = good and not err
    note(name, "sound", rc, len(got) // 2, len(want) // 2,
         "exact" if off == 0 else "+-%d" % off, sentence(err))
    ok(name, good, "exit %d, %d samples for %d, %d apart: %s" %
       (rc, len(got) // 2, len(want) // 2, off, err))


def foreign(name, words, session=True):
    """What is not sound that we read: named, and nothing of it goes on."""
    strange.append(name)
    theirs = tool("sox", "-V1", name, "-n", "stat")[1]
    got, rc, err = tool("gl-mic", "-r", "--pace", "fast", name)
    loud = max(map(abs, samples(got)), default=0)
    good = rc == 65 and loud <= LOUD and words in err
    why = "gl-mic: exit %d, peak %d: %s" % (rc, loud, err)
    if os.path.exists("heard.wav"):
        os.remove("heard.wav")
    _, rc2, err2 = tool("timeout", "20", "gl-play", "-n", "--record",
                        "heard.wav", name)
    heard = get("heard.wav")[44:] if os.path.exists("heard.wav") else b""
    loud = max(map(abs, samples(heard)), default=0)
    good = good and rc2 == 65 and loud <= LOUD
    why += "gl-play: exit %d, peak %d: %s" % (rc2, loud, err2)
    if session:
        out, rc3, err3 = tool("timeout", "20", "gl-session", "-f", "json",
                              data=get(name))
        # pictures and text may well be refused only here
        good = good and rc3 == 65 and b'"audio_in_ms":0' in out
        why += "gl-session: exit %d: %s" % (rc3, err3)
    note(name, "foreign", rc, 0, "read" if theirs == 0 else "refused", "-",
         sentence(err))
    ok(name + " is not played, nor sent", good, why)


def make():
    """The sound of which all others are made: a tone that swells."""
    sh("sox -D -n -r 16000 -b 16 -c 1 base.wav synth 0.12 sine 300-2000 "
       "tremolo 11 vol 0.7")
    sh("sox -D base.wav other.wav reverse vol 0.5")
    sh("sox -D base.wav -r 16000 long.wav repeat 8")


def waves():
    make()
    exact = {"u8": "-e unsigned -b 8", "s16": "-e signed -b 16",
             "ulaw": "-e u-law", "alaw": "-e a-law"}
    near = {"s24": "-e signed -b 24", "s32": "-e signed -b 32",
            "f32": "-e float -b 32", "f64": "-e float -b 64"}
    for rate in 8000, 11025, 16000, 22050, 44100, 48000:
        for word, how in list(exact.items()) + list(near.items()):
            name = "%s-%d.wav" % (word, rate)
            sh("sox -D base.wav -r %d %s %s" % (rate, how, name))
            sound(name, 0 if word in exact else 1)
    for channels in 2, 3, 4, 6, 8:
        for word in "s16", "s24", "f32":
            how = {**exact, **near}[word]
            name = "%s-%dch.wav" % (word, channels)
            files = ["base.wav", "other.wav"] * 4
            sh("sox -D -M %s %s %s" % (" ".join(files[:channels]), how, name))
            sound(name, 1)
    for word, how in (("rifx16", "-b 16"), ("rifx24", "-b 24"),
                      ("rifxf32", "-e float -b 32"), ("rifxf64",
                                                      "-e float -b 64")):
        sh("sox -D base.wav -B %s %s.wav" % (how, word))
        sound(word + ".wav", 1)
    for codec in ("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le",
                  "pcm_f32le", "pcm_f64le", "pcm_mulaw", "pcm_alaw"):
        name = "ff-" + codec
        for form, more in (("wav", ""), ("w64", ""),
                           ("wav", "-rf64 always"), ("wav", "-write_peak on"),
                           ("wav", "-write_bext 1 -metadata title=x")):
            word = name + (more.split()[0] if more else "") + "." + form
            if sh("ffmpeg -v error -y -i base.wav -c:a %s %s -f %s %s" %
                  (codec, more, form, word)).returncode:
                continue
            want = sh("ffmpeg -v error -i %s -f s16le -" % word).stdout
            sound(word, 1, want=want)


def header(tag=1, bits=16, block=2, channels=1, extra=b""):
    return b"fmt " + struct.pack("<IHHIIHH", 16 + len(extra), tag, channels,
                                 16000, 16000 * block, block, bits) + extra


def headers():
    """Headers as few programs write them, all of one sound."""
    a = raw("base.wav")

    def bits(how):
        return tool("sox", "-D", "base.wav", "-t", "raw", *how.split(), "-")[0]

    def law(name):
        sh("sox -D base.wav -e %s law.wav" % name)
        return bits("-e %s -b 8" % name), tool(
            "sox", "-D", "law.wav", "-t", "raw", "-e", "signed", "-b", "16",
            "-")[0]

    def case(word, fmt, data, want, size=None, riff=None):
        body = b"WAVE" + fmt + b"data" + struct.pack(
            "<I", len(data) if size is None else size) + data
        sound(put("head-%s.wav" % word, b"RIFF" + struct.pack(
            "<I", len(body) if riff is None else riff) + body), 1, want=want)

    wide = bits("-e signed -b 32")
    narrow = bits("-e unsigned -b 8")
    for n in 12, 20, 24:
        case("%d-in-32" % n, header(bits=n, block=4), wide, a)
    for n in 17, 20, 23:
        case("%d-in-24" % n, header(bits=n, block=3),
             bits("-e signed -b 24"), a)
    for n in 12, 13, 15:
        case("%d-in-16" % n, header(bits=n), a, a)
    case("no-block", header(block=0), a, a)
    for block in 4, 6, 8:
        case("block-%d" % block, header(block=block), a, a)
        case("8-block-%d" % block, header(bits=8, block=block),
             narrow, struct.pack("<%dh" % len(narrow),
                                 *((x - 128) * 256 for x in narrow)))
    case("block-of-one", header(block=2, channels=2), a, struct.pack(
        "<960h", *(int((x + y) / 2) for x, y in zip(
            samples(a)[::2], samples(a)[1::2]))))
    for tag, name in (6, "a-law"), (7, "u-law"):
        data, want = law(name)
        for n in 0, 14, 16:
            case("%s-of-%d" % (name, n), header(tag, n, 1), data, want)
    case("twice", header() * 2, a, a)
    case("size-0", header(), a, a, 0)
    case("size-0-all", header(), a, a, 0, 0)
    case("list", b"LIST\4\0\0\0INFO" + header() + b"bext\3\0\0\0abc", a, a)
    case("id3", b"id3 \3\0\0\0ID3\0" + header() + b"PEAK\0\0\0\0", a, a)
    sh("sox -D -n -r 16000 -b 16 -c 1 -t raw tone.raw synth 1 sine 7000 "
       "vol 0.9")
    ok("a tone that is like 8 bits by chance", tool(
        "gl-mic", "-r", "--pace", "fast", "tone.raw")[0] == get("tone.raw"),
        "not all of it")


def pipes():
    """What tools write into a pipe, and through several of them."""
    made = {
        "sox-pipe.wav": "sox -D base.wav -t wav - | cat",
        "ffmpeg-pipe.wav": "ffmpeg -v error -i base.wav -f wav - | cat",
        "flac-pipe.wav": "flac -s -c base.wav | flac -s -d -c - | cat",
        "lame-pipe.wav": "lame --quiet base.wav - | lame --quiet --decode "
                         "--mp3input - - | cat",
        "espeak.wav": "espeak-ng --stdout 'one two' | cat",
        "flite.wav": "flite -t 'one two' -o flite.tmp; cat flite.tmp",
        "opus.wav": "opusenc --quiet base.wav - | opusdec --quiet --rate 48000 "
                    "--force-wav - - | cat",
    }
    for name, command in made.items():
        put(name, sh(command).stdout)
        want = sh("ffmpeg -v error -i %s -ac 1 -f s16le -" % name).stdout
        sound(name, 1, want=want)


def raw(name):
    return tool("sox", "-D", "-V1", name, "-t", "raw", "-")[0]


def streams():
    """Cut, wrong in their sizes, and gone on with: the whole of it is used."""
    base, other = get("base.wav"), get("other.wav")
    a, b = raw("base.wav"), raw("other.wav")
    pipe = get("sox-pipe.wav")

    def sized(data, n, riff=None):
        n = n.to_bytes(4, "little")
        return data[:4] + (riff or n) + data[8:40] + n + data[44:]

    sh("sox -D base.wav s.w64; sox -D -B base.wav big.wav; ffmpeg -v error "
       "-y -i base.wav -rf64 always s.rf64.wav; ffmpeg -v error -y -i "
       "base.wav f.w64; sox -D base.wav -e float -b 32 f32.wav")
    w64, f64, rifx, rf64, f32 = map(get, ("s.w64", "f.w64", "big.wav",
                                          "s.rf64.wav", "f32.wav"))
    bw64 = b"BW64" + rf64[4:]
    kinds = {"wav": base, "w64": w64, "fw64": f64, "rifx": rifx, "rf64": rf64,
             "bw64": bw64, "f32": f32, "pipe": pipe}
    cases = [("%s-%s" % (x, y), kinds[x] + kinds[y], a + a, 0, "")
             for x in kinds for y in kinds]
    # sound that other programs write in pieces, or with an end of line
    cases += [("cut-%s-%s" % (x, y), kinds[x][:-1000] + kinds[y],
               a[:-1000] + a, 65, "another follows")
              for x in ("wav", "w64", "rf64") for y in kinds]
    cases += [
        ("two-data", base[:4] + b"\xff" * 4 + base[8:] + b"data" +
         len(b).to_bytes(4, "little") + b, a + b, 0, ""),
        ("newline", base + b"\n" + rf64, a + a, 65, "1 byte behind"),
        ("newline-end", base + b"\r\n", a, 65, "2 bytes behind"),
        ("cut-few", base[:-6] + other, a[:-6] + b, 65, "another follows"),
        ("next-cut", base + base[:6], a, 65, "6 bytes behind"),
        ("two", base + other, a + b, 0, ""),
        ("three", base + other + base, a + b + a, 0, ""),
        ("pipes", pipe + pipe, a + a, 0, ""),
        ("pipe-file", pipe + other, a + b, 0, ""),
        ("file-pipe", other + pipe, b + a, 0, ""),
        ("cut", base[:-1000], a[:-1000], 65, "cut short: the last 1000 bytes"),
        ("cut-odd", base[:-1001], a[:-1002], 65, "cut short"),
        ("cut-head", base[:30], b"", 65, "ends inside the WAV header"),
        ("cut-next", base[:-1000] + other, a[:-1000] + b, 65,
         "a file was cut short, another follows"),
        ("zero-size", sized(base, 0, bytes(4)), a, 0, ""),
        ("ones", sized(base, 0xffffffff), a, 0, ""),
        ("arecord", sized(base, 0x7fffffff), a, 0, ""),
        ("old-size", sized(base, 1000), a[:1000], 65, "behind the sound"),
        ("list-behind", base + b"LIST\4\0\0\0INFO", a, 0, ""),
        ("zeros-behind", base + bytes(500), a, 0, ""),
        ("text-behind", base + b"\1\2 this is no chunk" * 20, a, 65,
         "behind the sound"),
        ("junk-before", base[:12] + b"JUNK\3\0\0\0abc\0" + base[12:], a, 0,
         ""),
        ("espeak-loop", get("espeak.wav") * 3, raw("espeak.wav") * 3, 0, ""),
    ]
    for word, data, want, code, words in cases:
        name = put("stream-%s.wav" % word, data)
        if want:
            sound(name, 0, code, words, want)
            continue
        got, rc, err = tool("gl-conv", "--user", "-t", "pcm", name)
        note(name, "sound", rc, len(got) // 2, 0, "-", sentence(err))
        ok(name, rc == code and words in err, err)
    gl = tool("gl-mic", "--pace", "fast", "base.wav")[0]
    ends = [i + 1 for i in range(len(gl)) if gl[i:i + 1] == b"\n" and
            gl[:i].rsplit(b"\n", 1)[-1].endswith(b'"bytes":640}')]
    random.seed(15)
    for k in range(12):
        at = random.randrange(80, len(gl))
        whole = sum(1 for e in ends if e + 640 <= at)
        between = at in [e + 640 for e in ends]
        name = put("stream-cut-%d.gl" % k, gl[:at])
        sound(name, 0, 0 if between else 65, "" if between else "the input "
              "ends", a[:640 * whole]) if whole else ok(name, True, "")


def strangers():
    """What people take for sound, or give by mistake."""
    far = {
        "cbr.mp3": ("lame --quiet -t long.wav", "an MP3 file"),
        "vbr.mp3": ("lame --quiet -t -V 4 long.wav", "an MP3 file"),
        "low.mp3": ("lame --quiet -t -b 32 --resample 16 long.wav",
                    "an MP3 file"),
        "id3.mp3": ("lame --quiet --tt title --add-id3v2 long.wav",
                    "an MP3 file"),
    }
    for name, (command, words) in far.items():
        sh("%s %s" % (command, name))
        foreign(name, words)
    formats = {
        "a.aac": "an AAC file", "a.ac3": "an AC-3 file", "a.eac3": "",
        "a.mp2": "an MP3 file", "a.ts": "an MPEG transport stream",
        "a.flac": "a FLAC file", "a.ogg": "an Ogg file",
        "a.opus": "an Ogg file", "a.aiff": "an AIFF file",
        "a.au": "an AU file", "a.caf": "a CAF file",
        "a.wv": "a WavPack file", "a.tta": "a TTA file",
        "a.wma": "a Windows Media file", "a.mka": "a Matroska",
        "a.webm": "a Matroska", "a.m4a": "an MP4 file",
        "a.mp4": "an MP4 file", "a.mov": "an MP4 file",
        "a.flv": "an FLV film", "a.avi": "an AVI film", "a.mpg": "an MPEG film",
        "a.voc": "a VOC file"
    }
    for name, words in formats.items():
        sh("ffmpeg -v error -y -i long.wav -ar 44100 -strict -2 " + name)
        if os.path.exists(name) and os.path.getsize(name):
            foreign(name, words)
    amiga = ("sox -D long.wav %s", "sox -D long.wav -r 8000 -e u-law %s")
    for name, command, words in (
            ("a.8svx", "sox -D long.wav -r 8000 %s", "an 8SVX file"),
            ("a.maud", amiga[0], "a MAUD file"),
            ("a.sf", "ffmpeg -v error -i long.wav -f ircam %s",
             "an IRCAM file"),
            ("a.sox", amiga[0], "a SoX file"),
            ("a.spdif", "ffmpeg -v error -i long.wav -ar 48000 -c:a ac3 -f "
             "spdif %s", "an S/PDIF stream"),
            ("a.ogv", "ffmpeg -v error -f lavfi -i testsrc2=s=64x64:d=0.3 "
             "-c:v libtheora %s", "an Ogg film"),
            ("a.m2ts", "ffmpeg -v error -i long.wav -ar 44100 -c:a mp2 "
             "-mpegts_m2ts_mode 1 -f mpegts %s", "an MPEG transport stream"),
            ("a.tar", "tar cf %s base.wav other.wav", "a tar file"),
            ("mp3.wav", "ffmpeg -v error -i long.wav -c:a libmp3lame %s",
             "MP3 (format 85) in a WAV file"),
            ("gsm.wav", "sox -D long.wav -r 8000 -e gsm %s",
             "GSM (format 49) in a WAV file"),
            ("le.au", "sox -D long.wav -L %s", "an AU file"),
            ("a.paf", amiga[0], "a PAF file"),
            ("a.fap", amiga[0], "a PAF file"),
            ("a.mat4", amiga[0], "a MAT4 file"),
            ("u16.raw", "sox -D long.wav -e unsigned -b 16 %s",
             "takes it all the same"),
            ("low.u2", "sox -D -n -r 16000 %s synth 1 sine 100-400 vol 0.5",
             "samples without a sign"),
            ("low.ul", "sox -D -n -r 16000 %s synth 1 sine 100-900 tremolo 5 "
             "vol 0.5", "mu-law"),
            ("low.al", "sox -D -n -r 16000 %s synth 1 sine 100-400 vol 0.5",
             "takes it all the same"),
            ("a.lpc10", "sox -D long.wav -r 8000 %s", "would be noise"),
            ("s8.raw", "sox -D long.wav -e signed -b 8 %s", "of 8 bits"),
            ("s32.raw", "sox -D long.wav -e signed -b 32 %s",
             "every second sample is zero"),
            ("half.raw", "sox -D long.wav %s remix 1 0",
             "every second sample is zero")):
        if name == "a.8svx" and sh("sox --help | grep -q 8svx").returncode:
            put(name, b"FORM\0\0\x40\x10" b"8SVXVHDR\0\0\0\x14" + bytes(12) +
                b"\x1f\x40\1\0\0\1\0\0BODY\0\0\x40\0" + raw("long.wav"))
        else:
            sh(command % name)
        foreign(name, words)
    for name, how in (("s24.raw", "-e signed -b 24"), ("f32.raw",
                                                       "-e float -b 32"),
                      ("s16be.raw", "-B -e signed -b 16"),
                      ("ulaw.raw", "-e u-law"), ("u8.raw",
                                                 "-e unsigned -b 8")):
        sh("sox -D long.wav -t raw %s %s" % (how, name))
        foreign(name, "would be noise")
    sh("sox -D -R -n -t raw -r 16000 -e signed -b 16 -c 1 white.raw synth 1 "
       "whitenoise vol 0.9")
    foreign("white.raw", "would be noise")
    pictures = {"p.jpg": "a JPEG", "p.png": "a PNG", "p.gif": "a GIF",
                "p.bmp": "a BMP", "p.tiff": "a TIFF", "p.webp": "a WebP",
                "p.y4m": "Y4M video"}
    for name, words in pictures.items():
        sh("ffmpeg -v error -y -f lavfi -i testsrc2=s=320x240 -frames:v 1 " +
           name)
        if os.path.exists(name) and os.path.getsize(name):
            foreign(name, words)
    data = bytes(random.Random(7).randrange(256) for _ in range(60000))
    foreign(put("random.bin", data), "would be noise")
    foreign(put("deflate.bin", zlib.compress(os.urandom(40000))[2:]),
            "would be noise")
    put("x.txt", b"These are words, and no sound at all.\n" * 2000)
    for name, command, words in (
            ("x.gz", "gzip -c random.bin", "a gzip file"),
            ("x.bz2", "bzip2 -c random.bin", "a bzip2 file"),
            ("x.xz", "xz -c random.bin", "an xz file"),
            ("x.zst", "zstd -q -c random.bin", "a zstd file"),
            ("x.tgz", "tar cz random.bin", "a gzip file"),
            ("x.elf", "cat /bin/true", "an ELF file")):
        made = sh(command)
        if made.returncode == 0:
            foreign(put(name, made.stdout), words)
    foreign(put("lower.wav", get("base.wav").replace(b"RIFF", b"riff", 1)),
            "a damaged WAV file")
    foreign("x.txt", "text")
    foreign(put("p.ppm", b"P6\n64 48\n255\n" + data[:9216]), "a PNM picture")
    foreign(put("q.ppm", b"P5\n# made by hand\n64 48\n255\n" + data[:3072]),
            "a PNM picture")
    foreign(put("q.pam", b"P7\nWIDTH 64\nHEIGHT 48\nDEPTH 3\nMAXVAL 255\n"
                b"ENDHDR\n" + data[:9216]), "a PNM picture")
    foreign(put("one.mp3", b"\xff\xfb\x90\x64" + bytes(400)), "an MP3 file")
    words = "Ein sch\u00f6ner Tag f\u00fcr viele W\u00f6rter. " * 300
    for code in "latin-1", "cp1252", "iso8859-15", "utf-16-le":
        foreign(put(code + ".txt", words.encode(code)), "text, not sound")
    for words, codes in (
            ("съешь ещё этих мягких булок, выпей",
             ("koi8-r", "cp1251", "iso8859-5", "utf-16-le")),
            ("καλημέρα κόσμε πως είναι σήμερα",
             ("iso8859-7", "utf-16-le")),
            ("שלום עולם זה טקסט בעברית לבדיקה",
             ("iso8859-8", "utf-16-le")),
            ("これは 日本語の 文章です。 音声",
             ("euc-jp", "shift-jis", "iso2022-jp")),
            ("这是 一个 中文文件 不是 声音", ("gb18030",))):
        words = " ".join(random.Random(15).choices(words.split(), k=4000))
        for code in codes:
            foreign(put("%x-%s.txt" % (ord(words[0]), code),
                        words.encode(code)), "text, not sound")
    foreign(put("utf32.txt", words.encode("utf-32")), "text in UTF-32")
    foreign(put("p.exr", b"\x76\x2f\x31\1" + data), "an OpenEXR picture")
    foreign(put("p.pfm", b"PF\n64 48\n-1.0\n" + data), "a PFM picture")
    foreign(put("p.tga", b"\0\0\x0a" + bytes(9) + b"\x40\0\x40\0\x18\0" + data),
            "a TGA picture")
    foreign(put("p.ilbm", b"FORM\0\0\x40\0ILBMBMHD" + data),
            "an ILBM picture")
    foreign(put("hi.txt", b"\xff\xfeh\0i\0"), "text in UTF-16")
    foreign(put("hi-be.txt", b"\xfe\xff\0h\0i"), "text in UTF-16")
    foreign(put("utf16.txt", "words and more words, no sound".encode("utf-16")),
            "text in UTF-16")
    foreign(put("x.html", b"<!DOCTYPE html><html><body>404</body></html>"),
            "text")


def main():
    waves()
    headers()
    pipes()
    streams()
    strangers()
    print("1..%d" % count)
    with open("strange", "w") as f:
        f.write("\n".join(strange) + "\n")
    if os.environ.get("ZOO_TABLE"):
        with open(os.environ["ZOO_TABLE"], "w") as f:
            f.write("%-18s %-8s %4s %9s %9s  %-8s %s\n" % (
                "file", "is", "exit", "samples", "sox/ff", "apart",
                "sentence"))
            f.write("\n".join(table) + "\n")
    print("# %d sounds" % len(table))
    sys.exit(bad > 0)


main()
