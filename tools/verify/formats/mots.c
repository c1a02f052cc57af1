/* SPDX-License-Identifier: MIT */
/*
 * KITTI MOTS: of each sequence frames, a mask of 16 bits of the size of each, rows and the lines of lists. Masks have
 * ids that there are; rows are sorted by frame and id, decode, and are of the same pixels as the masks.
 */
#include "format/mots.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/formats/kitti_sequences.h"
#include "verify/rle.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)
#define IDS ((size_t)1 << 16)

/* Kinds of parts besides those of all sequences: "NUMBER W H", then " ID:PIXELS:HASH" of each id that is in a frame, by
 * its mask and by its rows; and that there is a file of rows. */
enum { MASK = 'm', OBJECTS = 'o', ROWS = 'r' };

static void *open_mots(const struct verify_context *context)
{
	struct verify_kitti_sequences *const sequences = rv_alloc_zero(1, sizeof(*sequences));
	*sequences = (struct verify_kitti_sequences) { .context = context,
		                                       .groups = verify_groups_new(),
		                                       .format = FORMAT_ID_mots,
		                                       .file = VERIFY_MOTS_FILE,
		                                       .frame = VERIFY_MOTS_FRAME };
	return sequences;
}

static void free_mots(void *state)
{
	struct verify_kitti_sequences *const sequences = state;
	verify_groups_free(sequences->groups);
	free(sequences);
}

static bool is_id(uint64_t id)
{
	const uint64_t class = id / FORMAT_MOTS_CLASS, number = id % FORMAT_MOTS_CLASS;
	if (class == FORMAT_MOTS_IGNORE) {
		return number == 0;
	}
	return (class == 1 || class == 2) && number >= 1 && number <= FORMAT_MOTS_INSTANCES_MAX;
}

/* ---- a mask ------------------------------------------------------------------------------------------------------ */

/* Which pixels an id has, walked down columns: how many, and a hash of the runs that they are. */
struct pixels {
	uint64_t n, hash, next; /* next: the pixel after the last */
};

static void add_number(struct pixels *pixels, uint64_t value)
{
	pixels->hash = (pixels->hash ^ value) * UINT64_C(0x100000001b3);
}

static void add_run(struct pixels *pixels, uint64_t start, uint64_t end)
{
	if (pixels->n == 0 || start != pixels->next) {
		add_number(pixels, pixels->next);
		add_number(pixels, start);
	}
	pixels->n += end - start;
	pixels->next = end;
}

static void put_pixels(uint64_t id, const struct pixels *pixels, struct rv_str *text)
{
	struct pixels whole = *pixels;
	add_number(&whole, whole.next);
	rv_str_printf(text, " %" PRIu64 ":%" PRIu64 ":%016" PRIx64, id, whole.n, whole.hash);
}

static void put_map(const struct rv_image *map, struct rv_str *text)
{
	struct pixels *const ids = rv_alloc_zero(IDS, sizeof(*ids));
	for (uint32_t x = 0; x < map->width; x++) {
		for (uint32_t y = 0; y < map->height; y++) {
			const uint64_t pixel = (uint64_t)x * map->height + y;
			add_run(&ids[map->u16[(size_t)y * map->width + x]], pixel, pixel + 1);
		}
	}
	for (size_t id = 1; id < IDS; id++) {
		if (ids[id].n > 0) {
			put_pixels(id, &ids[id], text);
		}
	}
	free(ids);
}

static void check_ids(const struct verify_item *item, const struct rv_image *map)
{
	const size_t n = (size_t)map->width * map->height;
	for (size_t i = 0; i < n; i++) {
		if (map->u16[i] != 0 && !is_id(map->u16[i])) {
			verify_problems_add(item->problems, VERIFY_MOTS_ID, item->path,
			                    "pixel (%zu,%zu) has id %u, which no object has", i % map->width,
			                    i / map->width, map->u16[i]);
			return;
		}
	}
}

