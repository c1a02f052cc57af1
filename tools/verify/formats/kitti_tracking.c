/* SPDX-License-Identifier: MIT */
/*
 * KITTI's tracking benchmark: of each sequence frames, rows, a calibration and the lines of lists. Rows have 17 columns
 * in their ranges, sorted by frame, no id twice in one; the 3D box, seen through the calibration, holds the 2D box.
 */
#include "format/kitti_tracking.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/kitti.h"
#include "verify/formats/kitti_row.h"
#include "verify/formats/kitti_sequences.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)

/* Kinds of parts besides those of all sequences. */
enum { CALIB = 'k', ROWS = 'r' };

static void *open_tracking(const struct verify_context *context)
{
	struct verify_kitti_sequences *const sequences = rv_alloc_zero(1, sizeof(*sequences));
	*sequences = (struct verify_kitti_sequences) { .context = context,
		                                       .groups = verify_groups_new(),
		                                       .format = FORMAT_ID_kitti_tracking,
		                                       .file = VERIFY_KITTI_TRACKING_FILE,
		                                       .frame = VERIFY_KITTI_TRACKING_FRAME };
	return sequences;
}

static void free_tracking(void *state)
{
	struct verify_kitti_sequences *const sequences = state;
	verify_groups_free(sequences->groups);
	free(sequences);
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (verify_item_is(item, "image")) {
		verify_item_decode(item);
		return 0;
	}
	if (verify_item_is(item, "mapping") || verify_item_is(item, "seqmap")) {
		return verify_kitti_add_lines(state, item, err);
	}
	if (verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		status = verify_kitti_add(state, item, NULL, verify_item_is(item, "calib") ? CALIB : ROWS, text.ptr,
		                          err);
	}
	rv_str_release(&text);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	return verify_kitti_take(state, item, err);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

struct row {
	int64_t frame, id;
	struct verify_kitti_row object;
};

static bool read_row(const char *line, size_t len, struct row *row)
{
	char *at;
	row->frame = strtoll(line, &at, 10);
	if (at == line || *at != ' ') {
		return false;
	}
	const char *const id = at + 1;
	row->id = strtoll(id, &at, 10);
	return at != id && *at == ' ' && at < line + len &&
	       verify_kitti_read(at + 1, (size_t)(line + len - at - 1), &row->object);
}

/* What is wrong with a row that comes after another, whose id is the largest of its frame so far, or NULL. */
static const char *fault_of(const struct verify_kitti_view *view, uint64_t n_frames, const struct row *row,
                            const struct row *above)
{
	const double truncated = row->object.values[VERIFY_KITTI_TRUNCATED];
	if (row->frame < 0 || (uint64_t)row->frame >= n_frames || row->frame < above->frame) {
		return "there is no such frame, or it comes before that of the row above";
	}
	if (row->object.is_ignored ? row->id != FORMAT_KITTI_TRACKING_NO_ID
	                           : row->id < 0 || (row->frame == above->frame && row->id <= above->id)) {
		return "an id is negative, in the frame twice or not sorted, or that of an ignored area is not -1";
	}
	if (row->object.is_ignored
	            ? truncated != FORMAT_KITTI_NO_SIZE
	            : !(truncated == 0 || truncated == 1 || truncated == FORMAT_KITTI_TRACKING_TRUNCATED_MAX)) {
		return "truncated is none of 0, 1, 2";
	}
	if (!verify_kitti_is_type(format_kitti_tracking_types, row->object.type)) {
		return "its type is none of KITTI's";
	}
	return verify_kitti_fault(view, &row->object);
}

static void check_rows(struct verify_problems *problems, const struct verify_part *rows,
                       const struct verify_kitti_view *view, uint64_t n_frames)
{
	struct row above = { .frame = -1 };
	const char *text = rows->text;
	for (size_t number = 1; *text; number++) {
		struct row row;
		const size_t len = strcspn(text, "\n");
		const char *fault = "it is no frame, id, type and 14 numbers with single blanks between";
		if (text[len] != '\0' && read_row(text, len, &row)) {
			fault = fault_of(view, n_frames, &row, &above);
		}
		if (fault) {
			verify_problems_add(problems, VERIFY_KITTI_TRACKING_ROW, rows->path, "line %zu: %s", number,
			                    fault);
			break;
		}
		if (row.object.has_box && !verify_kitti_holds_box(view, &row.object)) {
			verify_problems_add(problems, VERIFY_KITTI_TRACKING_PLACE, rows->path,
			                    "line %zu: its 3D box is not around its box in the picture", number);
		}
		text += len + 1;
		row.id = row.frame == above.frame ? RV_MAX(row.id, above.id) : row.id;
		above = row;
	}
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = {
		{ ROWS, "file of rows" }, { CALIB, "calibration" }, VERIFY_KITTI_LISTED, { 0, NULL }
	};
	struct verify_kitti_sequences *const sequences = state;
	struct verify_kitti_clip clip;
	const int status = verify_kitti_read_clip(sequences, key, parts, n, kinds, &clip, err);
	if (status < 0 || !clip.is_whole) {
		return status;
	}
	struct verify_kitti_view view = { .width = clip.width, .height = clip.height };
	const struct verify_part *const calib = verify_group_find(parts, n, CALIB);
	if (!verify_kitti_read_projection(calib->text, &view) || !strstr(calib->text, "\nR_rect ") ||
	    !strstr(calib->text, "\nTr_velo_cam ") || !strstr(calib->text, "\nTr_imu_velo ")) {
		verify_problems_add(sequences->problems, VERIFY_KITTI_TRACKING_CALIB, calib->path,
		                    "it lacks P2 of 12 numbers, R_rect, Tr_velo_cam or Tr_imu_velo");
	} else {
		check_rows(sequences->problems, verify_group_find(parts, n, ROWS), &view, clip.n_frames);
	}
	return 0;
}

static int end_tracking(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct verify_kitti_sequences *const sequences = state;
	sequences->problems = problems;
	return verify_groups_end(sequences->groups, visit, sequences, err);
}

const struct verify_class verify_kitti_tracking = {
	.format = &format_kitti_tracking,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_tracking,
	.file = look_at_file,
	.take = take_file,
	.end = end_tracking,
	.free = free_tracking,
};
