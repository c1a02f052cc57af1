/* SPDX-License-Identifier: MIT */
/*
 * DAVIS: of each sequence frames without a gap, a mask of the same size for each, with VOC's palette and objects that
 * are numbered without a gap over the clip, and a line of one list.
 */
#include "format/davis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/groups.h"
#include "verify/indexed.h"

#define LIST_BYTES_MAX ((size_t)64 << 20)

struct davis {
	const struct verify_context *context;
	struct verify_groups *groups;
	struct verify_problems *problems;
};

/* Kinds of parts, those of a sequence by its name. */
enum { FRAME = 'f', LINE = 'l', MASK = 'm' };

static void *open_davis(const struct verify_context *context)
{
	struct davis *const davis = rv_alloc_zero(1, sizeof(*davis));
	davis->context = context;
	davis->groups = verify_groups_new();
	return davis;
}

static void free_davis(void *state)
{
	struct davis *const davis = state;
	verify_groups_free(davis->groups);
	free(davis);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int add(struct davis *davis, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%s%s%s", item->place.id, item->place.view[0] ? "." : "", item->place.view);
	const int status = verify_groups_add(davis->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

/* "COUNT W H", then the numbers that are in it. */
static int read_mask(struct davis *davis, struct verify_item *item, struct rv_err *err)
{
	struct rv_image map = RV_IMAGE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct verify_indexed_box boxes[VERIFY_INDEXED_COLOURS];
	struct rv_str said = RV_STR_INIT;
	if (verify_indexed_read(item->source, &map, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_DAVIS_MASK, item->path, &wrong);
		rv_str_printf(&said, "%s 0 0", item->place.count);
	} else {
		verify_indexed_boxes(&map, boxes);
		rv_str_printf(&said, "%s %" PRIu32 " %" PRIu32, item->place.count, map.width, map.height);
		for (size_t i = 1; i < VERIFY_INDEXED_COLOURS; i++) {
			if (boxes[i].area > 0) {
				rv_str_printf(&said, " %zu", i);
			}
		}
	}
	const int status = add(davis, item, MASK, said.ptr, err);
	rv_image_release(&map);
	rv_str_release(&said);
	return status;
}

static int read_list(struct davis *davis, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	(void)verify_item_load(item, LIST_BYTES_MAX, &text); /* else it has no lines */
	for (char *line = text.ptr; *line && status == 0;) {
		char *const end = line + strcspn(line, "\n"), *const next = end + (*end ? 1 : 0);
		*end = '\0';
		status = verify_groups_add(davis->groups, line, LINE, item->path, "", err);
		line = next;
	}
	rv_str_release(&text);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	if (verify_item_is(item, "mask")) {
		return read_mask(state, item, err);
	}
	if (verify_item_is(item, "list")) {
		return read_list(state, item, err);
	}
	verify_item_decode(item);
	return 0;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str said = RV_STR_INIT;
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	rv_str_printf(&said, "%s %" PRIu32 " %" PRIu32, item->place.count, item->width, item->height);
	const int status = add(state, item, FRAME, said.ptr, err);
	rv_str_release(&said);
	return status;
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

/* Each frame's mask, in order: "COUNT W H NUMBER...". */
static void check_mask(struct davis *davis, const struct verify_part *mask, const struct verify_part *frame,
                       bool has[VERIFY_INDEXED_COLOURS])
{
	char *at = (char *)(uintptr_t)mask->text, *of = (char *)(uintptr_t)frame->text;
	(void)strtoull(at, &at, 10);
	(void)strtoull(of, &of, 10);
	const uint64_t width = strtoull(at, &at, 10), height = strtoull(at, &at, 10);
	const uint64_t wanted_width = strtoull(of, &of, 10), wanted_height = strtoull(of, &of, 10);
	if (width > 0 && wanted_width > 0 && (width != wanted_width || height != wanted_height)) {
		verify_problems_add(davis->problems, VERIFY_DAVIS_SIZE, mask->path,
		                    "it has %" PRIu64 "x%" PRIu64 " pixels, its frame %" PRIu64 "x%" PRIu64, width,
		                    height, wanted_width, wanted_height);
	}
	while (*at) {
		const uint64_t number = strtoull(at, &at, 10);
		has[number] = true;
		if (number > FORMAT_DAVIS_NUMBER_MAX) {
			verify_problems_add(davis->problems, VERIFY_DAVIS_NUMBER, mask->path,
			                    "number %" PRIu64 " is void for some readers", number);
			return;
		}
	}
}

static void check_numbers(struct davis *davis, const char *key, const struct verify_part *mask,
                          const bool has[VERIFY_INDEXED_COLOURS])
{
	for (size_t i = 2; i <= FORMAT_DAVIS_NUMBER_MAX; i++) {
		if (has[i] && !has[i - 1]) {
			verify_problems_add(davis->problems, VERIFY_DAVIS_NUMBER, mask->path,
			                    "in sequence '%s' there is an object %zu, but no %zu", key, i, i - 1);
			return;
		}
	}
}

static int tell(struct davis *davis, const char *name, uint64_t n_frames, struct rv_err *err)
{
	char *const id = rv_strdup(name), *const dot = strchr(id, '.');
	if (dot) {
		*dot = '\0';
	}
	const struct verify_key key = { .id = id, .view = dot ? dot + 1 : "", .frame = "" };
	const int status = verify_census_sequence(davis->context->census, FORMAT_ID_davis, &key, n_frames, err);
	free(id);
	return status;
}

/* A verify_group_fn: frames, a line, then masks, each in the order of their numbers. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = { { LINE, "line of a list" }, { 0, NULL } };
	struct davis *const davis = state;
	bool has[VERIFY_INDEXED_COLOURS] = { false };
	size_t n_frames = 0, n_masks = 0;
	for (size_t i = 0; i < n; i++) {
		size_t *const count = parts[i].kind == FRAME ? &n_frames : &n_masks;
		if (parts[i].kind != LINE && strtoull(parts[i].text, NULL, 10) != (*count)++) {
			verify_problems_add(davis->problems, VERIFY_DAVIS_FRAME, parts[i].path,
			                    "it is not number %zu, which comes next", *count - 1);
			return n_frames > 0 ? tell(davis, key, n_frames, err) : 0;
		}
		if (parts[i].kind == FRAME && strcmp(strrchr(parts[i].path, '.'), strrchr(parts[0].path, '.')) != 0) {
			verify_problems_add(davis->problems, VERIFY_DAVIS_FRAME, parts[i].path,
			                    "its name does not end as that of the first frame");
		}
	}
	(void)verify_group_is_whole(parts, n, kinds, VERIFY_DAVIS_FILE, davis->problems);
	if (n_frames != n_masks) {
		verify_problems_add(davis->problems, VERIFY_DAVIS_FILE, parts[0].path,
		                    "sequence '%s' has %zu frames and %zu masks", key, n_frames, n_masks);
	}
	for (size_t i = 0; i < RV_MIN(n_frames, n_masks); i++) {
		check_mask(davis, &parts[n - n_masks + i], &parts[i], has);
	}
	if (n_masks > 0) {
		check_numbers(davis, key, &parts[n - n_masks], has);
	}
	return n_frames > 0 ? tell(davis, key, n_frames, err) : 0;
}

static int end_davis(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct davis *const davis = state;
	davis->problems = problems;
	return verify_groups_end(davis->groups, visit, davis, err);
}

const struct verify_class verify_davis = {
	.format = &format_davis,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_davis,
	.file = look_at_file,
	.take = take_file,
	.end = end_davis,
	.free = free_davis,
};
