/* SPDX-License-Identifier: MIT */
/* Fuzzes the checker of shards, and with it the reader of samples and the checkers of pictures: whatever is in an
 * archive is found or not, but never taken for a failure of the machine. Checksums of headers are made right before,
 * as a fuzzer finds none. */
#include "fuzz.h"

#include <string.h>

#include "verify/format.h"

#define BLOCK_BYTES ((size_t)512)
#define SIZE_AT 124
#define SUM_AT 148
#define MAGIC_AT 257

/* Sets the checksums of what looks like headers. */
static void set_checksums(struct rv_str *archive)
{
	for (size_t at = 0; at + BLOCK_BYTES <= archive->len;) {
		char *const block = archive->ptr + at;
		unsigned sum = 8 * ' ';
		at += BLOCK_BYTES;
		if (memcmp(block + MAGIC_AT, "ustar", 5) != 0) {
			continue;
		}
		for (size_t i = 0; i < BLOCK_BYTES; i++) {
			sum += i < SUM_AT || i >= SUM_AT + 8 ? (unsigned char)block[i] : 0;
		}
		snprintf(block + SUM_AT, 8, "%06o", sum);
		block[SUM_AT + 7] = ' ';
		char size[13] = "";
		memcpy(size, block + SIZE_AT, 12);
		const size_t data_bytes = strtoull(size, NULL, 8);
		at += data_bytes < archive->len ? (data_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES : 0;
	}
}

/* As verify/dataset.c does it with a dataset of one shard; adds to problems. */
static void check_shard(struct verify_item *item, struct verify_problems *problems)
{
	const struct verify_class *const class = verify_classes[FORMAT_ID_webdataset];
	const struct verify_rules rules = { .min_area_px = 1 };
	const struct verify_manifest_head head = { .has[FORMAT_ID_webdataset] = true, .n_samples = 1 };
	const struct verify_context context = { .rules = &rules,
		                                .census = verify_census_new(false),
		                                .compares_pictures = true };
	enum verify_tells tell_what[FORMAT_IDS] = { [FORMAT_ID_webdataset] = VERIFY_TELLS_PICTURES };
	struct rv_err err = RV_ERR_INIT;
	void *const state = class->open(&context);
	FUZZ_CHECK(class->file(state, item, &err) == 0);
	FUZZ_CHECK(class->take(state, item, &err) == 0);
	FUZZ_CHECK(verify_census_compare(context.census, &head, tell_what, problems, &err) == 0);
	class->free(state);
	verify_census_free(context.census);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str archive = RV_STR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct verify_item item = { .path = "webdataset/shard-000000.tar",
		                    .row = &format_all[FORMAT_ID_webdataset]->paths[0],
		                    .source = &source,
		                    .problems = &problems };
	rv_str_append(&archive, data, len);
	set_checksums(&archive);
	rv_source_open_memory(&source, item.path, archive.ptr, archive.len);
	FUZZ_CHECK(format_match(item.row->layout, item.path, &item.place));
	check_shard(&item, &problems);
	for (size_t i = 0; i < problems.len; i++) {
		FUZZ_CHECK(problems.items[i].message[0] != '\0');
	}
	rv_source_close(&source);
	verify_problems_release(&problems);
	rv_str_release(&archive);
	return 0;
}