static int read_mask(struct verify_kitti_sequences *sequences, struct verify_item *item, struct rv_err *err)
{
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str said = RV_STR_INIT;
	const struct rv_image *const map = &decoded.image;
	rv_str_printf(&said, "%s", item->place.number);
	if (verify_decode(item->source, item->path, true, &decoded, &wrong) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &wrong);
	} else if (map->channels != 1 || map->pixel != RV_PIXEL_U16) {
		verify_problems_add(item->problems, VERIFY_MOTS_ID, item->path, "it is no grey PNG of 16 bits");
	} else {
		rv_str_printf(&said, " %" PRIu32 " %" PRIu32, map->width, map->height);
		check_ids(item, map);
		put_map(map, &said);
	}
	const int status = verify_kitti_add(sequences, item, NULL, MASK, said.ptr, err);
	verify_decoded_release(&decoded);
	rv_str_release(&said);
	return status;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

struct row {
	uint64_t frame, id, class, height, width;
	const char *counts;
	size_t counts_len;
};

/* Five whole numbers and run lengths, single blanks between. */
static bool read_row(const char *line, size_t len, struct row *row)
{
	uint64_t *const values[] = { &row->frame, &row->id, &row->class, &row->height, &row->width };
	const char *at = line;
	for (size_t i = 0; i < RV_COUNTOF(values); i++) {
		char *end;
		if (*at < '0' || *at > '9') {
			return false;
		}
		*values[i] = strtoull(at, &end, 10);
		if (*end != ' ') {
			return false;
		}
		at = end + 1;
	}
	row->counts = at;
	row->counts_len = at < line + len ? (size_t)(line + len - at) : 0;
	return row->counts_len > 0;
}

/* What is wrong with a row that comes after another, or NULL. */
static const char *fault_of(const struct row *row, const struct row *above, struct verify_rle *rle)
{
	struct rv_err wrong = RV_ERR_INIT;
	if (!is_id(row->id) || row->class != row->id / FORMAT_MOTS_CLASS) {
		return "there is no such id, or it is not of its class";
	}
	if (above && (row->frame < above->frame || (row->frame == above->frame && row->id <= above->id))) {
		return "rows are not sorted by frame and id, or an id is in a frame twice";
	}
	return row->width < 1 || row->height < 1 || row->width > UINT16_MAX || row->height > UINT16_MAX ||
	                       verify_rle_read(rle, (uint32_t)row->width, (uint32_t)row->height, row->counts,
	                                       row->counts_len, &wrong) < 0
	               ? "run lengths do not decode"
	               : NULL;
}

static void put_row(const struct row *row, const struct verify_rle *rle, const struct row *above, struct rv_str *said)
{
	struct pixels pixels = { .n = 0 };
	if (!above || above->frame != row->frame) {
		rv_str_clear(said);
		rv_str_printf(said, "%06" PRIu64 " %" PRIu64 " %" PRIu64, row->frame, row->width, row->height);
	}
	for (size_t i = 1; i < rle->len; i += 2) {
		add_run(&pixels, rle->ends[i - 1], rle->ends[i]);
	}
	put_pixels(row->id, &pixels, said);
}

