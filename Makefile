# SPDX-License-Identifier: MIT
# rv: labelled synthetic datasets with Blender. `make help` lists the targets.

VERSION := 0.2.0

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

include make/flags.mk
include make/build.mk
include make/tests.mk
include make/install.mk

.PHONY: clean help print-config FORCE
clean: ## remove build/
	rm -rf build

print-config: ## say what was decided
	@printf '%-10s %s\n' version '$(VERSION)' mode '$(MODE)' prefix '$(PREFIX)' \
		compiler "$$($(CC) --version 2>/dev/null | head -n1)" cflags '$(subst ','\'',$(ALL_CFLAGS))' ldflags '$(ALL_LDFLAGS)'
	@for name in $(PKGS); do printf '%-10s %s\n' "$$name" "$$(pkg-config --modversion $$name 2>/dev/null || echo missing)"; done
	@printf '%-10s %s\n' blender "$$(blender --version 2>/dev/null | head -n1)"

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile make/*.mk | expand -t 14

FORCE:
