# gl: the Gemini Live API in a shell pipeline.  GNU make.
VERSION = 0.1.0
comma = ,
# the environment's and the command line's values win over these
PREFIX ?= /usr/local
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
-include config.mk

# Hardening, as far as the compiler knows it; HARDEN= leaves it out.  A level of
# _FORTIFY_SOURCE that stands in the flags already is kept.
try = $(shell printf 'int main(void) { return 0; }' | $(CC) -Werror $(1) \
	-x c - -o /dev/null 2>/dev/null && echo '$(1)')
# The compiler is asked when the first file is compiled: `make deps demo' reads
# this before there is one.
ifeq ($(origin HARDEN),undefined)
harden = $(call try,-fstack-protector-strong) \
	$(call try,-fstack-clash-protection) $(call try,-fcf-protection) -fPIE \
	$(if $(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)),, \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
harden_ld = -pie $(call try,-Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)
HARDEN = $(eval HARDEN := $(harden))$(HARDEN)
HARDEN_LD = $(eval HARDEN_LD := $(harden_ld))$(HARDEN_LD)
endif

PKGS = libcurl openssl libcjson alsa libturbojpeg libpng zlib libyuv \
	speexdsp libopusenc
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla
STD = -std=c11 -D_POSIX_C_SOURCE=200809L
# opusenc.h includes its sister by a name without a folder
opus = $(shell $(PKG_CONFIG) --cflags libopusenc 2>/dev/null || \
	echo -I/usr/include/opus)
OPUS = $(eval OPUS := $(opus))$(OPUS)
# sections: a program holds only those functions of libgl that it calls
GL_CPPFLAGS = $(STD) -DGL_VERSION='"$(VERSION)"' -Ilib $(OPUS) -MMD -MP \
	-ffile-prefix-map=$(CURDIR)=. -ffunction-sections -fdata-sections
GL_LIBS = -lcurl -lwslay -lssl -lcrypto -lcjson -lasound -lturbojpeg -lpng -lz \
	-lyuv -lspeexdsp -lopusenc -lm

B = build
# libgl is all rooms under lib/; lib/README is their map
LIBSRC = $(sort $(wildcard lib/*.c lib/*/*.c lib/*/*/*.c))
LIBOBJ = $(LIBSRC:%.c=$B/%.o)
# APM=1: the echo canceller has a second stage, mic/apm.cc instead of
# mic/second.c
APM_PKG = webrtc-audio-processing
APM_LIBS = $(shell $(PKG_CONFIG) --libs $(APM_PKG)) -lstdc++
APM_THERE = $(shell $(PKG_CONFIG) --exists $(APM_PKG) 2>/dev/null && echo 1)
ifeq ($(APM),1)
ifeq ($(APM_THERE)$(filter deps clean,$(MAKECMDGOALS)),)
$(error APM=1 needs $(APM_PKG) 0.3, in Debian 12 \
	libwebrtc-audio-processing-dev: install that, or leave APM=1 out)
endif
LIBOBJ := $(LIBOBJ:%/mic/second.o=%/mic/apm.o)
GL_LIBS += $(APM_LIBS)
endif
PROGS = $(patsubst cmd/%.c,%,$(sort $(wildcard cmd/*.c)))
BINS = $(PROGS:%=$B/%)
UNITS = $(patsubst %.c,$B/%,$(sort $(wildcard tests/unit/*.c \
	tests/unit/*/*.c tests/unit/*/*/*.c)))
TOOLS = $(patsubst %.c,$B/%,$(wildcard tests/*.c))
EXTRA = $B/tests/alsa/libgltest.so $B/tests/v4l2/libgltestcam.so \
	$B/tests/tls/libreadahead.so
BENCH = $(patsubst %.c,$B/%,$(wildcard tests/bench/*.c))
FUZZ = $(patsubst %.c,$B/%,$(wildcard tests/fuzz/*.c))
TESTS = $(sort $(wildcard tests/pipeline/*.t tests/fault/*.t tests/hostile/*.t))

all: $(BINS)

$B/libgl.a: $(LIBOBJ) $B/.apm$(APM)
	@rm -f $@
	$(AR) qcs $@ $(LIBOBJ)

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(GL_CPPFLAGS) $(CPPFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -c -o $@ $<

$B/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) -std=c++11 -Ilib -MMD -MP -ffile-prefix-map=$(CURDIR)=. \
	    $$($(PKG_CONFIG) --cflags $(APM_PKG)) $(CPPFLAGS) -Wall -Wextra \
	    -Wno-unused-parameter $(HARDEN) $(CFLAGS) -c -o $@ $<

# with or without it: another libgl
$B/.apm$(APM):
	@mkdir -p $B && rm -f $B/.apm $B/.apm1 && touch $@

LINK = $(CC) $(HARDEN) $(CFLAGS) $(HARDEN_LD) $(LDFLAGS) -Wl,--as-needed \
	-Wl,--gc-sections -o $@ $^ $(LDLIBS) $(GL_LIBS)
$(BINS): $B/%: $B/cmd/%.o $B/libgl.a
	$(LINK)
$(UNITS) $(TOOLS) $(BENCH): %: %.o $B/libgl.a
	$(LINK)
# the same test behind the second stage, where its library is installed
TWO = $(if $(APM_THERE),$B/tests/two/second)
$(TWO): $B/tests/unit/mic/second.o $B/lib/mic/apm.o $B/libgl.a
	@mkdir -p $(@D)
	$(LINK) $(APM_LIBS)
$(FUZZ): %: %.o $B/tests/fuzz/main/replay.o $B/libgl.a
	$(LINK)

# loaded by programs of any build, so never with a sanitizer
$B/tests/alsa/libgltest.so: tests/alsa/gltest.c
	@mkdir -p $(@D)
	$(CC) $(STD) -D_GNU_SOURCE -DPIC -fPIC -shared $(WARN) -O2 -g \
	    -o $@ $< -lasound

$B/tests/v4l2/libgltestcam.so: tests/v4l2/gltestcam.c
	@mkdir -p $(@D)
	$(CC) $(STD) -fPIC -shared $(WARN) -O2 -g -o $@ $< -ldl

$B/tests/tls/libreadahead.so: tests/tls/readahead.c
	@mkdir -p $(@D)
	$(CC) $(STD) -D_GNU_SOURCE -fPIC -shared $(WARN) -O2 -g -o $@ $< -lssl -ldl

# everything that the tests need, built
test-build: all $(UNITS) $(TWO) $(TOOLS) $(FUZZ) $(EXTRA)

check: test-build
	B=$(CURDIR)/$B sh tests/run $(UNITS) $(TWO) $(TESTS)

check-san:
	ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1 \
	$(MAKE) check B=build/san HARDEN= CFLAGS="-O1 -g -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined"

# one after the other: npm cannot install twice at once into one folder
check-interop: test-build
	B=$(CURDIR)/$B GL_JOBS=1 sh tests/run $(sort $(wildcard tests/interop/*.t))

# each decoder under libFuzzer, FUZZ_SECONDS each, from seeds that the programs
# and the zoos make
FUZZ_SECONDS = 20
FUZZ_WITH = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
fuzz: test-build
	[ -d build/fuzz/json.corpus ] || \
	    B=$(CURDIR)/$B sh tests/fuzz/seeds.sh build/fuzz
	$(MAKE) build/fuzz/libgl.a B=build/fuzz CC=clang HARDEN= \
	    CFLAGS="$(FUZZ_WITH) -fsanitize=fuzzer-no-link"
	@for f in $(wildcard tests/fuzz/*.c); do n=$$(basename $$f .c); \
	clang $(GL_CPPFLAGS) $(FUZZ_WITH) -fsanitize=fuzzer \
	    -o build/fuzz/$$n $$f build/fuzz/libgl.a -Wl,--as-needed \
	    $(GL_LIBS) && echo "fuzz: $$n" && \
	mkdir -p build/fuzz/$$n.corpus && build/fuzz/$$n -timeout=10 \
	    -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	    build/fuzz/$$n.corpus tests/data || exit 1; done

lint:
	sh tests/lint

bench-build: $(BENCH)

bench: test-build bench-build
	B=$(CURDIR)/$B sh tests/bench/run

demo: all
	B=$(CURDIR)/$B sh examples/demo.sh

# what is missing, installed; for the demonstration alone not what tests need
deps:
	sh tests/deps $(if $(filter check%,$(MAKECMDGOALS)),all,$(if \
	    $(filter demo,$(MAKECMDGOALS)),build,all))

# where the shells look for completions
BASHDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISHDIR = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
DOCDIR = $(DESTDIR)$(PREFIX)/share/doc/gl

# for systemd
SERVICES = $(notdir $(wildcard examples/jobs/*.service examples/jobs/*.timer))

install: all
	@mkdir -p $(DESTDIR)$(PREFIX)/bin && test -w $(DESTDIR)$(PREFIX)/bin || { \
	    echo "install: $(DESTDIR)$(PREFIX) cannot be written: sudo make" \
	    "install, or make install PREFIX=\$$HOME/.local" >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 755 $(BINS) $(DESTDIR)$(PREFIX)/bin
	for m in man/*.[157]; do install -m 644 $$m \
	    $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}; done
	install -d $(BASHDIR) $(ZSHDIR) $(FISHDIR)
	install -m 644 examples/completions/gl.zsh $(ZSHDIR)/_gl
	for p in $(PROGS); do install -m 644 examples/completions/gl.bash \
	    $(BASHDIR)/$$p && install -m 644 examples/completions/gl.fish \
	    $(FISHDIR)/$$p.fish || exit; done
	install -d $(DOCDIR)
	cp -R examples $(DOCDIR)
	for u in $(SERVICES); do install -D -m 644 examples/jobs/$$u \
	    $(DESTDIR)$(PREFIX)/lib/systemd/user/$$u; done

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(PROGS)) $(ZSHDIR)/_gl \
	    $(PROGS:%=$(BASHDIR)/%) $(PROGS:%=$(FISHDIR)/%.fish)
	rm -rf $(DOCDIR)/examples
	for m in man/*.[157]; do rm -f \
	    $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/}; done
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/gl
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/lib/systemd/user/,$(SERVICES))

# What is published: the sources of HEAD, the list of libraries, their sums, and
# with SIGN="gpg --armor --detach-sign" a signature of the sums.  The same bytes
# each time.
DIST = gl-$(VERSION)
dist:
	@mkdir -p $B/dist
	git -c tar.umask=0022 archive --prefix=$(DIST)/ HEAD | gzip -9n \
	    >$B/dist/$(DIST).tar.gz
	sh tests/sbom $(VERSION) $$(git log -1 --format=%ct) \
	    >$B/dist/$(DIST).cdx.json
	cd $B/dist && sha256sum $(DIST).tar.gz $(DIST).cdx.json \
	    >$(DIST).SHA256SUMS
	$(if $(SIGN),cd $B/dist && $(SIGN) $(DIST).SHA256SUMS)

clean:
	rm -rf build

-include $(shell find $B -name '*.d' 2>/dev/null)
.PHONY: all check check-san check-interop fuzz lint bench demo deps install \
	uninstall dist clean test-build bench-build
.SECONDARY:
