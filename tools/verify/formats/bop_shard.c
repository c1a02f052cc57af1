/* SPDX-License-Identifier: MIT */
/* Shards of BOP: see bop_shard.h. */
#include "verify/formats/bop_shard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/bop.h"
#include "hash.h"
#include "tar.h"
#include "verify/clip.h"
#include "verify/decode.h"

#define MEMBER_BYTES_MAX ((uint64_t)1 << 30)
#define KEY_LEN 13 /* "000000_000001" */
#define STEM 7     /* where the picture's number is in it */

struct shard {
	struct verify_bop *bop;
	struct verify_item *item;
	char key[32];                   /* of the scene, as groups have it */
	struct rv_str name, bytes;      /* of the member at hand; "": there is none yet */
	struct rv_str camera, gt, info; /* of the scene, as its files would be */
	bool has_failed;                /* the environment */
};

#define BLAME(s, check, ...) verify_problems_add((s)->item->problems, check, (s)->item->path, __VA_ARGS__)

static int add(struct shard *s, char kind, const char *text, struct rv_err *err)
{
	const int status = verify_groups_add(s->bop->groups, s->key, kind, s->item->path, text, err);
	s->has_failed |= status < 0;
	return status;
}

/* ---- members ----------------------------------------------------------------------------------------------------- */

/* The number of the member's picture, six digits. */
static const char *number_of(const struct shard *s)
{
	return s->name.ptr + STEM;
}

/* Appends an entry to what would be the scene's file. */
static void add_entry(struct shard *s, struct rv_str *file)
{
	rv_str_printf(file, "%s\"%" PRIu64 "\":", file->len > 0 ? "," : "{",
	              (uint64_t)strtoull(number_of(s), NULL, 10));
	rv_str_append(file, s->bytes.ptr, s->bytes.len);
}

/* The member that was decoded is one of the dataset's pictures. */
static void look(struct shard *s, const struct verify_decoded *decoded)
{
	const struct verify_rules rules = verify_rules_of(s->bop->context, FORMAT_ID_bop, s->item);
	struct verify_clip clip = VERIFY_CLIP_INIT;
	struct rv_str path = RV_STR_INIT;
	struct verify_item member = *s->item;
	rv_str_printf(&path, "%s/%s", s->item->path, s->name.ptr);
	member.path = path.ptr;
	member.quality = rules.quality;
	member.portrait = rules.portrait;
	verify_item_look(&member, decoded, &clip);
	verify_clip_release(&clip);
	rv_str_release(&path);
}

static int add_picture(struct shard *s, char kind, struct rv_err *err)
{
	const struct verify_rules rules = verify_rules_of(s->bop->context, FORMAT_ID_bop, s->item);
	const bool looks = kind == VERIFY_BOP_IMAGE && (rules.quality || rules.portrait);
	struct verify_decoded decoded = VERIFY_DECODED_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str said = RV_STR_INIT;
	char sha256[RV_HASH_HEX_LEN + 1];
	rv_source_open_memory(&source, s->name.ptr, s->bytes.ptr, s->bytes.len);
	rv_hash_bytes(s->bytes.ptr, s->bytes.len, sha256);
	if (verify_decode(&source, s->name.ptr, looks, &decoded, &wrong) < 0) {
		rv_fail_prefix(&wrong, "member '%s'", s->name.ptr);
		verify_problems_add_undecoded(s->item->problems, s->item->path, &wrong);
	} else if (looks) {
		look(s, &decoded);
	}
	rv_str_printf(&said, "%.6s %" PRIu32 " %" PRIu32 " %s", number_of(s), decoded.width, decoded.height, sha256);
	const int status = add(s, kind, said.ptr, err);
	verify_decoded_release(&decoded);
	rv_source_close(&source);
	rv_str_release(&said);
	return status;
}

/* What run lengths cover. */
struct cover {
	uint64_t width, height, area;
	uint64_t low[2], high[2]; /* x and y of the pixels at the ends, where there are any */
};

static void cover_run(struct cover *cover, uint64_t start, uint64_t len)
{
	const uint64_t h = cover->height, last = start + len - 1;
	const bool is_one = start / h == last / h;
	const uint64_t low[2] = { start / h, is_one ? start % h : 0 },
	               high[2] = { last / h, is_one ? last % h : h - 1 };
	for (size_t i = 0; i < 2; i++) {
		cover->low[i] = cover->area == 0 ? low[i] : RV_MIN(cover->low[i], low[i]);
		cover->high[i] = cover->area == 0 ? high[i] : RV_MAX(cover->high[i], high[i]);
	}
	cover->area += len;
}

