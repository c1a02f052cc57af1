/* SPDX-License-Identifier: MIT */
/* Fuzzes the markers of a sample as rv-blend reads them, '-' first: that of rv-mask. Whatever they hold, a file is
 * nobody else's only when it is listed; looking changes nothing; no marker fits that is of another key. */
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "blend/marker.h"
#include "marked.h"
#include "file.h"
#include "sandbox.h"
#include "vocabulary.h"

#define KEY "0123456789012345678901234567890123456789012345678901234567890123"

static void put(const char *dir, const char *name, const void *bytes, size_t len)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	FUZZ_CHECK(rv_file_write_unseen(path.ptr, bytes, len, NULL) == 0);
	rv_str_release(&path);
}

static void look(const char *dir, bool is_listed)
{
	struct rv_place place;
	struct rv_err err = RV_ERR_INIT;
	const int status = rv_place_open(&place, dir, "it", &rv_sample_owner, false, &err);
	FUZZ_CHECK(status < 0 || (place.is_there && is_listed));
	FUZZ_CHECK(status == 0 || err.code == RV_E_TAKEN);
	rv_place_close(&place);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *dir;
	const bool is_mask = len > 0 && data[0] == '-';
	const struct blend_sample_run run = { .settings = "{}" };
	struct blend_marker marker;
	struct rv_str how = RV_STR_INIT;
	dir = dir ? dir : fuzz_directory();
	put(dir, RV_BLEND_MARKER, is_mask ? "{\"version\":2,\"files\":[]}" : (const char *)data, is_mask ? 24 : len);
	put(dir, RV_MASK_MARKER, is_mask ? (const char *)data + 1 : "", is_mask ? len - 1 : 0);
	put(dir, "thesis.txt", "mine", 4);
	if (blend_marker_read(&marker, dir)) {
		FUZZ_CHECK(!blend_marker_fits(&marker, &run, dir, KEY));
		blend_marker_differs(&marker, &run, "scene.py", &how);
	}
	look(dir, len > 0 && memmem(data, len, "thesis", 6));
	FUZZ_CHECK(fuzz_directory_has(dir, "thesis.txt"));
	blend_marker_release(&marker);
	rv_str_release(&how);
	return 0;
}
