# SPDX-License-Identifier: MIT
# What is built of what. Each folder of tools/ is an archive, FOLDER.a, with the objects of all its files; a tool is its
# main and the folders named here. The linker takes of an archive what is needed.

TOOLS := rv-seed rv-gen rv-blend rv-mask rv-mux rv-verify rv

FOLDERS_rv-seed := seed
FOLDERS_rv-gen := gen
FOLDERS_rv-blend := blend gen
FOLDERS_rv-mask := mask
FOLDERS_rv-mux := sink format
FOLDERS_rv-verify := verify format gen
FOLDERS_rv := porcelain blend gen

LIBS_rv-seed := $(LIBS_jq)
LIBS_rv-gen := $(LIBS_jq) $(LIBS_hash)
LIBS_rv-blend := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)
LIBS_rv-mask := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_draw)
LIBS_rv-mux := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_zst) $(LIBS_draw)
LIBS_rv-verify := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr) $(LIBS_zst)
LIBS_rv := $(LIBS_jq) $(LIBS_hash) $(LIBS_png) $(LIBS_exr)
LIBS_all := $(LIBS_rv-mux)

.PHONY: all
all: $(TOOLS:%=$(B)/bin/%) ## build the tools (MODE=release|debug|asan|tsan)

# Rewritten only when the flags change; every object depends on it.
$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(CC) $(subst ','\'',$(ALL_CFLAGS)) $(ALL_LDFLAGS) $(foreach f,png exr_core video,$(CFLAGS_lib/$(f)))' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(B)/%.o: tools/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q_CC)$(CC) $(ALL_CFLAGS) $(CFLAGS_$*) -MMD -MP -c -o $@ $<

$(B)/lib/draw.o: $(FONT) # it is built in
$(B)/sink/html_page.o: $(wildcard tools/sink/page/*) # so are these
$(B)/verify/score/flow.o: tools/verify/score/flow.py # and this

# Files below a folder of tools/, sub-folders included, in a fixed order.
SOURCES_OF = $(sort $(wildcard tools/$(1)/*.c tools/$(1)/*/*.c))
OBJECTS_OF = $(patsubst tools/%.c,$(B)/%.o,$(call SOURCES_OF,$(1)))

# An archive is made anew when a file has gone, too: the list of its sources is rewritten only when it changes.
define ARCHIVE_RULE
$(B)/$(1).objects: FORCE
	@mkdir -p $(B)
	@echo '$(call SOURCES_OF,$(1))' >$$@.new
	@cmp -s $$@.new $$@ && rm $$@.new || mv $$@.new $$@
$(B)/$(1).a: $(call OBJECTS_OF,$(1)) $(B)/$(1).objects
	$$(Q_AR)rm -f $$@ && $$(AR) rcsD $$@ $$(filter %.o,$$^)
endef
FOLDERS := $(sort $(foreach t,$(TOOLS),$(FOLDERS_$(t)))) lib
$(foreach f,$(FOLDERS),$(eval $(call ARCHIVE_RULE,$(f))))
ARCHIVES := $(FOLDERS:%=$(B)/%.a)

define TOOL_RULE
$(B)/bin/$(1): $(B)/$(1).o $(FOLDERS_$(1):%=$(B)/%.a) $(B)/lib.a
	@mkdir -p $$(@D)
	$$(Q_LD)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS_$(1))
endef
$(foreach tool,$(TOOLS),$(eval $(call TOOL_RULE,$(tool))))

ifneq ($(V),1)
Q_CC = @echo "  CC   $@";
Q_LD = @echo "  LD   $@";
Q_AR = @echo "  AR   $@";
Q_GEN = @echo "  GEN  $@";
endif

-include $(wildcard $(B)/*.d $(B)/*/*.d $(B)/*/*/*.d)
