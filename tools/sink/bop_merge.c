/* SPDX-License-Identifier: MIT */
/*
 * Scenes of BOP that were made in parts become those of one run: pictures of a split are counted on, from part to part,
 * and so are the scenes that they fill. Documents are read line by line, each line the entry of a picture.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "categories.h"
#include "format/bop.h"
#include "format/layout.h"
#include "idset.h"
#include "sink/adopt.h"
#include "sink/bop_models.h"
#include "sink/bop_scene.h"
#include "sink/listing.h"
#include "sink/texts.h"
#include "vocabulary.h"

static const char *const documents[] = { "camera", "gt", "info" };

/* A document of the scenes of a split in the making. They end one after the other. */
struct document {
	struct sink_bop_scene in;
	struct rv_str text;
};

struct merging {
	const struct sink_target *target;
	struct sink_adopter adopter;
	const char *part;
	struct sink_listing *listing;
	uint64_t bases[RV_SPLITS]; /* pictures of the parts before */
	struct document documents[RV_SPLITS][RV_COUNTOF(documents)];
	struct sink_part targets;
	bool has_targets;
	struct rv_json *models; /* of each part, models_info.json */
	size_t n_models;
	struct rv_idset *ids;
	struct rv_str id; /* of the picture before */
	/* The file at hand. */
	const char *path;
	struct document *document; /* NULL: it is the list of targets */
	bool tells_ids;
	struct rv_str line;
};

static int fail_form(const struct merging *merging, struct rv_err *err)
{
	return rv_fail(err, RV_E_USAGE, "'%s/%s' is not in the form in which rv writes it", merging->part,
	               merging->path);
}

static uint64_t count(const struct document *document)
{
	return document->in.number * FORMAT_BOP_PICTURES_MAX + document->in.n_pictures;
}

/* ---- lines of documents ---- */

/* A sample's pictures are side by side. */
static int take_id(struct merging *merging, struct rv_json entry, struct rv_err *err)
{
	const char *const id = rv_json_string(rv_json_get(entry, "rv_id"), NULL);
	if (!id) {
		return fail_form(merging, err);
	}
	if (strcmp(merging->id.ptr, id) == 0) {
		return 0;
	}
	rv_str_clear(&merging->id);
	rv_str_puts(&merging->id, id);
	return rv_idset_add(merging->ids, id, strlen(id))
	               ? 0
	               : rv_fail(err, RV_E_USAGE, "id '%s' is there twice, the second time in part '%s'", id,
	                         merging->part);
}

static int put_entry(struct merging *merging, struct rv_json entry, struct rv_err *err)
{
	struct document *const document = merging->document;
	const size_t which = (size_t)(document - merging->documents[document->in.split]);
	const struct rv_span text = rv_json_text(entry);
	if (merging->tells_ids && take_id(merging, entry, err) < 0) {
		return -1;
	}
	if (document->in.number >= FORMAT_BOP_SCENES_MAX - 1) {
		return rv_fail(err, RV_E_LIMIT, "format bop numbers scenes with six digits: a split has at most %d",
		               FORMAT_BOP_SCENES_MAX);
	}
	sink_bop_scene_key(&document->in, &document->text);
	rv_str_append(&document->text, text.ptr, text.len);
	if (++document->in.n_pictures < FORMAT_BOP_PICTURES_MAX) {
		return 0;
	}
	const int status =
	        sink_bop_scene_write(&document->in, documents[which], &document->text, merging->target->dataset, err);
	document->in.number++;
	document->in.n_pictures = 0;
	return status;
}

static int put_target(struct merging *merging, struct rv_json target, struct rv_err *err)
{
	uint64_t scene, picture, n, object;
	struct rv_json_out out;
	if (!rv_json_u64(rv_json_get(target, "scene_id"), 0, FORMAT_BOP_SCENES_MAX - 1, &scene) ||
	    !rv_json_u64(rv_json_get(target, "im_id"), 0, FORMAT_BOP_PICTURES_MAX - 1, &picture) ||
	    !rv_json_u64(rv_json_get(target, "inst_count"), 1, UINT32_MAX, &n) ||
	    !rv_json_u64(rv_json_get(target, "obj_id"), 0, UINT32_MAX, &object)) {
		return fail_form(merging, err);
	}
	const uint64_t at = merging->bases[RV_SPLIT_TEST] + scene * FORMAT_BOP_PICTURES_MAX + picture;
	sink_part_item(&merging->targets, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "im_id", at % FORMAT_BOP_PICTURES_MAX);
	rv_json_put_u64(&out, "inst_count", n);
	rv_json_put_u64(&out, "obj_id", object);
	rv_json_put_u64(&out, "scene_id", at / FORMAT_BOP_PICTURES_MAX);
	rv_json_close(&out, '}');
	return sink_part_flush(&merging->targets, err);
}