/* False when they do not fill the picture exactly, or one but the first is 0. */
static bool read_runs(struct rv_json runs, struct cover *cover)
{
	const struct rv_json size = rv_json_get(runs, "size"), counts = rv_json_get(runs, "counts");
	uint64_t at = 0, n;
	*cover = (struct cover) { .area = 0 };
	if (!rv_json_u64(rv_json_at(size, 0), 1, UINT16_MAX, &cover->height) ||
	    !rv_json_u64(rv_json_at(size, 1), 1, UINT16_MAX, &cover->width)) {
		return false;
	}
	for (size_t i = 0; i < rv_json_len(counts); i++) {
		if (!rv_json_u64(rv_json_at(counts, i), i > 0, cover->width * cover->height - at, &n)) {
			return false;
		}
		if (i % 2 == 1) {
			cover_run(cover, at, n);
		}
		at += n;
	}
	return at == cover->width * cover->height;
}

/* As the masks of a scene, "IM GT W H AREA X Y WIDTH HEIGHT"; of those that are wrong, which is told, "IM GT". */
static int add_masks(struct shard *s, char kind, struct rv_err *err)
{
	struct rv_json masks = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str said = RV_STR_INIT;
	int status = 0;
	if (rv_json_parse(s->bytes.ptr, s->bytes.len, &masks, &wrong) < 0) {
		BLAME(s, VERIFY_BOP_JSON, "member '%s': %s", s->name.ptr, wrong.text);
	}
	for (int i = rv_json_iter(masks); rv_json_iter_ok(masks, i) && status == 0; i = rv_json_next(masks, i)) {
		struct cover cover;
		const char *const number = rv_json_iter_key(masks, i);
		rv_str_clear(&said);
		rv_str_printf(&said, "%.6s %06" PRIu64, number_of(s), (uint64_t)strtoull(number, NULL, 10));
		if (!read_runs(rv_json_iter_value(masks, i), &cover)) {
			BLAME(s, VERIFY_BOP_MASK, "member '%s': the run lengths of object %s do not fill a picture",
			      s->name.ptr, number);
		} else {
			rv_str_printf(&said, " %" PRIu64 " %" PRIu64 " %" PRIu64, cover.width, cover.height,
			              cover.area);
			if (cover.area > 0) {
				rv_str_printf(&said, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, cover.low[0],
				              cover.low[1], cover.high[0] - cover.low[0] + 1,
				              cover.high[1] - cover.low[1] + 1);
			}
		}
		status = add(s, kind, said.ptr, err);
	}
	rv_json_release(&masks);
	rv_str_release(&said);
	return status;
}

/* Takes the member that was read last. */
static int take_member(struct shard *s, struct rv_err *err)
{
	const char *const field = s->name.len > KEY_LEN ? s->name.ptr + KEY_LEN + 1 : "";
	int status = 0;
	if (s->name.len == 0) {
		return 0;
	}
	if (strcmp(field, "camera.json") == 0) {
		add_entry(s, &s->camera);
	} else if (strcmp(field, "gt.json") == 0) {
		add_entry(s, &s->gt);
	} else if (strcmp(field, "gt_info.json") == 0) {
		add_entry(s, &s->info);
	} else if (strcmp(field, "mask.json") == 0) {
		status = add_masks(s, VERIFY_BOP_MASKS, err);
	} else if (strcmp(field, "mask_visib.json") == 0) {
		status = add_masks(s, VERIFY_BOP_VISIBLE, err);
	} else if (strcmp(field, "depth.png") == 0) {
		status = add_picture(s, VERIFY_BOP_DEPTH, err);
	} else if (strncmp(field, "rgb.", 4) == 0 && format_takes(format_bop.needs, field + 4)) {
		status = add_picture(s, VERIFY_BOP_IMAGE, err);
	} else {
		BLAME(s, VERIFY_BOP_SHARD, "member '%s' is none of a picture's", s->name.ptr);
	}
	rv_str_clear(&s->name);
	rv_str_clear(&s->bytes);
	return status;
}

/* ---- the archive ------------------------------------------------------------------------------------------------- */

