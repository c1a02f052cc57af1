/* SPDX-License-Identifier: MIT */
/* What is in the files of a dataset: see deep.h. */
#include "verify/deep.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "idset.h"
#include "verify/coco.h"
#include "verify/decode.h"
#include "verify/shard.h"
#include "verify/transforms.h"

#define COCO_FILE "coco/annotations.json"
#define COCO_IMAGES "coco/images/"
#define STILLS_FILE "video/video.mp4"

/* What a file turned out to hold. */
struct found {
	uint32_t width, height;
	uint64_t n_frames;
	struct rv_str keys; /* of a shard, a line each */
};

struct verify_deep {
	const char *dir;
	const struct verify_manifest *manifest;
	uint64_t min_area_px;
	struct found *found; /* one per file of the manifest */
	struct verify_transforms *transforms;
};

struct verify_deep *verify_deep_new(const char *dir, const struct verify_manifest *manifest, uint64_t min_area_px,
                                    struct verify_problems *problems)
{
	struct verify_deep *deep = rv_alloc_zero(1, sizeof(*deep));
	deep->dir = dir;
	deep->manifest = manifest;
	deep->min_area_px = min_area_px;
	deep->found = rv_alloc_zero(manifest->len + 1, sizeof(*deep->found));
	deep->transforms = verify_transforms_load(dir, manifest, problems);
	for (size_t i = 0; i < manifest->len; i++) {
		rv_str_init(&deep->found[i].keys);
	}
	return deep;
}

void verify_deep_free(struct verify_deep *deep)
{
	if (!deep) {
		return;
	}
	for (size_t i = 0; i < deep->manifest->len; i++) {
		rv_str_release(&deep->found[i].keys);
	}
	verify_transforms_free(deep->transforms);
	free(deep->found);
	free(deep);
}

void verify_deep_file(struct verify_deep *deep, size_t file, struct verify_problems *problems)
{
	const char *relative = deep->manifest->files[file].path;
	struct found *found = &deep->found[file];
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str path = RV_STR_INIT;

	rv_str_printf(&path, "%s/%s", deep->dir, relative);
	if (verify_shard_is(relative)) {
		verify_shard_check(path.ptr, relative, deep->manifest, deep->transforms, deep->min_area_px,
		                   &found->keys, problems);
	} else if (strcmp(relative, COCO_FILE) == 0) {
		/* Needs the sizes of all images: verify_deep_agree. */
	} else if (verify_decode_file(path.ptr, &decoded, &err) < 0) {
		verify_problems_add_err(problems, relative, &err);
	} else {
		found->width = decoded.width;
		found->height = decoded.height;
		found->n_frames = decoded.n_frames;
	}
	verify_decoded_release(&decoded);
	rv_str_release(&path);
}

/* ---- what the files say together ----------------------------------------------------------------------------------
 */

/* An verify_coco_size_fn. */
static bool size_of(void *deep_, const char *file_name, uint32_t *width, uint32_t *height)
{
	struct verify_deep *deep = deep_;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, COCO_IMAGES "%s", file_name);
	const struct verify_manifest_file *file = verify_manifest_find(deep->manifest, path.ptr);
	rv_str_release(&path);
	if (!file) {
		return false;
	}
	const struct found *found = &deep->found[file - deep->manifest->files];
	*width = found->width;
	*height = found->height;
	return true;
}

static void compare_count(const struct verify_deep *deep, const char *format, const char *subject, uint64_t n,
                          const char *what, struct verify_problems *problems)
{
	const uint64_t wanted = verify_manifest_samples(deep->manifest, format);
	if (n != wanted) {
		verify_problems_add(problems, RV_E_BAD_FILE, subject,
		                    "%" PRIu64 " %s, but the manifest says %" PRIu64 " samples", n, what, wanted);
	}
}