/* A line that is an element: `"12": {..},` of a scene, `{..},` or `{..}]` of targets. */
static int take_line(struct merging *merging, const char *line, size_t len, struct rv_err *err)
{
	const char *end = line + len;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	if (merging->document && len > 2 && line[2] == '"') {
		line += 3 + strspn(line + 3, "0123456789");
		line += strncmp(line, "\": ", 3) == 0 ? 3 : 0;
	} else if (merging->document || *line != '{') {
		return 0; /* brackets around all */
	}
	end -= end > line && (end[-1] == ',' || (!merging->document && end[-1] == ']'));
	int status = rv_json_parse(line, (size_t)(end - line), &json, &wrong) < 0 ? fail_form(merging, err) : 0;
	if (status == 0) {
		status = (merging->document ? put_entry : put_target)(merging, json, err);
	}
	rv_json_release(&json);
	return status;
}

/* An rv_write_fn. */
static int take_bytes(void *merging_, const void *bytes, size_t len, struct rv_err *err)
{
	struct merging *const merging = merging_;
	const char *at = bytes, *const end = at + len;
	int status = 0;
	while (at < end && status == 0) {
		const char *const newline = memchr(at, '\n', (size_t)(end - at));
		rv_str_append(&merging->line, at, (size_t)((newline ? newline : end) - at));
		at = newline ? newline + 1 : end;
		if (newline) {
			status = take_line(merging, merging->line.ptr, merging->line.len, err);
			rv_str_clear(&merging->line);
		}
	}
	return status;
}

/* ---- models ---- */

static int take_models(struct merging *merging, const struct sink_listed *file, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	int status = sink_listing_read(merging->listing, file, sink_text_keep, &text, err);
	if (status == 0 && rv_json_parse(text.ptr, text.len, &merging->models[merging->n_models], &wrong) < 0) {
		status = fail_form(merging, err);
	}
	merging->n_models += status == 0;
	rv_str_release(&text);
	return status;
}

/* Appends the model of a category: that of the first part that has it, which those of others are like. */
static int put_model(const struct merging *merging, const struct rv_category *category, char *const *parts,
                     struct rv_json_out *out, struct rv_err *err)
{
	struct rv_json first = RV_JSON_INIT;
	size_t of = 0;
	char key[16];
	snprintf(key, sizeof(key), "%" PRIu32, category->id);
	for (size_t i = 0; i < merging->n_models; i++) {
		const struct rv_json model = rv_json_get(merging->models[i], key);
		if (rv_json_type(first) == RV_JSON_NONE) {
			first = model;
			of = i;
		} else if (rv_json_type(model) != RV_JSON_NONE && !sink_bop_models_agree(first, model)) {
			return rv_fail(err, RV_E_USAGE,
			               "the boxes of '%s' are of one size in part '%s' and of another in '%s', and "
			               "format bop has one model of each category: give what differs in size "
			               "categories of its own",
			               category->name, parts[of], parts[i]);
		}
	}
	const struct rv_span text = rv_json_text(first);
	if (text.len > 0) {
		rv_json_put_raw(out, key, text.ptr, text.len);
	}
	return 0;
}

static int write_models(const struct merging *merging, const struct sink_merged *merged, struct rv_err *err)
{
	struct rv_categories categories = RV_CATEGORIES_INIT;
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_json_out out;
	rv_str_printf(&path, "%s/" RV_CATEGORIES_NAME, merged->first);
	int status = rv_categories_load(&categories, path.ptr, err);
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	for (size_t i = 0; i < categories.len && status == 0; i++) {
		status = put_model(merging, &categories.items[i], merged->parts, &out, err);
	}
	rv_json_close(&out, '}');
	rv_str_putc(&text, '\n');
	if (status == 0) {
		status = sink_dataset_write(merging->target->dataset, format_layout(&format_bop, "models"), text.ptr,
		                            text.len, err);
	}
	rv_categories_release(&categories);
	rv_str_release(&path);
	rv_str_release(&text);
	return status;
}

/* ---- parts ---- */

