/* SPDX-License-Identifier: MIT */
/* Files and frames: see transforms_join.h. */
#include "verify/formats/transforms_join.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/transforms.h"
#include "hash.h"
#include "scan.h"

struct join {
	const struct verify_transforms_of *of;
	struct rv_str token, path; /* of the file that the lines so far are about */
	uint64_t width, height;
	char sha256[RV_HASH_HEX_LEN + 1];
	bool is_there;
	struct rv_str pose;        /* as the document of stills has it */
	size_t n_nerf;             /* frames of NeRF that name it */
	bool is_image;             /* a frame of the stills has it as its picture */
	size_t n_frames, n_splits; /* that name it */
};

static void end_file(struct join *join)
{
	if (join->is_there && join->n_frames == 0) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_FILE, join->path.ptr, "no frame names it");
	}
	if (join->of->has_splits && join->n_splits != join->is_image) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_SPLIT, join->path.ptr,
		                    join->is_image ? "it is in %zu lists of splits"
		                                   : "no frame's picture, but in %zu lists of splits",
		                    join->n_splits);
	}
	if (join->of->has_nerf && join->n_nerf != join->is_image) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_NERF, join->path.ptr,
		                    join->is_image ? "%zu documents of splits for NeRF have it"
		                                   : "no still's picture, but in %zu documents for NeRF",
		                    join->n_nerf);
	}
	join->is_there = join->is_image = false;
	join->n_frames = join->n_splits = join->n_nerf = 0;
	rv_str_clear(&join->pose);
}

/* Cuts the text up to the next blank off *at; "-" is nothing. */
static const char *cut(char **at)
{
	char *const start = *at;
	char *const end = start + strcspn(start, " ");
	*at = *end ? end + 1 : end;
	*end = '\0';
	return strcmp(start, "-") == 0 ? "" : start;
}

/* The image of a picture is known to others, too. */
static int tell_image(struct join *join, const struct verify_key *key, struct rv_err *err)
{
	return verify_census_fact(join->of->context->census, FORMAT_ID_transforms, key, VERIFY_FACT_IMAGE, join->sha256,
	                          err);
}

/* "W H POSITION KEY DOCUMENT ID VIEW FRAME". */
static int join_frame(struct join *join, char *at, struct rv_err *err)
{
	const double width = strtod(at, &at), height = strtod(at, &at);
	const unsigned long long position = strtoull(at, &at, 10);
	at++;
	const char *const key = cut(&at), *const document = cut(&at);
	if (!join->is_there) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_FILE, document,
		                    "frames[%llu].%s: '%s' is not in the dataset", position, key, join->path.ptr);
	} else if (join->n_frames > 0) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_FILE, document,
		                    "frames[%llu].%s: '%s' is another frame's", position, key, join->path.ptr);
	} else if (join->width > 0 && ((double)join->width != width || (double)join->height != height)) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_SIZE, document,
		                    "frames[%llu].%s is %" PRIu64 "x%" PRIu64 ", its intrinsics are of %.9gx%.9g",
		                    position, key, join->width, join->height, width, height);
	}
	join->n_frames++;
	const bool has_image = strcmp(key, format_transforms_files[0].key) == 0;
	const char *const id = cut(&at), *const view = cut(&at), *const frame = cut(&at);
	const struct verify_key picture = { .id = id, .view = view, .frame = frame };
	if (has_image) {
		rv_str_clear(&join->pose);
		rv_str_puts(&join->pose, at);
	}
	join->is_image |= has_image && strcmp(document, format_layout(&format_transforms, "stills")) == 0;
	return has_image && join->is_there && join->of->context->compares_pictures ? tell_image(join, &picture, err)
	                                                                           : 0;
}

/* "DOCUMENT POSE". */
static void join_nerf(struct join *join, char *at)
{
	const char *const document = cut(&at);
	join->n_nerf++;
	if (join->is_image && strcmp(at, join->pose.ptr) != 0) {
		verify_problems_add(join->of->problems, VERIFY_TRANSFORMS_NERF, document,
		                    "'%s' has another angle or pose than in " FORMAT_TRANSFORMS_NAME, join->path.ptr);
	}
}

/* An rv_sorter_fn. */
static int join_line(void *context, const void *bytes, size_t len, struct rv_err *err)
{
	struct join *const join = context;
	char *const line = rv_strndup(bytes, len - 1), *const tab = strchr(line, '\t'); /* without its newline */
	const size_t token_len = (size_t)(tab - line);
	char *at = tab + 3;
	int status = 0;
	if (join->token.len != token_len || memcmp(join->token.ptr, line, token_len) != 0) {
		end_file(join);
		rv_str_clear(&join->token);
		rv_str_append(&join->token, line, token_len);
		rv_str_clear(&join->path);
		rv_scan_string((struct rv_span) { line, token_len }, &join->path);
	}
	if (tab[1] == '0') {
		join->is_there = true;
		join->width = strtoull(at, &at, 10);
		join->height = strtoull(at, &at, 10);
		memcpy(join->sha256, at + 1, sizeof(join->sha256));
	} else if (tab[1] == '1') {
		status = join_frame(join, at, err);
	} else if (tab[1] == '2') {
		join->n_splits++;
	} else {
		join_nerf(join, at);
	}
	free(line);
	return status;
}

int verify_transforms_join(struct rv_sorter *sorter, const struct verify_transforms_of *of, struct rv_err *err)
{
	struct join join = { .of = of, .pose = RV_STR_INIT, .token = RV_STR_INIT, .path = RV_STR_INIT };
	const int status = rv_sorter_merge(sorter, join_line, &join, err);
	end_file(&join);
	rv_str_release(&join.pose);
	rv_str_release(&join.token);
	rv_str_release(&join.path);
	return status;
}