/* coco/images/ID.png is a sample, and so is a directory coco/images/ID/. */
static void check_coco(struct verify_deep *deep, struct verify_problems *problems)
{
	struct verify_coco_counts counts = { 0, 0 };
	struct rv_str path = RV_STR_INIT;
	uint64_t n_images = 0, n_samples = 0;
	const char *last = "";
	size_t last_len = 0;

	for (size_t i = 0; i < deep->manifest->len; i++) {
		const char *name = deep->manifest->files[i].path;
		if (strncmp(name, COCO_IMAGES, strlen(COCO_IMAGES)) != 0) {
			continue;
		}
		name += strlen(COCO_IMAGES);
		const char *slash = strchr(name, '/');
		size_t len = slash ? (size_t)(slash - name) : 0;
		n_samples += !slash || len != last_len || memcmp(name, last, len) != 0;
		n_images++;
		last = name;
		last_len = len;
	}
	rv_str_printf(&path, "%s/" COCO_FILE, deep->dir);
	verify_coco_check(path.ptr, COCO_FILE, size_of, deep, &counts, problems);
	rv_str_release(&path);
	if (counts.n_images != n_images) {
		verify_problems_add(problems, RV_E_BAD_FILE, COCO_FILE,
		                    "it has %" PRIu64 " images, but there are %" PRIu64 " files in " COCO_IMAGES,
		                    counts.n_images, n_images);
	}
	compare_count(deep, "coco", COCO_IMAGES, n_samples, "samples", problems);
}

/* Keys come once over all shards, and shards are numbered without a gap. */
static void check_shards(struct verify_deep *deep, struct verify_problems *problems)
{
	struct rv_idset *keys = rv_idset_new();
	struct rv_str name = RV_STR_INIT;
	uint64_t n_samples = 0, n_shards = 0;
	for (size_t i = 0; i < deep->manifest->len; i++) {
		const char *path = deep->manifest->files[i].path;
		const struct rv_str *lines = &deep->found[i].keys;
		if (!verify_shard_is(path)) {
			continue;
		}
		rv_str_clear(&name);
		rv_str_printf(&name, "webdataset/shard-%06" PRIu64 ".tar", n_shards++);
		if (strncmp(path, name.ptr, name.len) != 0) {
			verify_problems_add(problems, RV_E_BAD_FILE, path, "'%s' should come here", name.ptr);
		}
		for (const char *key = lines->ptr, *end; key < lines->ptr + lines->len; key = end + 1) {
			end = strchr(key, '\n');
			if (!rv_idset_add(keys, key, (size_t)(end - key))) {
				verify_problems_add(problems, RV_E_DUPLICATE_ID, path, "sample '%.*s' comes twice",
				                    (int)(end - key), key);
			}
			n_samples++;
		}
	}
	compare_count(deep, "webdataset", "webdataset", n_samples, "samples", problems);
	rv_str_release(&name);
	rv_idset_free(keys);
}

/* All stills are frames of one video, each sequence is a video. */
static void check_videos(struct verify_deep *deep, struct verify_problems *problems)
{
	uint64_t n_samples = 0;
	for (size_t i = 0; i < deep->manifest->len; i++) {
		const char *path = deep->manifest->files[i].path;
		if (strcmp(path, STILLS_FILE) == 0) {
			n_samples += deep->found[i].n_frames;
		} else if (strncmp(path, "video/", 6) == 0) {
			n_samples++;
		}
	}
	compare_count(deep, "video", "video", n_samples, "stills and sequences", problems);
}

/* An verify_transforms_size_fn. */
static void size_at(void *deep_, size_t file, uint32_t *width, uint32_t *height)
{
	const struct verify_deep *deep = deep_;
	*width = deep->found[file].width;
	*height = deep->found[file].height;
}

static void check_transforms(struct verify_deep *deep, struct verify_problems *problems)
{
	const uint64_t n_samples = verify_transforms_agree(deep->transforms, size_at, deep, problems);
	compare_count(deep, "transforms", VERIFY_TRANSFORMS_FOLDER, n_samples, "stills and sequences", problems);
}

void verify_deep_agree(struct verify_deep *deep, struct verify_problems *problems)
{
	static const struct {
		const char *format;
		void (*check)(struct verify_deep *deep, struct verify_problems *problems);
	} formats[] = { { "coco", check_coco },
		        { "webdataset", check_shards },
		        { "video", check_videos },
		        { "transforms", check_transforms } };
	for (size_t i = 0; i < RV_COUNTOF(formats); i++) {
		if (verify_manifest_has_format(deep->manifest, formats[i].format)) {
			formats[i].check(deep, problems);
		}
	}
}
