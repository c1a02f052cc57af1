/* SPDX-License-Identifier: MIT */
/* Sequences as KITTI's benchmarks number them: see kitti_sequences.h. */
#include "verify/formats/kitti_sequences.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define TEXT_BYTES_MAX ((size_t)64 << 20)

int verify_kitti_add(struct verify_kitti_sequences *sequences, const struct verify_item *item, const char *sequence,
                     char kind, const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, "%s/%s", item->place.part, sequence ? sequence : item->place.sequence);
	const int status = verify_groups_add(sequences->groups, key.ptr, kind, item->path, text, err);
	rv_str_release(&key);
	return status;
}

int verify_kitti_add_lines(struct verify_kitti_sequences *sequences, const struct verify_item *item, struct rv_err *err)
{
	const char kind = verify_item_is(item, "seqmap") ? VERIFY_KITTI_LINE : VERIFY_KITTI_NAME;
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	(void)verify_item_load(item, TEXT_BYTES_MAX, &text); /* else it has no lines */
	for (char *line = text.ptr; *line && status == 0;) {
		char *const end = line + strcspn(line, "\n"), *const next = end + (*end ? 1 : 0);
		*end = '\0';
		char *const rest = line + strcspn(line, " "), *const said = rest + (*rest ? 1 : 0);
		*rest = '\0';
		status = verify_kitti_add(sequences, item, line, kind, said, err);
		line = next;
	}
	rv_str_release(&text);
	return status;
}

int verify_kitti_take(struct verify_kitti_sequences *sequences, const struct verify_item *item, struct rv_err *err)
{
	struct rv_str said = RV_STR_INIT;
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	rv_str_printf(&said, "%s %" PRIu32 " %" PRIu32, item->place.number, item->width, item->height);
	const int status = verify_kitti_add(sequences, item, NULL, VERIFY_KITTI_FRAME, said.ptr, err);
	rv_str_release(&said);
	return status;
}

/* ---- a sequence -------------------------------------------------------------------------------------------------- */

static void read_frames(const struct verify_kitti_sequences *sequences, const struct verify_part *parts, size_t n,
                        struct verify_kitti_clip *clip)
{
	const char *const ending = strrchr(parts[0].path, '.');
	for (; clip->n_frames < n && parts[clip->n_frames].kind == VERIFY_KITTI_FRAME; clip->n_frames++) {
		const struct verify_part *const frame = &parts[clip->n_frames];
		char *at = (char *)(uintptr_t)frame->text;
		const uint64_t number = strtoull(at, &at, 10), width = strtoull(at, &at, 10),
		               height = strtoull(at, &at, 10);
		clip->width = clip->n_frames == 0 ? width : clip->width;
		clip->height = clip->n_frames == 0 ? height : clip->height;
		if (number != clip->n_frames) {
			verify_problems_add(sequences->problems, sequences->frame, frame->path,
			                    "it is not frame %" PRIu64 ", which comes next", clip->n_frames);
			break;
		}
		if (strcmp(strrchr(frame->path, '.'), ending) != 0 ||
		    (width > 0 && (width != clip->width || height != clip->height))) {
			verify_problems_add(
			        sequences->problems, sequences->frame, frame->path,
			        "it has another size than the first frame, or its name ends in another way");
		}
	}
}

/* "empty 000000 000003": the name of nothing, the first frame, and how many there are. */
static void check_line(const struct verify_kitti_sequences *sequences, const struct verify_part *line,
                       const struct verify_kitti_clip *clip)
{
	struct rv_str wanted = RV_STR_INIT;
	rv_str_printf(&wanted, "empty 000000 %06" PRIu64, clip->n_frames);
	if (strcmp(line->text, wanted.ptr) != 0) {
		verify_problems_add(sequences->problems, sequences->file, line->path,
		                    "of sequence %s it has '%s', not '%s'", strchr(clip->name, '/') + 1, line->text,
		                    wanted.ptr);
	}
	rv_str_release(&wanted);
}

/* "ID VIEW" */
static int tell(const struct verify_kitti_sequences *sequences, const struct verify_part *name, uint64_t n_frames,
                struct rv_err *err)
{
	char *const id = rv_strdup(name->text), *const blank = strchr(id, ' ');
	int status = 0;
	if (!blank) {
		verify_problems_add(sequences->problems, sequences->file, name->path, "'%s' is no id and view", id);
	} else {
		*blank = '\0';
		const char *const view = strcmp(blank + 1, "-") == 0 ? "" : blank + 1;
		const struct verify_key key = { .id = id, .view = view, .frame = "" };
		status = verify_census_sequence(sequences->context->census, sequences->format, &key, n_frames, err);
	}
	free(id);
	return status;
}

int verify_kitti_read_clip(struct verify_kitti_sequences *sequences, const char *key, const struct verify_part *parts,
                           size_t n, const struct verify_group_kind *kinds, struct verify_kitti_clip *clip,
                           struct rv_err *err)
{
	const struct verify_part *const line = verify_group_find(parts, n, VERIFY_KITTI_LINE),
	                                *const name = verify_group_find(parts, n, VERIFY_KITTI_NAME);
	*clip = (struct verify_kitti_clip) { .name = key };
	if (parts[0].kind != VERIFY_KITTI_FRAME) {
		verify_problems_add(sequences->problems, sequences->file, parts[0].path, "there is no frame for it");
		return 0;
	}
	read_frames(sequences, parts, n, clip);
	clip->is_whole =
	        verify_group_is_whole(parts, n, kinds, sequences->file, sequences->problems) && clip->width > 0;
	if (line) {
		check_line(sequences, line, clip);
	}
	return name ? tell(sequences, name, clip->n_frames, err) : 0;
}
