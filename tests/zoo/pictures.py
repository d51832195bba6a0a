#!/usr/bin/python3
"""Pictures as cameras, phones and editors make them, made by real tools, and
what gl-frames makes of each: exit code, sentence, number of pictures, and how
like it is to what djpeg (or the decoder of the format) shows.  Writes TAP, and
with ZOO_TABLE set a table of all of them there."""
import os
import random
import re
import struct
import subprocess
import sys
import zlib

W, H = 112, 80
table = []
count = bad = 0


def tool(*argv, data=None):
    """Standard output of a real tool, and its exit code."""
    p = subprocess.run(argv, input=data, capture_output=True)
    return p.stdout, p.returncode


def base():
    """Colours, edges and a gradient, with no symmetry at all."""
    rows = bytearray()
    for y in range(H):
        for x in range(W):
            r, g, b = x * 255 // W, y * 255 // H, (x + y) * 2 % 256 // 2
            if 10 <= x < 40 and 8 <= y < 28:
                r, g, b = 220, 30, 30
            if 60 <= x < 100 and 40 <= y < 72 and (x // 4 + y // 4) % 2:
                r, g, b = 20, 20, 200
            rows += bytes((r, g, b))
    return bytes(rows)


def ppm(w, h, rgb):
    return b"P6\n%d %d\n255\n" % (w, h) + rgb


def from_ppm(data):
    """Width, height and pixels of what djpeg writes."""
    parts = data.split(None, 4)
    kind, w, h = parts[0], int(parts[1]), int(parts[2])
    body = data[len(data) - w * h * (3 if kind == b"P6" else 1):]
    if kind == b"P5":
        body = bytes(v for g in body for v in (g, g, g))
    return w, h, body


def luma(rgb):
    return [(rgb[i] * 77 + rgb[i + 1] * 151 + rgb[i + 2] * 28) >> 8
            for i in range(0, len(rgb), 3)]


def ssim(a, b):
    """Mean over blocks of 8 by 8 of the luma; 0 where sizes differ."""
    if a is None or b is None or a[:2] != b[:2]:
        return 0.0
    w, h = a[:2]
    x, y = luma(a[2]), luma(b[2])
    total = n = 0
    for top in range(0, h - 7, 8):
        for left in range(0, w - 7, 8):
            p, q = [], []
            for r in range(top, top + 8):
                p += x[r * w + left:r * w + left + 8]
                q += y[r * w + left:r * w + left + 8]
            mp, mq = sum(p) / 64, sum(q) / 64
            vp = sum(v * v for v in p) / 64 - mp * mp
            vq = sum(v * v for v in q) / 64 - mq * mq
            c = sum(u * v for u, v in zip(p, q)) / 64 - mp * mq
            total += ((2 * mp * mq + 6.5) * (2 * c + 58.5) /
                      ((mp * mp + mq * mq + 6.5) * (vp + vq + 58.5)))
            n += 1
    return total / n


def turned(pic, orientation):
    """As EXIF says that it is to be seen."""
    w, h, rgb = pic
    at = {1: lambda x, y: (x, y), 2: lambda x, y: (w - 1 - x, y),
          3: lambda x, y: (w - 1 - x, h - 1 - y),
          4: lambda x, y: (x, h - 1 - y), 5: lambda x, y: (y, x),
          6: lambda x, y: (y, h - 1 - x),
          7: lambda x, y: (w - 1 - y, h - 1 - x),
          8: lambda x, y: (w - 1 - y, x)}[orientation]
    ow, oh = (h, w) if orientation >= 5 else (w, h)
    out = bytearray()
    for y in range(oh):
        for x in range(ow):
            u, v = at(x, y)
            out += rgb[(v * w + u) * 3:(v * w + u) * 3 + 3]
    return ow, oh, bytes(out)


def split(data):
    """JPEGs one behind the other, as gl-frames -f mjpeg writes them."""
    out = []
    while data:
        end = data.find(b"\xff\xd9\xff\xd8", 2)
        end = len(data) if end == -1 else end + 2
        out.append(data[:end])
        data = data[end:]
    return out


def segments(jpeg):
    """Offset, marker and length of each, up to the coded bytes."""
    at = 2
    while True:
        marker, n = jpeg[at + 1], struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        yield at, marker, n + 2
        at += n + 2
        if marker == 0xda:
            return


def scan(jpeg):
    """Where the coded bytes begin."""
    for at, marker, n in segments(jpeg):
        pass
    return at + n


def insert(jpeg, at, more):
    return jpeg[:at] + more + jpeg[at:]


def chunk(name, body):
    return (struct.pack(">I", len(body)) + name + body +
            struct.pack(">I", zlib.crc32(name + body)))


def png(kind, depth, rows, *extra, w=W, h=H):
    """rows: bytes of a line each, without the filter's byte."""
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, kind, 0, 0,
                                       0)) + b"".join(extra) +
            chunk(b"IDAT", zlib.compress(b"".join(b"\0" + r for r in rows))) +
            chunk(b"IEND", b""))


