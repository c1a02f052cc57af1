# SPDX-License-Identifier: MIT
# Datasets as targets of make: include this file in a Makefile that says what they are made of.
#
#     datasets    := train test
#     shards      := 8
#     blend       := --resolution 512,384 --samples 64
#     train.scene := scene.py
#     train.seed  := rand 800 --key 1
#     test.scene  := scene.py
#     test.seed   := rand 200 --key 2
#     include /usr/local/share/rv/pipelines/dataset.mk
#
#     make -j4            all datasets, four shards at a time; again: only what is out of date
#     make train          one of them: build/train/dataset
#     make page           a page to look at each: build/NAME/page/html/index.html
#     make clean-failed   forget the shards that have samples with an error: the next make tries these samples again
#
# A setting stands for all datasets (shards) or for one (train.shards):
#
#     scene       the script or .blend file
#     seed        operands and options of rv-seed; the number of samples must be known, and be no less than that of shards
#     gen         options and command of rv-gen, which comes before rv-blend; none: no rv-gen
#     blend mask  options of rv-blend (default: -j1, a shard is one Blender) and of rv-mask
#     mux         options of rv-mux
#     cwd         the root of scene and assets (default: the scene's folder)
#     shards      how many parts are made apart (default: 4)
#     needs       further files that samples depend on, such as the program of rv-gen
#     ok_errors   so many samples of a dataset may carry an error (default: 0): with more it is made, and make fails
#
# `out` (default: build) is where everything goes:
#
#     NAME/samples/ID/      the samples, shared by all shards
#     NAME/parts/I.jsonl    the records of shard I; I.d the files that its samples depend on, as their markers name them;
#                           I.failed the samples with an error, a line each
#     NAME/dataset/         what rv-mux makes of the parts
#
# make asks when a file was written, rv-blend what it holds: a shard whose scene was only touched renders nothing again.
# Needs GNU make 4, bash and jq; the tools are found in PATH.

ifndef datasets
$(error dataset.mk: 'datasets' names none)
endif
out ?= build


.PHONY: datasets page clean-failed rv-force $(datasets)
.DEFAULT_GOAL := datasets
datasets: $(datasets)

# $(call rv-setting,NAME,SETTING,DEFAULT)
rv-is-set = $(filter-out undefined,$(origin $1))
rv-setting = $(strip $(if $(call rv-is-set,$1.$2),$($1.$2),$(if $(call rv-is-set,$2),$($2),$3)))
rv-shards = $(shell seq 0 $$(($(call rv-setting,$1,shards,4) - 1)))
rv-parts = $(patsubst %,$(out)/$1/parts/%.jsonl,$(call rv-shards,$1))

# $(call rv-records,NAME,SHARD): the command that writes the records of a part. Whatever samples fail, it succeeds.
rv-records = rv-seed $(call rv-setting,$1,seed) --shard $2/$(call rv-setting,$1,shards,4) \
	$(if $(call rv-setting,$1,gen),| rv-gen --ok-errors 100% --gen-dir $(out)/$1/generated $(call rv-setting,$1,gen)) \
	| rv-blend --ok-errors 100% -o $(out)/$1/samples --share $(if $(call rv-setting,$1,cwd),--cwd $(call rv-setting,$1,cwd)) \
	$(call rv-setting,$1,blend,-j1) -- $(call rv-setting,$1,scene) \
	| rv-mask --ok-errors 100% --expect all $(call rv-setting,$1,mask)
rv-dataset = rv-mux --ok-errors 100% $(call rv-setting,$1,mux) -o $(out)/$1/dataset

# The files of the samples in a part, as a rule for make: those that are missing count when they appear, of a pattern its
# folder. $(1): the dataset.
define rv-depend
{ jq -r 'select(.error | not) | .dir + "/.rv-blend.json"' "$@.new" | xargs -d '\n' -r jq -r '.deps[][0]'; \
	jq -r '.run.deps[]?' "$@.new"; } | sort -u | while IFS= read -r path; do \
	case $$path in /*) ;; *) path=$(or $(call rv-setting,$1,cwd),$(patsubst %/,%,$(dir $(call rv-setting,$1,scene))))/$$path ;; esac; \
	case $$path in */) path=$${path%%[*?[]*}; path=$${path%/*} ;; esac; \
	name=$$(sed 's/[][ #:?*\\]/\\&/g; s/\$$/&&/g' <<<"$$path"); \
	if [ -e "$$path" ]; then printf '$@: %s\n%s:\n' "$$name" "$$name"; else printf '$@: $$(wildcard %s)\n' "$$name"; fi; \
	done >$(@:.jsonl=.d)
endef

define rv-rules
$(foreach setting,scene seed,$(if $(call rv-setting,$1,$(setting)),,$(error dataset.mk: '$1.$(setting)' is not set)))
$(call rv-parts,$1): SHELL := /bin/bash
$(call rv-parts,$1): $(out)/$1/parts/%.jsonl: $(out)/$1/parts/settings $(call rv-setting,$1,scene) $(call rv-setting,$1,needs)
	@echo "$1: shard $$* of $(call rv-setting,$1,shards,4)"
	@set -eo pipefail; $$(call rv-records,$1,$$*) >$$@.new; \
	jq -r 'select(.error) | "\(.id): \(.error.message | split("\n")[0])"' $$@.new >$$(@:.jsonl=.failed); \
	$$(call rv-depend,$1); mv $$@.new $$@

# Written when it is another one only, and then everything is out of date.
$(out)/$1/parts/settings: export RV_SETTINGS = $$(call rv-records,$1,I)
$(out)/$1/settings: export RV_SETTINGS = $$(rv-dataset)
$(out)/$1/parts/settings $(out)/$1/settings: rv-force
	@mkdir -p $$(@D); printf '%s\n' "$$$$RV_SETTINGS" | cmp -s - $$@ || printf '%s\n' "$$$$RV_SETTINGS" >$$@

$(out)/$1/dataset/manifest.jsonl: $(call rv-parts,$1) $(out)/$1/settings
	@cat $(call rv-parts,$1) | $(call rv-dataset,$1) >$(out)/$1/records.jsonl
$(out)/$1/page/html/index.html: $(call rv-parts,$1)
	@cat $(call rv-parts,$1) | rv-mux --ok-errors 100% --format html -o $(out)/$1/page >/dev/null

# The last word: what failed.
$1: $(out)/$1/dataset/manifest.jsonl
	@cat $(patsubst %.jsonl,%.failed,$(call rv-parts,$1)) | awk '{ print "$1: " $$$$0 } END { \
		if (NR > 0) printf "$1: %d failed; \"make clean-failed\" and make tries again\n", NR; \
		exit NR > $(call rv-setting,$1,ok_errors,0) }' >&2
endef
$(foreach name,$(datasets),$(eval $(call rv-rules,$(name))))

page: $(patsubst %,$(out)/%/page/html/index.html,$(datasets))

clean-failed:
	@find $(patsubst %,$(out)/%/parts,$(datasets)) -name '*.failed' -size +0 2>/dev/null | sed 's/failed$$/jsonl/' | xargs -r rm -f

-include $(patsubst %,$(out)/%/parts/*.d,$(datasets))
