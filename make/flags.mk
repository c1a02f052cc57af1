# SPDX-License-Identifier: MIT
# Compiler and linker flags: those of the mode, and those that one file or one library needs.

PKGS := libdeflate libpng OpenEXR libavformat libavcodec libswscale libavutil libzstd libcrypto freetype2
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

ALL_CFLAGS := -std=gnu17 -ffp-contract=off $(MODE_CFLAGS_$(MODE)) $(WARNINGS) -pthread -include tools/lib/prelude.h \
	-iquote tools/lib -iquote tools -DRV_VERSION='"$(VERSION)"' -ffile-prefix-map=$(CURDIR)/= $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(MODE_CFLAGS_$(MODE)) -pthread -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

# Flags of one file, by its path below tools/. Loops over pixels and texts are worth the compiler's best; the flags of a
# third-party library reach only the file that knows it.
PIXELS_release := -O3
PIXELS := $(PIXELS_$(MODE))
$(foreach f,lib/png lib/png_decode lib/png_write lib/deflate lib/exr lib/exr_file lib/exr_write,\
	$(eval CFLAGS_$(f) := $(call pkg,--cflags,libdeflate) $(PIXELS)))
$(foreach f,lib/exr_zip lib/scan_text lib/polygon lib/polygon_fill lib/ssim \
		$(patsubst tools/%.c,%,$(wildcard tools/mask/pixels/*.c tools/verify/score/*.c)),\
	$(eval CFLAGS_$(f) := $(PIXELS)))
CFLAGS_lib/png_foreign := $(call pkg,--cflags,libpng)
CFLAGS_lib/exr_core := $(call pkg,--cflags,OpenEXR)
$(foreach f,video video_av video_check video_frame video_jpeg video_read video_still,\
	$(eval CFLAGS_lib/$(f) := $(call pkg,--cflags,libavformat libavcodec libswscale libavutil)))
CFLAGS_lib/zst := $(call pkg,--cflags,libzstd)
CFLAGS_lib/hash := $(call pkg,--cflags,libcrypto)
FONT ?= /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
CFLAGS_lib/draw := $(call pkg,--cflags,freetype2) -DRV_FONT='"$(FONT)"'

# What a module of lib needs to be linked.
LIBS_jq := -ljq -lm
LIBS_png := $(call pkg,--libs,libdeflate libpng)
LIBS_exr := -lOpenEXRCore $(call pkg,--libs,libdeflate)
LIBS_zst := $(call pkg,--libs,libzstd)
LIBS_hash := $(call pkg,--libs,libcrypto)
LIBS_draw := $(call pkg,--libs,freetype2) -lm

# What a build needs is looked for once, before the first compilation, so that the answer is a package to install.
NEEDS_LIBS := $(filter all install completions test-programs fuzz-programs build/%,$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS_LIBS),)
PROBE := pkg-config --exists $(PKGS) && test -r $(FONT) && echo '\#include <jq.h>' | $(CC) $(CPPFLAGS) $(CFLAGS) -E -o /dev/null - && echo ok
ifneq ($(shell ($(PROBE)) 2>/dev/null),ok)
$(error $(shell DEPS=no CC=$(CC) tools/deps.sh build 2>&1 || :))
endif
endif
