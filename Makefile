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

# MODE: release (default), debug, asan (with ubsan), tsan, fuzz. Each has a directory of its own below build/.
MODE ?= release
B := build/$(MODE)

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

## ---- configuration ------------------------------------------------------------------------------------------------

PKGS := libdeflate OpenEXR libavformat libavcodec libswscale libavutil libzstd libcrypto
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
	-Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough -Wcast-qual
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
MODE_CFLAGS_release := -O2 -g $(HARDEN)
MODE_CFLAGS_debug := -O0 -g3 -fPIE
MODE_CFLAGS_asan := -O1 -g -fPIE -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_CFLAGS_tsan := -O1 -g -fPIE -fno-omit-frame-pointer -fsanitize=thread -fno-sanitize-recover=all
MODE_CFLAGS_fuzz := -O1 -g -fPIE -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
ifeq ($(origin MODE_CFLAGS_$(MODE)),undefined)
$(error MODE=$(MODE): release, debug, asan, tsan or fuzz)
endif

ALL_CFLAGS := -std=gnu17 -ffp-contract=off $(MODE_CFLAGS_$(MODE)) $(WARNINGS) -pthread -include tools/lib/prelude.h -iquote tools/lib -iquote tools \
	-DRV_VERSION='"$(VERSION)"' -ffile-prefix-map=$(CURDIR)/= $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(MODE_CFLAGS_$(MODE)) -pthread -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

# Loops over pixels are worth the compiler's best.
PIXELS_release := -O3

# Third-party flags reach only the one file that knows the library, its libraries only the tools that need them.
CFLAGS_png := $(call pkg,--cflags,libdeflate) $(PIXELS_$(MODE))
CFLAGS_png_decode := $(CFLAGS_png)
CFLAGS_png_write := $(CFLAGS_png)
CFLAGS_deflate := $(CFLAGS_png)
CFLAGS_exr := $(CFLAGS_png)
CFLAGS_exr_file := $(CFLAGS_png)
CFLAGS_exr_write := $(CFLAGS_png)
CFLAGS_exr_zip := $(PIXELS_$(MODE))
CFLAGS_labels := $(PIXELS_$(MODE))
CFLAGS_preview := $(PIXELS_$(MODE))
CFLAGS_normals := $(PIXELS_$(MODE))
CFLAGS_flow := $(PIXELS_$(MODE))
CFLAGS_picture := $(PIXELS_$(MODE))
CFLAGS_exr_core := $(call pkg,--cflags,OpenEXR libdeflate)
CFLAGS_video := $(call pkg,--cflags,libavformat libavcodec libswscale libavutil)
CFLAGS_zst := $(call pkg,--cflags,libzstd)
CFLAGS_hash := $(call pkg,--cflags,libcrypto)
LIBS_jq := -ljq -lm
LIBS_png := $(call pkg,--libs,libdeflate)
LIBS_unit_png := $(call pkg,--libs,libpng)
LIBS_exr := -lOpenEXRCore $(call pkg,--libs,libdeflate)
LIBS_video := $(call pkg,--libs,libavformat libavcodec libswscale libavutil)
LIBS_zst := $(call pkg,--libs,libzstd)
LIBS_hash := $(call pkg,--libs,libcrypto)

## ---- what is linked into what -------------------------------------------------------------------------------------

LIB := err diag alloc str vocabulary parse rng murmur rle image sig file dir guard strays spawn run taskq machine scan scan_keys scan_text json record lines idset arena categories sample sample_files sample_annotations \
	options options_value progress tool hash deflate png png_decode png_write exr exr_file exr_header exr_zip exr_core exr_write video zst tar
TOOLS := rv-seed rv-gen rv-blend rv-mask rv-mux rv-verify rv

OBJS_rv-seed := rv-seed seed/plan seed/dist seed/sobol seed/space seed/naming
OBJS_rv-gen := rv-gen gen/workplace gen/answer
OBJS_rv-blend := rv-blend blend/script blend/passes blend/frames blend/operations blend/resume blend/locate blend/pool blend/crew \
	blend/share blend/version blend/worker blend/environment blend/request blend/reply blend/window blend/sample blend/deps \
	blend/gpus blend/jobs blend/log blend/warnings gen/workplace
OBJS_rv-mask := rv-mask mask/request mask/request_frames mask/request_key mask/bounds mask/role mask/labels mask/preview \
	mask/normals mask/flow mask/crypto mask/files mask/annotate mask/numeric mask/channels mask/scratch mask/picture \
	mask/write mask/sample
OBJS_rv-mux := rv-mux sink/sink sink/sample sink/dataset sink/sorter sink/part sink/coco sink/webdataset sink/video sink/sheet \
	sink/transforms
