# SPDX-License-Identifier: MIT
# Tests, benchmarks, checks of the source.

# Unit tests: one program, one file per module. All archives, those that need others first.
UNIT := $(sort $(basename $(notdir $(wildcard tests/unit/*.c))))
$(B)/unit/%.o: tests/unit/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) $(ALL_CFLAGS) -iquote tests/unit -MMD -MP -c -o $@ $<
UNIT_FOLDERS := $(filter-out lib,$(FOLDERS))
$(B)/bin/rv-unit: $(UNIT:%=$(B)/unit/%.o) $(UNIT_FOLDERS:%=$(B)/%.a) $(B)/lib.a
	@mkdir -p $(@D)
	$(Q_LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_all)

# Programs that benchmarks alone need.
$(B)/bin/bench-%: tests/bench/%.c $(B)/lib.a $(B)/flags
	$(Q_LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(B)/lib.a -lm

# make check TESTS="unit rv-seed" FILTER=REGEX DEPS=no CHECK=quick|full|soak
TESTS ?=
FILTER ?=
JOBS ?=
RUN_TESTS = RV_BIN=$(B)/bin tests/run.sh $(if $(JOBS),-j $(JOBS)) $(if $(FILTER),-f '$(FILTER)')
FULL := $(if $(filter full soak,$(CHECK))$(CI),docker tree lint site browser engines) $(if $(filter soak,$(CHECK)),soak)

# The fuzz targets run their corpora in `check`, with a main that replays files in the place of libFuzzer's.
FUZZ := $(filter-out replay,$(sort $(basename $(notdir $(wildcard tests/fuzz/*.c)))))
FUZZ_SECONDS ?= 60
FOLDERS_fuzz := porcelain blend mask seed verify gen format lib
FUZZ_MAIN = $(if $(filter fuzz,$(MODE)),,$(B)/fuzz/replay.o)
$(B)/fuzz/%.o: tests/fuzz/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/bin/fuzz-%: $(B)/fuzz/%.o $(B)/fuzz/replay.o $(FOLDERS_fuzz:%=$(B)/%.a)
	@mkdir -p $(@D)
	$(Q_LD)$(CC) $(ALL_LDFLAGS) $(if $(filter fuzz,$(MODE)),-fsanitize=fuzzer) -o $@ $< $(FUZZ_MAIN) \
		$(FOLDERS_fuzz:%=$(B)/%.a) $(LIBS_all)
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

.PHONY: check check-matrix soak soak-scale soak-lost soak-flat soak-alarms soak-dataset soak-formats bench demo fuzz asan tsan lint format format-check image docs site label-pictures
check: ## run all tests, or TESTS="unit rv-seed" FILTER=REGEX; CHECK=full adds what takes minutes, soak many; check-NAME: one suite
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
SOAK_ROUNDS ?= 100
SOAK_FAULTS ?= 2000
SOAK_SIGNALS ?= 3000
SOAK_SHARDS ?= 1000
soak: ## break the pipeline in every way for long: SOAK_SAMPLES=500 SOAK_SEED=N SOAK_BLENDER=real|fake SOAK_WITH=disk,sequences
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/soak.py --samples $(SOAK_SAMPLES) $(if $(SOAK_SEED),--seed $(SOAK_SEED)) \
		$(if $(filter fake,$(SOAK_BLENDER)),--fake) $(if $(SOAK_WITH),--with $(SOAK_WITH))

soak-lost: ## cut the power, run everything twice at once, let calls fail, send signals: SOAK_ROUNDS=100 SOAK_FAULTS=2000 SOAK_SIGNALS=3000
	+@$(MAKE) --no-print-directory test-programs
	@RV_BIN=$(B)/bin python3 tests/soak/pairs.py --rounds $(SOAK_ROUNDS)
	@RV_BIN=$(B)/bin python3 tests/soak/consume.py --rounds $(SOAK_ROUNDS)
	@RV_BIN=$(B)/bin python3 tests/soak/power.py --rounds $(SOAK_ROUNDS) || [ $$? = 77 ]
	@RV_BIN=$(B)/bin python3 tests/soak/calls.py --faults $(SOAK_FAULTS) --signals $(SOAK_SIGNALS)

soak-scale: ## 1,000 shards by workers that fail at stated rates, and the bytes of one run: SOAK_SHARDS=1000
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(abspath $(B)/bin) python3 tests/soak/scale.py --shards $(SOAK_SHARDS) --samples $$((3 * $(SOAK_SHARDS)))

soak-flat: ## memory of a worker over 10,000 samples on each Blender, and of the tools: SOAK_SAMPLES=N
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/flat.py $(if $(filter-out file,$(origin SOAK_SAMPLES)),--samples $(SOAK_SAMPLES))

soak-alarms: ## every example with all labels in many formats, of which rv-verify is to find nothing: SOAK_SAMPLES=1000
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/alarms.py $(if $(filter-out file,$(origin SOAK_SAMPLES)),--samples $(SOAK_SAMPLES))

soak-dataset: ## memory of rv-verify over a dataset of 1,000,000 samples: SOAK_SAMPLES=N
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/dataset.py $(if $(filter-out file,$(origin SOAK_SAMPLES)),--samples $(SOAK_SAMPLES))

soak-formats: ## memory of rv-mux over 1,000,000 stills and 20,000 sequences in every format at once, 60 GB: SOAK_SAMPLES=N stills alone
	+@$(MAKE) --no-print-directory all
	@RV_BIN=$(B)/bin python3 tests/soak/formats.py \
		$(if $(filter-out file,$(origin SOAK_SAMPLES)),--records $(SOAK_SAMPLES) --sequences 0)

bench: ## measure, as ratios in one run; the table goes to build/bench.md too
	@tools/deps.sh build test bench
	+@$(MAKE) --no-print-directory all $(B)/bin/bench-alike
	@RV_BIN=$(B)/bin tests/bench.sh build/bench.md $(TESTS)

demo: ## render a small labelled dataset with Blender and name its picture; asks before it installs anything
	@tools/deps.sh build demo
	+@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) all
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

docs: all ## write docs/api/ from the docstrings and examples of the Python package, and the tables that the tools tell
	python3 docs/api.py docs/api
	RV_BIN=$(B)/bin python3 docs/tables.py

site: ## build the documentation as pages for browsers in build/site
	@tools/deps.sh site
	@rm -rf build/site
	@python3 docs/site/build.py build/site
	@echo "built: build/site/index.html"

label-pictures: all ## make the pictures of docs/labels.md and docs/tasks again
	RV_BIN=$(abspath $(B)/bin) docs/labels.sh
	RV_BIN=$(abspath $(B)/bin) docs/tasks/picture.sh

image: ## build the Docker image rv-pipeline
	docker build --network host -f docker/Dockerfile --build-arg VERSION=$(VERSION) -t rv-pipeline:$(VERSION) -t rv-pipeline .
