# SPDX-License-Identifier: MIT
# What is installed, and where; completions; the archive of the source.

# One entry a file, SOURCE:TARGET:MODE; install and uninstall both read it.
BLENDER_FILES := $(sort $(wildcard blender/*.py blender/rv/*.py blender/rv/*/*.py blender/rv/py.typed blender/render-version))
EXAMPLE_FILES := $(sort $(wildcard $(addprefix examples/,*.sh *.py *.md templates.png */*.py */*.sh */*.mjs */*.md */*.blend */*.png */*.obj */*.mtl */*.ply \
	*/*.json */Makefile */*/*.py */*/*.png */*/*.md */*/Makefile */*/*/*.obj */*/*/*.mtl)))
PIPELINE_FILES := $(sort $(wildcard pipelines/*))
DOC_FILES := $(sort $(wildcard docs/*.md docs/*/*.md docs/labels/*.png docs/tasks/*.png \
	docs/video-reasoning/*.jpg docs/video-reasoning/*.webp))
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
	@printf 'help\t\t\tprint help\n' >>$@
	@for command in $$(grep -v ^- $@ | cut -f1); do { $(B)/bin/rv $$command --completions; case $$command in render) \
		for tool in blend mask mux seed; do $(B)/bin/rv-$$tool --completions | grep ^-; done ;; esac; } | \
		awk -F '\t' '!seen[$$1]++' | sed "s/^/$$command /"; done >>$@
.SECONDARY: $(TOOLS:%=$(B)/completions/%.table)

define COMPLETION_RULE
$(B)/completions/$(1).$(2): tools/completions/$(2).awk $(B)/completions/$(1).table
	$$(Q_GEN)awk -v tool=$(1) -f $$^ >$$@
endef
$(foreach t,$(TOOLS),$(foreach s,bash zsh fish,$(eval $(call COMPLETION_RULE,$(t),$(s)))))

.PHONY: completions install uninstall dist deb
completions: $(foreach t,$(TOOLS),$(foreach s,bash zsh fish,$(B)/completions/$(t).$(s)))

install: all completions ## install below PREFIX (/usr/local), DESTDIR in front
	@dir="$(DESTDIR)$(PREFIX)"; while [ ! -e "$$dir" ]; do dir=$$(dirname "$$dir"); done; [ -w "$$dir" ] || { \
		echo "cannot write to $$dir: sudo make install, or make install PREFIX=\$$HOME/.local" >&2; exit 1; }
	@IFS=:; set -f; printf '%s\n' $(INSTALLED:%='%') | while read -r source target mode; do \
		install -D -m "$$mode" "$$source" "$(DESTDIR)$$target" || exit 1; done
	@echo "installed in $(DESTDIR)$(PREFIX)"

deb: ## make Debian packages for this Debian in build/deb: apt install ./build/deb/*.deb
	+@$(MAKE) --no-print-directory -s install DESTDIR=build/deb/stage PREFIX=/usr >/dev/null
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)} \
		make/deb.sh $(VERSION) build/deb/stage build/deb

uninstall: ## remove what install put there
	@IFS=:; printf '%s\n' $(INSTALLED:%='%') | while read -r source target mode; do rm -f "$(DESTDIR)$$target"; done
	@if [ -d "$(DESTDIR)$(DATADIR)" ]; then find "$(DESTDIR)$(DATADIR)" -name __pycache__ -prune -exec rm -rf {} +; \
		find "$(DESTDIR)$(DATADIR)" -depth -type d -empty -delete; fi

dist: ## pack the committed source: the same commit gives the same bytes
	@mkdir -p build
	git archive --format=tar --prefix=rv-$(VERSION)/ HEAD | gzip -9n >build/rv-$(VERSION).tar.gz
	cd build && sha256sum rv-$(VERSION).tar.gz | tee rv-$(VERSION).tar.gz.sha256