def check(name, data, code=0, said=None, want=1, like=None, least=0.9,
          ending="jpg", pipe=False, theirs=None):
    """Gives data to gl-frames as a file or through a pipe."""
    global count, bad
    path = "zoo." + ending
    with open(path, "wb") as f:
        f.write(data)
    if os.environ.get("ZOO_KEEP") and not pipe:
        with open("%s/%03d.%s" % (os.environ["ZOO_KEEP"], count, ending),
                  "wb") as f:
            f.write(data)
    argv = ["gl-frames", "-f", "mjpeg", "--re-encode", "--quality", "100",
            "--size", "4096x4096", "--idle-fps", "60", "--fps", "60"]
    p = subprocess.run(argv + ([] if pipe else [path]),
                       input=data if pipe else b"", capture_output=True)
    err = p.stderr.decode(errors="replace").strip()
    made = split(p.stdout)
    seen = None
    if made:
        seen = from_ppm(tool("djpeg", data=made[-1])[0])
    if theirs is None:
        out, status = tool("djpeg", data=data)
        theirs = "djpeg %d" % status
        if like is None and status in (0, 2) and out:
            like = from_ppm(out)
    value = ssim(seen, like) if want and like else None
    why = []
    if p.returncode != code:
        why.append("exit %d, wanted %d" % (p.returncode, code))
    if want is not None and len(made) != want:
        why.append("%d pictures, wanted %d" % (len(made), want))
    if said is None and err:
        why.append("says something")
    if said is not None and said not in err:
        why.append("does not say: " + said)
    if value is not None and value < least:
        why.append("SSIM %.3f" % value)
    count += 1
    bad += bool(why)
    print("%sok %d - %s%s" % ("not " if why else "", count, name,
                              " (a pipe)" if pipe else ""))
    if why:
        print("# " + "; ".join(why) + "\n# " + err.replace("\n", "\n# "))
    table.append((name + (" (pipe)" if pipe else ""), p.returncode, len(made),
                  "" if value is None else "%.3f" % value, theirs, err))


source = ppm(W, H, base())
original = (W, H, base())


def cjpeg(*options):
    return tool("cjpeg", "-quality", "92", *options, data=source)[0]


def samplings():
    for s in ("1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2", "2x4", "3x1",
              "1x3", "2x2,1x1,2x1", "2x2,2x1,1x1", "1x1,2x2,2x2"):
        check("JPEG, sampling " + s, cjpeg("-sample", s))
    for o in ("-grayscale", "-rgb", "-progressive", "-arithmetic", "-optimize",
              "-restart 1", "-baseline", "-dct float"):
        check("JPEG, " + o, cjpeg(*o.split()))
    check("JPEG, quality 5", tool("cjpeg", "-quality", "5", data=source)[0],
          least=0.8)