OBJS_rv-verify := rv-verify verify/sample verify/view verify/roles verify/numeric verify/crypto verify/meta verify/labels \
	verify/decode verify/dataset verify/manifest verify/deep verify/coco verify/transforms verify/shard verify/problems
OBJS_rv := rv porcelain/words porcelain/pipeline porcelain/dotenv porcelain/seed porcelain/session porcelain/worker \
	porcelain/render porcelain/rundir porcelain/summary porcelain/replay porcelain/settings porcelain/compare \
	porcelain/doctor porcelain/doctor_blender porcelain/doctor_system porcelain/findings porcelain/export \
	porcelain/python porcelain/preview porcelain/live porcelain/watch porcelain/publish blend/locate blend/script \
	blend/worker blend/log blend/environment blend/reply gen/workplace

LIBS_rv-seed := -lm $(LIBS_jq)
LIBS_rv-gen := $(LIBS_jq)
LIBS_rv-blend := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)
LIBS_rv-mask := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)
LIBS_rv-mux := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)
LIBS_rv-verify := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)
LIBS_rv := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)

# What a build needs is looked for once, before the first compilation, so that the answer is a package to install.
NEEDS_LIBS := $(filter all install completions test-programs fuzz-programs build/%,$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS_LIBS),)
PROBE := pkg-config --exists $(PKGS) && echo '\#include <jq.h>' | $(CC) $(CPPFLAGS) $(CFLAGS) -E -o /dev/null - && echo ok
ifneq ($(shell ($(PROBE)) 2>/dev/null),ok)
$(error $(shell DEPS=no CC=$(CC) tools/deps.sh build 2>&1 || :))
endif
endif

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
	$(Q_CC)$(CC) $(ALL_CFLAGS) -iquote tests/unit -MMD -MP -c -o $@ $<