static int read_rows(struct verify_kitti_sequences *sequences, const struct verify_item *item, const char *text,
                     struct rv_err *err)
{
	struct verify_rle rle = VERIFY_RLE_INIT;
	struct rv_str said = RV_STR_INIT;
	struct row above = { .frame = 0 };
	int status = verify_kitti_add(sequences, item, NULL, ROWS, "", err);
	for (size_t number = 1; *text && status == 0; number++) {
		struct row row;
		const size_t len = strcspn(text, "\n");
		const struct row *const before = number > 1 ? &above : NULL;
		const char *const fault = text[len] && read_row(text, len, &row)
		                                  ? fault_of(&row, before, &rle)
		                                  : "it is no frame, id, class, height, width and run lengths";
		if (fault) {
			verify_problems_add(item->problems, VERIFY_MOTS_ROW, item->path, "line %zu: %s", number, fault);
			rv_str_clear(&said);
			break;
		}
		if (before && before->frame != row.frame) {
			status = verify_kitti_add(sequences, item, NULL, OBJECTS, said.ptr, err);
		}
		put_row(&row, &rle, before, &said);
		text += len + 1;
		above = row;
	}
	if (status == 0 && said.len > 0) {
		status = verify_kitti_add(sequences, item, NULL, OBJECTS, said.ptr, err);
	}
	verify_rle_release(&rle);
	rv_str_release(&said);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (verify_item_is(item, "image")) {
		verify_item_decode(item);
	} else if (verify_item_is(item, "mask")) {
		status = read_mask(state, item, err);
	} else if (!verify_item_is(item, "labels")) {
		status = verify_kitti_add_lines(state, item, err);
	} else if (verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		status = read_rows(state, item, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	return verify_kitti_take(state, item, err);
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

/* The mask of a frame is of the clip's size, and its objects are those of the rows, which may lack: then it has none.
 * True when they are. */
static bool check_mask(const struct verify_kitti_sequences *sequences, const struct verify_kitti_clip *clip,
                       const struct verify_part *mask, const struct verify_part *objects)
{
	struct rv_str empty = RV_STR_INIT;
	rv_str_printf(&empty, "%.6s %" PRIu64 " %" PRIu64, mask->text, clip->width, clip->height);
	const bool has_size = strncmp(mask->text, empty.ptr, empty.len) == 0;
	const bool is_same = strcmp(mask->text, objects ? objects->text : empty.ptr) == 0;
	rv_str_release(&empty);
	if (!strchr(mask->text, ' ')) {
		return true; /* it did not decode, which was told */
	}
	if (!has_size) {
		verify_problems_add(sequences->problems, VERIFY_MOTS_MASK, mask->path,
		                    "it has another size than its frame");
	} else if (!is_same) {
		verify_problems_add(sequences->problems, VERIFY_MOTS_MASK, mask->path,
		                    "its ids are not where the rows of its frame have them");
	}
	return has_size && is_same;
}

static void check_masks(const struct verify_kitti_sequences *sequences, const struct verify_kitti_clip *clip,
                        const struct verify_part *parts, size_t n)
{
	const struct verify_part *mask = verify_group_find(parts, n, MASK),
	                         *objects = verify_group_find(parts, n, OBJECTS);
	const struct verify_part *const end = parts + n;
	uint64_t n_masks = 0;
	bool is_right = true;
	for (; mask && mask < end && mask->kind == MASK && is_right; mask++) {
		const bool has_objects = objects && objects < end && objects->kind == OBJECTS &&
		                         strncmp(objects->text, mask->text, 6) == 0;
		if (strtoull(mask->text, NULL, 10) != n_masks++) {
			break;
		}
		is_right = check_mask(sequences, clip, mask, has_objects ? objects : NULL);
		objects += has_objects;
	}
	if (is_right && (n_masks != clip->n_frames || (mask && mask < end && mask->kind == MASK))) {
		verify_problems_add(sequences->problems, VERIFY_MOTS_FILE, parts[0].path,
		                    "sequence %s has not a mask for each of its %" PRIu64 " frames",
		                    strchr(clip->name, '/') + 1, clip->n_frames);
	} else if (is_right && objects && objects < end && objects->kind == OBJECTS) {
		verify_problems_add(sequences->problems, VERIFY_MOTS_MASK, objects->path, "frame %.6s is not there",
		                    objects->text);
	}
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = { { ROWS, "file of rows" }, VERIFY_KITTI_LISTED, { 0, NULL } };
	struct verify_kitti_sequences *const sequences = state;
	struct verify_kitti_clip clip;
	const int status = verify_kitti_read_clip(sequences, key, parts, n, kinds, &clip, err);
	if (status == 0 && clip.is_whole) {
		check_masks(sequences, &clip, parts, n);
	}
	return status;
}

static int end_mots(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct verify_kitti_sequences *const sequences = state;
	sequences->problems = problems;
	return verify_groups_end(sequences->groups, visit, sequences, err);
}

const struct verify_class verify_mots = {
	.format = &format_mots,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_mots,
	.file = look_at_file,
	.take = take_file,
	.end = end_mots,
	.free = free_mots,
};