def damages(name, good):
    """What webcams, cables and cards do to a JPEG.  djpeg decodes all that
    lacks nothing to the same pixels."""
    whole = from_ppm(tool("djpeg", data=good)[0])
    progressive = name == "progressive"

    def same(what, data, **more):
        for pipe in (False, True):
            check("%s: %s" % (name, what), data, like=whole, pipe=pipe, **more)
    same("junk before the end", good[:-2] + b"\0\x12\x34\0" + good[-2:])
    # among random bytes are some that look like markers
    for seed, n in (0, 3000), (1, 3000), (2, 200), (3, 40000), (4, 17):
        same("%d random bytes before the end" % n, good[:-2] + bytes(
            random.Random(seed).randrange(256) for _ in range(n)) + good[-2:])
    same("markers before the end, then the next one", (good[:-2] +
         b"\xff\xe5\xff\xf0 \xff\xd8 \xff\xc3\1\2 \xff\xc4\xff\xff" +
         good[-2:]) * 2, want=None)
    same("no end", good[:-2])
    same("the beginning twice", b"\xff\xd8" + good)
    same("the beginning four times", b"\xff\xd8" * 3 + good)
    same("text before it", b"--boundary\r\nContent-Type: image/jpeg\r\n\r\n" +
         good)
    check(name + ": zeros behind it", good + bytes(3000), like=whole)
    check(name + ": fill bytes", insert(good, 2, b"\xff\xff\xff"), like=whole)
    check(name + ": junk between segments", insert(good, list(
        segments(good))[1][0], b"\x00\x11\x22"), like=whole)
    check(name + ": a comment like a JPEG", insert(good, 2, b"\xff\xfe\0\x08" +
          b"\xff\xd8\xff\xe0\xff\xd9"), like=whole)
    check(name + ": no end, then the next one", good[:-2] + good, want=2,
          like=whole)
    at = scan(good)
    cut = good[:at + (len(good) - at) * 7 // 10]
    for pipe in (False, True):
        check(name + ": 70 % of it", cut, code=65, said="used as it is",
              pipe=pipe, least=0.5 if progressive else 0.9)
    check(name + ": 70 % of it, then a whole one", cut + good,
          said="left out", like=whole)
    if not progressive:
        check(name + ": 3 % of it", good[:at + (len(good) - at) * 3 // 100],
              code=65, said="is missing", want=0)
    check(name + ": cut in its header", good[:at - 30], code=65,
          said="ends in the middle", want=0)


def flips(name, good, n):
    """A bit gone wrong in the coded bytes, where djpeg notices it: alone it is
    used with a word; before a sound one it is left out.  What djpeg does not
    notice nobody can; and when it lost its place there may, now and then, be a
    whole picture by chance, with bytes behind it."""
    whole = from_ppm(tool("djpeg", data=good)[0])
    dice = random.Random(15)
    at = scan(good)
    chance = n // 8
    while n > 0:
        b = bytearray(good)
        k = dice.randrange(at, len(b) - 2)
        b[k] ^= 1 << dice.randrange(8)
        p = subprocess.run(["djpeg"], input=bytes(b), capture_output=True)
        junk = re.search(rb"(\d+) extraneous", p.stderr)
        if p.returncode != 2 or (junk and int(junk.group(1)) <= 16):
            continue
        n -= 1
        if junk and chance and subprocess.run(
                ["gl-frames", "-f", "mjpeg"], input=bytes(b),
                capture_output=True).returncode == 0:
            chance -= 1
            continue
        what = "%s: a wrong bit at %d" % (name, k)
        for pipe in (False, True):
            check(what, bytes(b), code=65, said="used as it is", pipe=pipe,
                  like=from_ppm(p.stdout))
        check(what + ", then a whole one", bytes(b) + good, said="left out",
              like=whole)


def photos():
    small = tool("cjpeg", "-quality", "80", data=ppm(16, 16, bytes(
        (200, 200, 30)) * 256))[0]
    exif = None
    for o in range(1, 9):
        with open("o.jpg", "wb") as f:
            f.write(cjpeg())
        tool("exiftool", "-q", "-overwrite_original", "-n",
             "-Orientation=%d" % o, "-Make=Cam", "o.jpg")
        with open("o.jpg", "rb") as f:
            exif = f.read()
        check("EXIF, orientation %d" % o, exif, like=turned(original, o))
    for order, e in (b"II*\0", "<"), (b"MM\0*", ">"):
        tiff = order + struct.pack(e + "IHHHII", 8, 1, 0x112, 4, 1, 6) + bytes(4)
        check("EXIF, a long orientation " + e, insert(
            cjpeg(), 2, b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) +
            b"Exif\0\0" + tiff), like=turned(original, 6))
    with open("o.jpg", "wb") as f:
        f.write(cjpeg())
    tool("exiftool", "-q", "-overwrite_original", "-n", "-Orientation=1",
         "-XMP-GCamera:MotionPhoto=1", "-XMP-GCamera:MotionPhotoVersion=1",
         "o.jpg")
    with open("o.jpg", "rb") as f:
        motion = f.read()
    film = tool("ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                "testsrc2=size=64x64:rate=5", "-frames:v", "5", "-movflags",
                "frag_keyframe+empty_moov", "-f", "mp4", "-")[0]
    xmp = (b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
           b"<Container:Directory/></x:xmpmeta>")
    depth = insert(cjpeg(), 2, b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) +
                   xmp)
    mpf = insert(cjpeg(), 2, b"\xff\xe2\0\x0a" + b"MPF\0MM\0*")
    last = turned(original, 8)
    gain = (b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:"
            b"meta/' hdrgm:Version='1.0'></x:xmpmeta>")
    gain = insert(cjpeg(), 2, b"\xff\xe1" + struct.pack(">H", len(gain) + 2) +
                  gain)
    for pipe in (False, True):
        check("a gain map behind it", gain + small, like=original, pipe=pipe)
        check("a photo with a preview behind it", exif + small, like=last,
              pipe=pipe)
        check("a photo, zeros, two previews", exif + bytes(500) + small +
              small, like=last, pipe=pipe)
        check("a motion photo", motion + film, like=original, pipe=pipe)
        check("dynamic depth", depth + small + small, like=original, pipe=pipe)
        check("MPF", mpf + small, like=original, pipe=pipe)
    check("photos one after the other", exif + exif + exif, want=3, like=last)
    check("a small one, then a photo", small + exif, want=2, like=last)


def pngs():
    rgb = base()
    rows = [rgb[y * W * 3:(y + 1) * W * 3] for y in range(H)]
    plain = png(2, 8, rows)
    kw = dict(ending="png", theirs="made so")
    check("PNG", plain, like=original, **kw)
    check("PNG, 16 bits", png(2, 16, [bytes(v for b in r for v in (b, b))
                                      for r in rows]), like=original, **kw)
    grey = bytes(luma(rgb))
    greys = (W, H, bytes(v for g in grey for v in (g, g, g)))
    check("PNG, grey", png(0, 8, [grey[y * W:(y + 1) * W] for y in range(H)]),
          like=greys, **kw)
    # alpha: the left half is nothing at all, and black below
    half = [b"".join(b"\0\0\0\0" if x < W // 2 else r[x * 3:x * 3 + 3] + b"\xff"
                     for x in range(W)) for r in rows]
    white = (W, H, b"".join(b"\xff" * (W // 2 * 3) + r[W // 2 * 3:]
                            for r in rows))
    check("PNG, alpha lies on white", png(6, 8, half), like=white, **kw)
    palette = bytes(range(256)) * 3
    check("PNG, a palette with a transparent entry", png(
        3, 8, [bytes(W) for y in range(H)], chunk(b"PLTE", palette),
        chunk(b"tRNS", b"\0")), like=(W, H, b"\xff" * (W * H * 3)), **kw)
    for o in range(1, 9):
        tiff = b"MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1" + struct.pack(
            ">HH", o, 0) + bytes(4)
        check("PNG, eXIf orientation %d" % o, png(2, 8, rows, chunk(
            b"eXIf", tiff)), like=turned(original, o), **kw)
    check("PNG, as text", plain.replace(b"\r\n", b"\n"), code=65, want=0,
          said="a PNG picture that is damaged", **kw)
    check("PNG, cut", plain[:len(plain) // 2], code=65, want=0,
          said="ends in the middle", **kw)
    check("PNG, a wrong sum", plain[:-20] + b"\1" + plain[-19:], code=65,
          want=0, said="left out", **kw)


def pam(channels, kind, body, top=255):
    return b"P7\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL %d\n%sENDHDR\n" % (
        W, H, channels, top, kind and b"TUPLTYPE %s\n" % kind) + body


def pams():
    """With alpha, of which the left half is nothing at all."""
    rgb = base()
    grey = bytes(luma(rgb))
    part = [0 if i % W < W // 2 else 255 for i in range(W * H)]
    shown = bytes(g if a else 255 for g, a in zip(grey, part))
    greys = (W, H, bytes(v for g in shown for v in (g, g, g)))
    each = [rgb[3 * i:3 * i + 3] for i in range(W * H)]
    white = (W, H, b"".join(p if a else b"\xff" * 3
                            for p, a in zip(each, part)))
    half = (W, H, bytes((v + 255) // 2 for v in rgb))
    ga = [v for g, a in zip(grey, part) for v in (g, a)]
    yield "grey and alpha", pam(2, b"GRAYSCALE_ALPHA", bytes(ga)), greys
    yield "grey and alpha, unnamed", pam(2, b"", bytes(ga)), greys
    yield "grey and alpha of 16 bits", pam(2, b"GRAYSCALE_ALPHA", b"".join(
        struct.pack(">H", v * 257) for v in ga), 65535), greys
    yield "black, white and alpha", pam(2, b"BLACKANDWHITE_ALPHA", bytes(
        v >> 7 for v in ga), 1), (W, H, bytes(
            255 * (v >> 7) for v in greys[2]))
    yield "RGB and alpha", pam(4, b"RGB_ALPHA", b"".join(
        p + bytes((a,)) for p, a in zip(each, part))), white
    yield "RGB and alpha, half", pam(4, b"RGB_ALPHA", b"".join(
        p + b"\x80" for p in each)), half
    yield "RGB and alpha of 16 bits", pam(4, b"RGB_ALPHA", b"".join(
        struct.pack(">4H", *(v * 257 for v in p), a * 257)
        for p, a in zip(each, part)), 65535), white
    yield "tabs", pam(3, b"RGB", rgb).replace(b"WIDTH ", b"WIDTH\t"), original


def others():
    with open("s.ppm", "wb") as f:
        f.write(source)
    kw = dict(like=original, theirs="")
    check("PPM", source, ending="ppm", **kw)
    for name, data, like in pams():
        check("PAM, " + name, data, ending="pam", theirs="made so", like=like)
    check("PAM, colours for print, then RGB", pam(4, b"CMYK", b"\xff\xd8\xff\xe0"
          * (W * H)) + source, ending="pam", like=original, theirs="made so",
          said="neither grey nor RGB")
    check("PAM, five channels", pam(5, b"", bytes(W * H * 5)), ending="pam",
          code=65, want=0, said="neither grey nor RGB", theirs="")
    check("PAM", b"P7\nWIDTH %d\nHEIGHT %d\nDEPTH 3\nMAXVAL 255\n"
          b"TUPLTYPE RGB\nENDHDR\n" % (W, H) + base(), ending="pam", **kw)
    for form in ("bmp", "gif", "tiff"):
        tool("ffmpeg", "-v", "error", "-y", "-i", "s.ppm", "s." + form)
    tool("cwebp", "-quiet", "-q", "95", "s.ppm", "-o", "s.webp")
    tool("djpeg", "-outfile", "t.ppm", data=cjpeg())
    for form in ("bmp", "gif", "tiff", "webp"):
        with open("s." + form, "rb") as f:
            data = f.read()
        check(form, data, ending=form, least=0.5 if form == "gif" else 0.9, **kw)
        check(form + ", cut", data[:40], ending=form, code=65, want=0,
              # ffmpeg 5 finds no picture in a cut GIF, ffmpeg 7 refuses it
              said="" if form == "gif" else "cannot read",
              theirs="")
        check(form, data, ending=form, code=65, want=0, pipe=True,
              said="name it as a file, with", theirs="")
    tool("ffmpeg", "-v", "error", "-y", "-i", "s.ppm", "s.png")
    for form in ("heic", "avif"):
        tool("heif-enc", "-q", "95", "s.png", "-o", "s." + form)
        with open("s." + form, "rb") as f:
            data = f.read()
        check(form, data, ending=form, least=0.9, **kw)
        check(form + ", cut", data[:len(data) // 2], ending=form, code=65,
              want=0, said="cannot read", theirs="")
        check(form, data, ending=form, code=65, want=0, pipe=True,
              said="file, with heif-convert (Debian's package "
              "libheif-examples) installed", theirs="")
    for brand, name in ((b"heic", "HEIC"), (b"avif", "AVIF")):
        data = b"\0\0\0\x18ftyp" + brand + bytes(200)
        check(name + ", damaged", data, ending="heic", code=65, want=0,
              said=name + ", which ", theirs="")
    for name, data, said in (
            ("MP4", b"\0\0\0\x18ftypisom" + bytes(100), "an MP4 file, which is "
             "not"),
            ("a stream", b'{"gl":1,"type":"start"}\n', "a stream, not pic"),
            ("WAV", b"RIFF\0\0\0\0WAVEfmt " + bytes(40), "sound, not pict"),
            ("MP3", b"\xff\xfb\x90\x64" + bytes(400), "sound, not pictures: "
             "an MP3 file, of which sox or ffmpeg makes WAV"),
            ("OpenEXR", b"\x76\x2f\x31\1" + bytes(60), "an OpenEXR picture, "
             "which is not read; ffmpeg"),
            ("TGA", b"\0\0\2" + bytes(9) + b"\x40\0\x40\0\x18\0" +
             bytes(999), "a TGA picture, which is not read; ffmpeg"),
            ("JPEG 2000", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60),
             "a JPEG 2000 picture, which is not read; ffmpeg"),
            ("PFM", b"PF\n8 8\n-1.0\n" + bytes(768), "a PFM picture, which"),
            ("PBM", b"P4\n8 8\n" + bytes(8), "a PBM picture, which is not"),
            ("PPM in digits", b"P3\n1 1\n255\n1 2 3\n", "a PNM picture in "
             "digits, which is not"),
            ("Ogg sound", b"OggS" + bytes(22) + b"\1\x1eOpusHead" +
             bytes(99), "sound, not pictures: an Ogg file"),
            ("gzip", b"\x1f\x8b\x08" + bytes(60), "a gzip file, not pict"),
            ("text", b"nothing to see here\n" * 20, "no picture in it"),
            ("nothing", b"", "no picture in it")):
        check(name, data, code=65, want=0, said=said, theirs="")
    for name, how, said in (
            ("flv", "-c:v flv", "an FLV film"), ("ogv", "-c:v libtheora",
                                                 "an Ogg film"),
            ("ts", "-c:v mpeg2video", "an MPEG transport stream"),
            ("m2ts", "-c:v mpeg2video -mpegts_m2ts_mode 1 -f mpegts",
             "an MPEG transport stream"), ("mpg", "", "an MPEG film"),
            ("m2v", "-c:v mpeg2video", "an MPEG film"),
            ("m4v", "-c:v mpeg4 -f m4v", "an MPEG film"),
            ("wmv", "", "a Windows Media file"), ("nut", "", "a NUT film"),
            ("rm", "-c:v rv20", "a RealMedia file"), ("avi", "",
                                                      "an AVI film"),
            ("mkv", "-c:v mpeg4", "a Matroska or WebM file"),
            ("swf", "-c:v flv", "a Flash film")):
        tool("sh", "-c", "ffmpeg -v error -y -f lavfi -i testsrc2=s=176x144:"
             "d=0.3 %s film.%s" % (how, name))
        with open("film." + name, "rb") as f:
            data = f.read()
        for pipe in (False, True):
            check("a film: " + name, data, code=65, want=0, ending=name,
                  said=said + ", which is not read; ffmpeg -i FILE -f image2"
                  "pipe -c:v mjpeg - makes JPEGs", theirs="", pipe=pipe)
    y4m = b"YUV4MPEG2 W16 H16 F25:1 C420jpeg\n" + (b"FRAME\n" + b"\x80" * 384)
    check("Y4M", y4m, ending="y4m", theirs="",
          like=(16, 16, b"\x80" * 768))
    check("Y4M, cut", y4m + b"FRAME\n" + bytes(300), ending="y4m", code=65,
          said="ends in the middle", theirs="")


samplings()
damages("4:2:0", cjpeg("-sample", "2x2"))
damages("progressive", cjpeg("-progressive"))
damages("restarts", cjpeg("-restart", "1"))
restarts = cjpeg("-restart", "1")
mark = restarts.index(b"\xff\xd0")
flips("4:2:0", cjpeg("-sample", "2x2"), 8)
flips("restarts", restarts, 8)
check("zeros up to the end", cjpeg()[:-2] + bytes(700) + b"\xff\xd9")
sof = cjpeg().index(b"\xff\xc0")
check("lossless", cjpeg()[:sof] + b"\xff\xc3" + cjpeg()[sof + 2:], code=65,
      want=0, said="lossless, which is not read; ffmpeg")
check("12 bits", cjpeg()[:sof] + b"\xff\xc1\0\x11\x0c" + cjpeg()[sof + 5:],
      code=65, want=0, said="more than 8 bits, which is not read; ffmpeg")
code = cjpeg("-restart", "1")
check("a marker that means nothing", insert(code, scan(code) + 300,
                                            b"\xff\x17"),
      code=65, said="used as it is", least=0.5)
check("junk before a restart marker", insert(restarts, mark, b"\0\x55"),
      least=0.8)
photos()
pngs()
others()
if os.environ.get("ZOO_TABLE"):
    with open(os.environ["ZOO_TABLE"], "a") as f:
        for row in table:
            f.write("| " + " | ".join(
                str(c).replace("\n", " / ")[:110] for c in row) + " |\n")
sys.exit(print("# %d pictures" % count) or bad > 0)
