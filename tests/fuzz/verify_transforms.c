/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of transforms.json, as that of stills and as that of a scene: problems are told, the run goes on.
 */
#include "fuzz.h"

#include <string.h>

#include "format/transforms.h"
#include "verify/format.h"

static void read_as(const char *path, const char *name, const struct verify_context *context, const uint8_t *data,
                    size_t len)
{
	const struct verify_class *const class = verify_classes[FORMAT_ID_transforms];
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct verify_item item = { .path = path, .row = format_transforms.paths, .sha256 = "", .problems = &problems };
	struct rv_err err = RV_ERR_INIT;
	void *const state = class->open(context);
	while (strcmp(item.row->name, name) != 0) {
		item.row++;
	}
	FUZZ_CHECK(format_match(item.row->layout, path, &item.place));
	rv_source_open_memory(&source, path, data, len);
	item.source = &source;
	FUZZ_CHECK(class->file(state, &item, &err) == 0 && class->take(state, &item, &err) == 0);
	FUZZ_CHECK(class->end(state, &problems, &err) == 0);
	class->free(state);
	rv_source_close(&source);
	verify_problems_release(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct verify_census *const census = verify_census_new(false);
	const struct verify_context context = { .census = census, .compares_pictures = true };
	read_as("transforms/transforms.json", "stills", &context, data, len);
	read_as("transforms/00000001/transforms.json", "scene", &context, data, len);
	verify_census_free(census);
	return 0;
}