/* A file of a picture. */
static int take_placed(struct merging *merging, const struct sink_listed *file, const char *layout,
                       const struct format_place *place, struct rv_err *err)
{
	const enum rv_split split = rv_split_find(place->split);
	const uint64_t at = merging->bases[split] + strtoull(place->number, NULL, 10) * FORMAT_BOP_PICTURES_MAX +
	                    strtoull(place->frame, NULL, 10);
	const struct sink_bop_scene scene = { .split = split, .number = at / FORMAT_BOP_PICTURES_MAX };
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str path = RV_STR_INIT;
	sink_bop_scene_path(&scene, layout, at % FORMAT_BOP_PICTURES_MAX, strtoull(place->object, NULL, 10), place->ext,
	                    &path);
	int status = sink_listing_source(merging->listing, file, &source, err);
	if (status == 0) {
		status = sink_adopt(&merging->adopter, merging->target->dataset, &source, path.ptr, file->sha256, err);
		rv_source_close(&source);
	}
	rv_str_release(&path);
	return status;
}

static int take_file(struct merging *merging, const struct sink_listed *file, struct rv_err *err)
{
	struct format_place place;
	const struct format_path *const row = format_row(&format_bop, file->path);
	if (!row || row->merge == FORMAT_MERGE_FIRST) {
		return 0;
	}
	(void)format_match(row->layout, file->path, &place);
	if (row->merge == FORMAT_MERGE_PLACED) {
		return take_placed(merging, file, row->name, &place, err);
	}
	merging->path = file->path;
	if (strcmp(row->name, "models") == 0) {
		return take_models(merging, file, err);
	}
	merging->document = NULL;
	for (size_t i = 0; i < RV_COUNTOF(documents); i++) {
		if (strcmp(row->name, documents[i]) == 0) {
			merging->document = &merging->documents[rv_split_find(place.split)][i];
			merging->tells_ids = i == 0;
		}
	}
	merging->has_targets |= !merging->document;
	rv_str_clear(&merging->line);
	return sink_listing_read(merging->listing, file, take_bytes, merging, err);
}

static int take_part(struct merging *merging, const char *part, struct rv_err *err)
{
	struct sink_listed file;
	int got, status = 0;
	merging->part = part;
	rv_str_clear(&merging->id);
	merging->listing = sink_listing_open(part, err);
	if (!merging->listing) {
		return -1;
	}
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		merging->bases[split] = count(&merging->documents[split][0]);
	}
	while (status == 0 && (got = sink_listing_next(merging->listing, &file, err)) != 0) {
		status = got < 0 ? -1 : take_file(merging, &file, err);
	}
	sink_listing_close(merging->listing);
	return status;
}

/* ---- the whole ---- */

static int finish(struct merging *merging, const struct sink_merged *merged, struct rv_err *err)
{
	struct sink_dataset *const dataset = merging->target->dataset;
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		for (size_t i = 0; i < RV_COUNTOF(documents); i++) {
			struct document *const document = &merging->documents[split][i];
			if (document->in.n_pictures > 0 &&
			    sink_bop_scene_write(&document->in, documents[i], &document->text, dataset, err) < 0) {
				return -1;
			}
		}
	}
	return write_models(merging, merged, err) < 0 ||
	                       (merging->has_targets && sink_bop_targets_write(&merging->targets, dataset, err) < 0)
	               ? -1
	               : 0;
}

static void start(struct merging *merging, const struct sink_target *target, size_t n_parts)
{
	*merging = (struct merging) { .target = target,
		                      .adopter = SINK_ADOPTER_INIT,
		                      .models = rv_alloc_zero(n_parts, sizeof(*merging->models)),
		                      .ids = rv_idset_new(),
		                      .id = RV_STR_INIT,
		                      .line = RV_STR_INIT };
	sink_part_init(&merging->targets, target->dataset, "bop-targets");
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		for (size_t i = 0; i < RV_COUNTOF(documents); i++) {
			merging->documents[split][i].in.split = split;
			rv_str_init(&merging->documents[split][i].text);
		}
	}
}

static void release(struct merging *merging)
{
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		for (size_t i = 0; i < RV_COUNTOF(documents); i++) {
			rv_str_release(&merging->documents[split][i].text);
		}
	}
	for (size_t i = 0; i < merging->n_models; i++) {
		rv_json_release(&merging->models[i]);
	}
	free(merging->models);
	sink_part_release(&merging->targets);
	rv_idset_free(merging->ids);
	rv_str_release(&merging->id);
	rv_str_release(&merging->line);
}

int sink_bop_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err)
{
	struct merging merging;
	int status = 0;
	start(&merging, target, merged->n_parts);
	for (size_t i = 0; i < merged->n_parts && status == 0; i++) {
		status = take_part(&merging, merged->parts[i], err);
	}
	status = status == 0 ? finish(&merging, merged, err) : status;
	release(&merging);
	return status;
}
