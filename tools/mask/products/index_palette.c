/* SPDX-License-Identifier: MIT */
/* The index map as a picture with a palette, as DAVIS and YouTube-VOS have it: numbers for programs, colours for
 * people. */
#include <inttypes.h>
#include <stdatomic.h>

#include "diag.h"
#include "mask/job.h"
#include "mask/pixels/take.h"
#include "palette.h"
#include "png.h"

#define INDEX_MAX 253 /* some readers take 254 for void, too */
#define VOID 255

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "palette",
	  .value = &asked,
	  .help = "also write IndexPalette.png: the object's index as a PNG with a palette, as DAVIS has it" },
	{ .kind = RV_OPT_END },
};

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_palette palette = rv_palette_deal(&request->sample, arena);
	uint8_t(*const colours)[3] = rv_arena_alloc(arena, RV_PNG_COLOURS, sizeof(*colours));
	for (uint32_t i = 0; i <= INDEX_MAX; i++) {
		rv_palette_of(&palette, i, colours[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		colours[VOID][i] = 255;
	}
	*data = colours;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)request;
	rv_json_put_bytes(out, NULL, data, (size_t)RV_PNG_COLOURS * 3);
}

static void warn_of(const struct mask_job *job, uint32_t index)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	if (!atomic_flag_test_and_set(&warned)) {
		rv_warn("'%s': index %" PRIu32 " is above %d: it is %d, which is void, in IndexPalette.png",
		        job->request->sample.dir, index, INDEX_MAX, VOID);
	}
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const grey = &job->scratch->grey;
	uint8_t *const table = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*table));
	struct rv_str bytes = RV_STR_INIT;
	for (size_t i = 0; labels && i < labels->len; i++) {
		const uint32_t index = labels->items[i].index;
		table[index] = index <= INDEX_MAX ? (uint8_t)index : VOID;
		if (index > INDEX_MAX) {
			warn_of(job, index);
		}
	}
	const int status = !labels || mask_take_bytes(&labels->map, table, grey, err) < 0 ||
	                                   rv_png_encode_palette(grey, mask_data(job), &bytes, err) < 0
	                           ? -1
	                           : mask_put_bytes(job, MASK_ROLE(INDEX_PALETTE), &bytes, err);
	rv_str_release(&bytes);
	return status;
}

static const struct mask_role roles[] = { { .id = RV_ROLE_INDEX_PALETTE }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_index_palette = {
	.name = "index_palette",
	.summary = "the index map as a picture with a palette",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.asked = &asked,
	.take = take,
	.key = key,
	.make = make,
};