/* "000000_000001." of the shard's own scene. */
static bool has_key(const struct shard *s, const char *name)
{
	return strncmp(name, s->item->place.number, STEM - 1) == 0 && name[STEM - 1] == '_' &&
	       strspn(name + STEM, "0123456789") == STEM - 1 && name[KEY_LEN] == '.';
}

/* An rv_tar_member_fn. */
static int start_member(void *shard, const char *name, uint64_t size, struct rv_err *err)
{
	struct shard *const s = shard;
	if (take_member(s, err) < 0) {
		return -1;
	}
	if (!has_key(s, name)) {
		return rv_fail(err, RV_E_BAD_FILE, "member '%s' has no key of the scene", name);
	}
	if (size > MEMBER_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "member '%s' has %" PRIu64 " bytes, more than %" PRIu64, name, size,
		               MEMBER_BYTES_MAX);
	}
	rv_str_puts(&s->name, name);
	return 0;
}

/* An rv_tar_data_fn. */
static int take_data(void *shard, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	rv_str_append(&((struct shard *)shard)->bytes, bytes, len);
	return 0;
}

/* An rv_write_fn. */
static int feed(void *reader, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_tar_reader_add(reader, bytes, len, err);
}

static int read_tar(struct shard *s, struct rv_err *err)
{
	struct rv_tar_reader *const reader = rv_tar_reader_new(start_member, take_data, s);
	struct rv_err end = RV_ERR_INIT;
	int status = rv_source_copy(s->item->source, feed, reader, err);
	if (rv_tar_reader_end(reader, &end) < 0 && status == 0) {
		status = rv_fail(err, end.code, "%s", end.text);
	}
	return status == 0 ? take_member(s, err) : -1;
}

static int add_scene(struct shard *s, struct rv_err *err)
{
	const struct {
		char kind;
		struct rv_str *text;
	} files[] = { { VERIFY_BOP_CAMERA, &s->camera }, { VERIFY_BOP_GT, &s->gt }, { VERIFY_BOP_INFOS, &s->info } };
	for (size_t i = 0; i < RV_COUNTOF(files); i++) {
		rv_str_puts(files[i].text, files[i].text->len > 0 ? "}" : "{}");
		if (add(s, files[i].kind, files[i].text->ptr, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int verify_bop_shard(struct verify_bop *bop, struct verify_item *item, struct rv_err *err)
{
	struct shard s = { .bop = bop,
		           .item = item,
		           .name = RV_STR_INIT,
		           .bytes = RV_STR_INIT,
		           .camera = RV_STR_INIT,
		           .gt = RV_STR_INIT,
		           .info = RV_STR_INIT };
	snprintf(s.key, sizeof(s.key), "%s/%s", item->place.split, item->place.number);
	int status = read_tar(&s, err);
	if (status < 0 && !s.has_failed) {
		BLAME(&s, VERIFY_BOP_SHARD, "%s", err->text);
		verify_census_unread(bop->context->census, FORMAT_ID_bop);
		status = 0;
	}
	status = status < 0 ? -1 : add_scene(&s, err);
	rv_str_release(&s.name);
	rv_str_release(&s.bytes);
	rv_str_release(&s.camera);
	rv_str_release(&s.gt);
	rv_str_release(&s.info);
	return status;
}

int verify_bop_keys(struct verify_bop *bop, struct verify_item *item, const struct rv_str *text, struct rv_err *err)
{
	struct rv_json keys = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	int status = 0;
	if (rv_json_parse(text->ptr, text->len, &keys, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_BOP_JSON, item->path, &wrong);
	}
	for (int i = rv_json_iter(keys); rv_json_iter_ok(keys, i) && status == 0; i = rv_json_next(keys, i)) {
		const char *const key = rv_json_iter_key(keys, i);
		uint64_t number;
		char scene[8] = "", group[32];
		if (rv_json_u64(rv_json_iter_value(keys, i), 0, FORMAT_BOP_SCENES_MAX - 1, &number)) {
			snprintf(scene, sizeof(scene), "%06" PRIu64, number);
		}
		if (strlen(key) != KEY_LEN || strncmp(key, scene, STEM - 1) != 0) {
			verify_problems_add(item->problems, VERIFY_BOP_SHARD, item->path,
			                    "key '%s' is not of the shard that it names", key);
			continue;
		}
		snprintf(group, sizeof(group), "%s/%s", item->place.split, scene);
		status = verify_groups_add(bop->groups, group, VERIFY_BOP_KEYS, item->path, key + STEM, err);
	}
	rv_json_release(&keys);
	return status;
}