FORMATS := $(patsubst tools/%.c,%,$(sort $(wildcard tools/format/*.c)))
UNIT_EXTRA := $(FORMATS) seed/dist seed/naming seed/sobol mask/labels mask/preview mask/role mask/normals mask/flow mask/crypto sink/sorter
$(B)/bin/rv-unit: $(UNIT:%=$(B)/unit/%.o) $(UNIT_EXTRA:%=$(B)/%.o) $(B)/librv.a
	@mkdir -p $(@D)
	$(Q_LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_unit_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)

ifneq ($(V),1)
Q_CC = @echo "  CC   $@";
Q_LD = @echo "  LD   $@";
Q_AR = @echo "  AR   $@";
Q_GEN = @echo "  GEN  $@";
endif

-include $(wildcard $(B)/*.d $(B)/*/*.d)

## ---- tests --------------------------------------------------------------------------------------------------------

# make check TESTS="unit rv-seed" FILTER=REGEX DEPS=no CHECK=full|quick
TESTS ?=
FILTER ?=
JOBS ?=
RUN_TESTS = RV_BIN=$(B)/bin tests/run.sh $(if $(JOBS),-j $(JOBS)) $(if $(FILTER),-f '$(FILTER)')
FULL := $(if $(filter full,$(CHECK))$(CI),docker tree lint)

# The fuzz targets run their corpora in `check`, with a main that replays files in the place of libFuzzer's.
FUZZ := $(filter-out replay,$(sort $(basename $(notdir $(wildcard tests/fuzz/*.c)))))
FUZZ_EXTRA :=
FUZZ_SECONDS ?= 60
FUZZ_MAIN = $(if $(filter fuzz,$(MODE)),,$(B)/fuzz/replay.o)
FUZZ_LIBS := -lm $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_video) $(LIBS_zst)
$(B)/fuzz/%.o: tests/fuzz/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/bin/fuzz-%: $(B)/fuzz/%.o $(FUZZ_EXTRA:%=$(B)/%.o) $(B)/librv.a $(B)/fuzz/replay.o
	@mkdir -p $(@D)
	$(Q_LD)$(CC) $(ALL_LDFLAGS) $(if $(filter fuzz,$(MODE)),-fsanitize=fuzzer) -o $@ $< $(FUZZ_MAIN) \
		$(FUZZ_EXTRA:%=$(B)/%.o) $(B)/librv.a $(FUZZ_LIBS)
.SECONDARY: $(FUZZ:%=$(B)/fuzz/%.o) $(B)/fuzz/replay.o

$(B)/failio.so: tests/fault/failio.c $(B)/flags
	$(Q_CC)$(CC) -std=gnu17 -O2 -g $(WARNINGS) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $< -ldl

# In a directory of its own: tests put that in LD_LIBRARY_PATH.
$(B)/nvml/libnvidia-ml.so.1: tests/fault/nvml.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) -std=gnu17 -O2 -g $(WARNINGS) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $<

.PHONY: test-programs fuzz-programs
test-programs: all completions $(if $(UNIT),$(B)/bin/rv-unit) $(FUZZ:%=$(B)/bin/fuzz-%) $(B)/failio.so $(B)/nvml/libnvidia-ml.so.1
fuzz-programs: $(FUZZ:%=$(B)/bin/fuzz-%)

.PHONY: check check-matrix soak soak-flat bench demo fuzz asan tsan lint format format-check image docs
check: ## run all tests, or TESTS="unit rv-seed" FILTER=REGEX; CHECK=full adds what takes minutes; check-NAME: one suite
	@tools/deps.sh build test $(FULL)
	+@$(MAKE) --no-print-directory test-programs
	@$(RUN_TESTS) $(TESTS)

check-%:
	@tools/deps.sh build test
	+@$(MAKE) --no-print-directory test-programs
	@$(RUN_TESTS) $*

check-matrix: ## Python tests and examples on Blender 3.4, 4.3 and 5.2; the table of features goes to build/matrix.md
	@tools/deps.sh build test tree
	+@$(MAKE) --no-print-directory test-programs
	@for kind in trixie sid; do tests/lib/debian-tree.sh $$kind-blender >/dev/null || :; done
	@RV_BIN=$(B)/bin tests/matrix.sh build/matrix.md

SOAK_SAMPLES ?= 500
soak: ## break the pipeline in every way for long: SOAK_SAMPLES=500 SOAK_SEED=N SOAK_BLENDER=real|fake SOAK_WITH=disk,sequences
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/soak.py --samples $(SOAK_SAMPLES) $(if $(SOAK_SEED),--seed $(SOAK_SEED)) \
		$(if $(filter fake,$(SOAK_BLENDER)),--fake) $(if $(SOAK_WITH),--with $(SOAK_WITH))

soak-flat: ## memory of a worker over 10,000 samples on each Blender, and of the tools: SOAK_SAMPLES=N
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/flat.py $(if $(filter-out file,$(origin SOAK_SAMPLES)),--samples $(SOAK_SAMPLES))

bench: ## measure, as ratios in one run; the table goes to build/bench.md too
	@tools/deps.sh build test bench
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin tests/bench.sh build/bench.md $(TESTS)

demo: ## render a small labelled dataset with Blender and name its picture
	@tools/deps.sh build demo
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin examples/demo.sh build/demo

asan: ## unit tests and all that needs no Blender, with address and undefined-behaviour sanitizers
	+@$(MAKE) --no-print-directory check MODE=asan CHECK=quick

tsan: ## the same with the thread sanitizer
	+@$(MAKE) --no-print-directory check MODE=tsan CHECK=quick

fuzz: ## fuzz every parser for FUZZ_SECONDS (60) each, with clang's libFuzzer
	@tools/deps.sh build lint
	+@$(MAKE) --no-print-directory fuzz-programs MODE=fuzz CC=clang
	@for name in $(FUZZ); do \
		mkdir -p build/fuzz/corpus/$$name build/fuzz/found && echo "  FUZZ $$name" && \
		build/fuzz/bin/fuzz-$$name -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
			-artifact_prefix=build/fuzz/found/$$name- build/fuzz/corpus/$$name \
			$$(test ! -d tests/fuzz/corpus/$$name || echo tests/fuzz/corpus/$$name) \
			>build/fuzz/$$name.log 2>&1 || { tail -40 build/fuzz/$$name.log; exit 1; }; \
		grep -E 'number_of_executed_units|peak_rss' build/fuzz/$$name.log; done

lint: ## warnings as errors with gcc and clang, layers, headers, shell, man pages, Python
	@tools/deps.sh build test lint
	+@$(MAKE) --no-print-directory test-programs
	@CHECK=full $(RUN_TESTS) lint

C_FILES = $(shell git ls-files '*.c' '*.h')
PY_FILES = $(shell git ls-files '*.py')
format: ## lay out the C and Python files
	clang-format -i $(C_FILES)
	black -q -l 100 $(PY_FILES)

format-check: ## say where `make format` would change something
	clang-format --dry-run -Werror $(C_FILES)
	black -q -l 100 --check --diff $(PY_FILES)

docs: ## write docs/api.md from the docstrings of the Python package
	python3 docs/api.py >docs/api.md.new && mv docs/api.md.new docs/api.md

image: ## build the Docker image rv-pipeline
	docker build --network host -f docker/Dockerfile -t rv-pipeline:$(VERSION) -t rv-pipeline .

## ---- installation -------------------------------------------------------------------------------------------------

# One entry a file, SOURCE:TARGET:MODE; install and uninstall both read it.
BLENDER_FILES := $(sort $(wildcard blender/*.py blender/rv/*.py blender/rv/*/*.py blender/rv/py.typed))
EXAMPLE_FILES := $(sort $(wildcard $(addprefix examples/,*.sh *.py *.md */*.py */*.md */*.blend */*.png */*/*.py)))
PIPELINE_FILES := $(sort $(wildcard pipelines/*))
DOC_FILES := $(sort $(wildcard docs/*.md))
MAN_FILES := $(sort $(wildcard tools/man/*.[1-9]))
INSTALLED := \
	$(foreach t,$(TOOLS),$(B)/bin/$(t):$(BINDIR)/$(t):755) \
	$(foreach f,$(MAN_FILES),$(f):$(MANDIR)/man$(subst .,,$(suffix $(f)))/$(notdir $(f)):644) \
	$(foreach f,$(BLENDER_FILES),$(f):$(DATADIR)/$(f):644) \
	$(foreach f,$(EXAMPLE_FILES) $(PIPELINE_FILES) $(DOC_FILES),$(f):$(DATADIR)/$(f):$(if $(filter %.sh,$(f)),755,644)) \
	$(foreach t,$(TOOLS),$(B)/completions/$(t).bash:$(BASHCOMPDIR)/$(t):644) \
	$(foreach t,$(TOOLS),$(B)/completions/$(t).zsh:$(ZSHCOMPDIR)/_$(t):644) \
	$(foreach t,$(TOOLS),$(B)/completions/$(t).fish:$(FISHCOMPDIR)/$(t).fish:644)

# A table of the options of each tool; that of rv has those of all its commands, which are the tools, too.
$(B)/completions/%.table: $(B)/bin/%
	@mkdir -p $(@D)
	@$< --completions >$@
$(B)/completions/rv.table: $(TOOLS:%=$(B)/bin/%)
	@mkdir -p $(@D)
	@$(B)/bin/rv --completions >$@
	@for command in $$(grep -v ^- $@ | cut -f1); do $(B)/bin/rv $$command --completions | sed "s/^/$$command /"; done >>$@
.SECONDARY: $(TOOLS:%=$(B)/completions/%.table)

define COMPLETION_RULE
$(B)/completions/$(1).$(2): tools/completions/$(2).awk $(B)/completions/$(1).table
	$$(Q_GEN)awk -v tool=$(1) -f $$^ >$$@
endef
$(foreach t,$(TOOLS),$(foreach s,bash zsh fish,$(eval $(call COMPLETION_RULE,$(t),$(s)))))

.PHONY: completions install uninstall dist
completions: $(foreach t,$(TOOLS),$(foreach s,bash zsh fish,$(B)/completions/$(t).$(s)))

install: all completions ## install below PREFIX (/usr/local), DESTDIR in front
	@IFS=:; set -f; printf '%s\n' $(INSTALLED:%='%') | while read -r source target mode; do \
		install -D -m "$$mode" "$$source" "$(DESTDIR)$$target" || exit 1; done
	@echo "installed in $(DESTDIR)$(PREFIX)"

uninstall: ## remove what install put there
	@IFS=:; printf '%s\n' $(INSTALLED:%='%') | while read -r source target mode; do rm -f "$(DESTDIR)$$target"; done
	@if [ -d "$(DESTDIR)$(DATADIR)" ]; then find "$(DESTDIR)$(DATADIR)" -name __pycache__ -prune -exec rm -rf {} +; \
		find "$(DESTDIR)$(DATADIR)" -depth -type d -empty -delete; fi

dist: ## pack the committed source: the same commit gives the same bytes
	@mkdir -p build
	git archive --format=tar --prefix=rv-$(VERSION)/ HEAD | gzip -9n >build/rv-$(VERSION).tar.gz
	cd build && sha256sum rv-$(VERSION).tar.gz | tee rv-$(VERSION).tar.gz.sha256

## ---- cleanup ------------------------------------------------------------------------------------------------------

.PHONY: clean help print-config FORCE
clean: ## remove build/
	rm -rf build

print-config: ## say what was decided
	@printf '%-10s %s\n' version '$(VERSION)' mode '$(MODE)' prefix '$(PREFIX)' \
		compiler "$$($(CC) --version 2>/dev/null | head -n1)" cflags '$(subst ','\'',$(ALL_CFLAGS))' ldflags '$(ALL_LDFLAGS)'
	@for name in $(PKGS); do printf '%-10s %s\n' "$$name" "$$(pkg-config --modversion $$name 2>/dev/null || echo missing)"; done
	@printf '%-10s %s\n' blender "$$(blender --version 2>/dev/null | head -n1)"

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

FORCE:
