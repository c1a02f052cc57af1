# SPDX-License-Identifier: MIT
# rv: labelled synthetic datasets with Blender. `make help` lists the targets.

VERSION := 0.1.0

# Where things go: the usual variables, all overridable.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/rv
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d

# MODE: release (default), debug, asan (with ubsan), tsan. Each has a directory of its own below build/.
MODE ?= release
B := build/$(MODE)

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

## ---- configuration ------------------------------------------------------------------------------------------------

PKGS := libpng libdeflate OpenEXR libavformat libavcodec libswscale libavutil libzstd libcrypto
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
	-Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough -Wcast-qual
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
MODE_CFLAGS_release := -O2 -g $(HARDEN)
MODE_CFLAGS_debug := -O0 -g3 -fPIE
MODE_CFLAGS_asan := -O1 -g -fPIE -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_CFLAGS_tsan := -O1 -g -fPIE -fno-omit-frame-pointer -fsanitize=thread -fno-sanitize-recover=all
ifeq ($(origin MODE_CFLAGS_$(MODE)),undefined)
$(error MODE=$(MODE): release, debug, asan or tsan)
endif

ALL_CFLAGS := -std=gnu17 $(MODE_CFLAGS_$(MODE)) $(WARNINGS) -pthread -include tools/lib/prelude.h -Itools/lib -Itools \
	-DRV_VERSION='"$(VERSION)"' -ffile-prefix-map=$(CURDIR)/= $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(MODE_CFLAGS_$(MODE)) -pthread -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

# Third-party flags reach only the one file that knows the library, its libraries only the tools that need them.
CFLAGS_png := $(call pkg,--cflags,libpng libdeflate)
CFLAGS_exr := $(call pkg,--cflags,OpenEXR libdeflate)
CFLAGS_video := $(call pkg,--cflags,libavformat libavcodec libswscale libavutil)
CFLAGS_zst := $(call pkg,--cflags,libzstd)
CFLAGS_hash := $(call pkg,--cflags,libcrypto)
LIBS_jq := -ljq
LIBS_png := $(call pkg,--libs,libpng libdeflate)
LIBS_exr := -lOpenEXRCore $(call pkg,--libs,libdeflate)
LIBS_video := $(call pkg,--libs,libavformat libavcodec libswscale libavutil)
LIBS_zst := $(call pkg,--libs,libzstd)
LIBS_hash := $(call pkg,--libs,libcrypto)

## ---- what is linked into what -------------------------------------------------------------------------------------

LIB := err diag alloc str parse rng rle image sig file spawn taskq scan json record lines idset options progress tool \
	hash png exr video zst tar
TOOLS := rv-seed rv-gen rv-blend rv-mask rv-mux rv-verify rv

OBJS_rv-seed := rv-seed seed/dist seed/sobol
OBJS_rv-gen := rv-gen
OBJS_rv-blend := rv-blend blend/worker blend/pool blend/sample blend/locate
OBJS_rv-mask := rv-mask mask/labels mask/preview
OBJS_rv-mux := rv-mux sink/sink sink/dataset sink/coco sink/webdataset sink/video sink/sheet
OBJS_rv-verify := rv-verify verify/sample verify/dataset
OBJS_rv := rv

LIBS_rv-seed := -lm $(LIBS_jq)
LIBS_rv-gen := $(LIBS_jq)
LIBS_rv-blend := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)
LIBS_rv-mask := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)
LIBS_rv-mux := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)
LIBS_rv-verify := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)
LIBS_rv := $(LIBS_jq)

## ---- build --------------------------------------------------------------------------------------------------------

.PHONY: all
all: $(TOOLS:%=$(B)/bin/%) ## build the tools (MODE=release|debug|asan|tsan)

# Rewritten only when the flags change; every object depends on it.
$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(CC) $(subst ','\'',$(ALL_CFLAGS)) $(ALL_LDFLAGS) $(CFLAGS_png) $(CFLAGS_exr) $(CFLAGS_video)' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(B)/%.o: tools/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) $(ALL_CFLAGS) $(CFLAGS_$(notdir $*)) -MMD -MP -c -o $@ $<

$(B)/librv.a: $(LIB:%=$(B)/lib/%.o)
	$(Q_AR)rm -f $@ && $(AR) rcsD $@ $^

define TOOL_RULE
$(B)/bin/$(1): $(OBJS_$(1):%=$(B)/%.o) $(B)/librv.a
	@mkdir -p $$(@D)
	$$(Q_LD)$$(CC) $$(ALL_LDFLAGS) -o $$@ $(OBJS_$(1):%=$(B)/%.o) $(B)/librv.a $$(LIBS_$(1))
endef
$(foreach tool,$(TOOLS),$(eval $(call TOOL_RULE,$(tool))))

# Unit tests: one program, one file per module.
UNIT := $(sort $(basename $(notdir $(wildcard tests/unit/*.c))))
$(B)/unit/%.o: tests/unit/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -c -o $@ $<
UNIT_EXTRA := seed/dist seed/sobol mask/labels mask/preview
$(B)/bin/rv-unit: $(UNIT:%=$(B)/unit/%.o) $(UNIT_EXTRA:%=$(B)/%.o) $(B)/librv.a
	@mkdir -p $(@D)
	$(Q_LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)

ifneq ($(V),1)
Q_CC = @echo "  CC   $@";
Q_LD = @echo "  LD   $@";
Q_AR = @echo "  AR   $@";
endif

-include $(wildcard $(B)/*.d $(B)/*/*.d)

## ---- tests --------------------------------------------------------------------------------------------------------

TESTS ?=
FILTER ?=

.PHONY: check
check: all $(if $(UNIT),$(B)/bin/rv-unit) ## run all tests, or TESTS="unit rv-seed" FILTER=REGEX; check-NAME: one suite
	@RV_BIN=$(B)/bin tests/run.sh $(if $(FILTER),-f '$(FILTER)') $(TESTS)

check-%: all $(if $(UNIT),$(B)/bin/rv-unit)
	@RV_BIN=$(B)/bin tests/run.sh $(if $(FILTER),-f '$(FILTER)') $*

## ---- cleanup ------------------------------------------------------------------------------------------------------

.PHONY: clean help FORCE
clean: ## remove build/
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

FORCE:
