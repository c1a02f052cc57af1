/* SPDX-License-Identifier: MIT */
/* croissant.json. */
#include "sink/croissant.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "format/format.h"
#include "vocabulary.h"
#include "sink/media.h"

/* A file by itself, or many by a pattern. */
struct resource {
	char *path;                    /* or pattern */
	char *example;                 /* a file that it is, or stands for */
	const struct format_path *row; /* NULL: of no format */
	uint64_t n_bytes;
	char sha256[RV_HASH_HEX_LEN + 1];
};

struct resources {
	struct resource *items;
	size_t len, cap;
};

/* A few different texts, sorted. */
struct texts {
	char **items;
	size_t len, cap;
};

struct sink_croissant {
	const struct sink_info *info;
	struct sink_dataset *dataset;
	struct resources files, sets;
	uint64_t n_samples, first_seed, last_seed; /* the smallest and the largest */
	bool has_seeds;
	struct texts seed_modes, blenders;
};

/* ---- files ---- */

/* The row of a format that a file of the dataset is of; NULL: of none. */
static const struct format_path *row_of(const char *path)
{
	const struct format_path *row = NULL;
	for (size_t i = 0; i < format_count && !row; i++) {
		row = format_row(format_all[i], path);
	}
	return row;
}

/* A layout whose files grow in number with the samples. */
static bool is_of_many(const struct format_path *row)
{
	return row && !row->is_shard && (strstr(row->layout, "{id}") || strstr(row->layout, "{number}"));
}

/* "coco/images/" and "**" and "*.png": what all files of a layout, and those beside the given one, have in common. */
static void put_pattern(const struct format_path *row, const char *path, struct rv_str *pattern)
{
	const char *const brace = strchr(row->layout, '{'), *const last = strrchr(row->layout, '/');
	size_t folder = (size_t)(brace - row->layout);
	while (folder > 0 && row->layout[folder - 1] != '/') {
		folder--;
	}
	rv_str_append(pattern, row->layout, folder);
	rv_str_puts(pattern, strchr(row->layout + folder, '/') ? "**/" : "");
	const char *const dot = strrchr(rv_path_base(path), '.');
	if (last && !strchr(last, '{') && !strchr(last, '}')) {
		rv_str_puts(pattern, last + 1);
	} else {
		rv_str_printf(pattern, "*%s", dot ? dot : "");
	}
}

static bool has(const struct resources *resources, const char *path)
{
	for (size_t i = 0; i < resources->len; i++) {
		if (strcmp(resources->items[i].path, path) == 0) {
			return true;
		}
	}
	return false;
}

static void add(struct resources *resources, const char *path, const char *example, const struct format_path *row,
                uint64_t n_bytes, const char *sha256)
{
	struct resource resource = {
		.path = rv_strdup(path), .example = rv_strdup(example), .row = row, .n_bytes = n_bytes
	};
	memcpy(resource.sha256, sha256, sizeof(resource.sha256));
	RV_GROW(resources->items, resources->len, resources->cap);
	resources->items[resources->len++] = resource;
}

/* A sink_dataset_watch_fn. */
static void see_file(void *watcher, const char *relative, uint64_t n_bytes, const char *sha256)
{
	struct sink_croissant *const croissant = watcher;
	const struct format_path *const row = row_of(relative);
	struct rv_str pattern = RV_STR_INIT;
	if (!is_of_many(row)) {
		add(&croissant->files, relative, relative, row, n_bytes, sha256);
		return;
	}
	put_pattern(row, relative, &pattern);
	if (!has(&croissant->sets, pattern.ptr)) {
		add(&croissant->sets, pattern.ptr, relative, row, n_bytes, sha256);
	}
	rv_str_release(&pattern);
}

struct sink_croissant *sink_croissant_open(const struct sink_info *info, struct sink_dataset *dataset)
{
	struct sink_croissant *const croissant = rv_alloc_zero(1, sizeof(*croissant));
	croissant->info = info;
	croissant->dataset = dataset;
	sink_dataset_watch(dataset, see_file, croissant);
	return croissant;
}

static void release_resources(struct resources *resources)
{
	for (size_t i = 0; i < resources->len; i++) {
		free(resources->items[i].path);
		free(resources->items[i].example);
	}
	free(resources->items);
}

static void release_texts(struct texts *texts)
{
	for (size_t i = 0; i < texts->len; i++) {
		free(texts->items[i]);
	}
	free(texts->items);
}

void sink_croissant_free(struct sink_croissant *croissant)
{
	if (!croissant) {
		return;
	}
	sink_dataset_watch(croissant->dataset, NULL, NULL);
	release_resources(&croissant->files);
	release_resources(&croissant->sets);
	release_texts(&croissant->seed_modes);
	release_texts(&croissant->blenders);
	free(croissant);
}

/* ---- samples ---- */

static void add_text(struct texts *texts, struct rv_json value)
{
	const char *const text = rv_json_string(value, NULL);
	size_t at = 0;
	while (text && at < texts->len && strcmp(texts->items[at], text) < 0) {
		at++;
	}
	if (!text || (at < texts->len && strcmp(texts->items[at], text) == 0)) {
		return;
	}
	RV_GROW(texts->items, texts->len, texts->cap);
	memmove(&texts->items[at + 1], &texts->items[at], (texts->len - at) * sizeof(*texts->items));
	texts->items[at] = rv_strdup(text);
	texts->len++;
}

static void add_seeds(struct sink_croissant *croissant, uint64_t first, uint64_t last)
{
	croissant->first_seed = croissant->has_seeds ? RV_MIN(croissant->first_seed, first) : first;
	croissant->last_seed = RV_MAX(croissant->last_seed, last);
	croissant->has_seeds = true;
}

void sink_croissant_add(struct sink_croissant *croissant, const struct rv_sample *sample)
{
	uint64_t seed;
	croissant->n_samples++;
	if (rv_json_u64(rv_json_get(sample->json, "seed"), 0, UINT64_MAX, &seed)) {
		add_seeds(croissant, seed, seed);
	}
	add_text(&croissant->seed_modes, rv_json_get(sample->json, "seed_mode"));
	add_text(&croissant->blenders, rv_json_get(rv_json_get(sample->json, "render"), "blender"));
}

/* put_provenance, read. */
int sink_croissant_join(struct sink_croissant *croissant, const struct rv_str *text, uint64_t n_samples,
                        struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(text->ptr, text->len, &json, err) < 0) {
		return -1;
	}
	const struct rv_json activity = rv_json_get(json, "prov:wasGeneratedBy"),
	                     agents = rv_json_get(activity, "prov:wasAssociatedWith"),
	                     seeds = rv_json_get(activity, "prov:used"),
	                     modes = rv_json_get(seeds, "measurementTechnique");
	uint64_t first, last;
	croissant->n_samples += n_samples;
	for (size_t i = 1; i < rv_json_len(agents); i++) { /* the first is rv */
		add_text(&croissant->blenders, rv_json_get(rv_json_at(agents, i), "version"));
	}
	for (size_t i = 0; i < rv_json_len(modes); i++) {
		add_text(&croissant->seed_modes, rv_json_at(modes, i));
	}
	if (rv_json_u64(rv_json_get(seeds, "minValue"), 0, UINT64_MAX, &first) &&
	    rv_json_u64(rv_json_get(seeds, "maxValue"), first, UINT64_MAX, &last)) {
		add_seeds(croissant, first, last);
	}
	rv_json_release(&json);
	return 0;
}

/* ---- the document ---- */

static void put_context(struct rv_json_out *out)
{
	static const char *const terms[][2] = {
		{ "@language", "en" },
		{ "@vocab", "https://schema.org/" },
		{ "sc", "https://schema.org/" },
		{ "cr", "http://mlcommons.org/croissant/" },
		{ "dct", "http://purl.org/dc/terms/" },
		{ "prov", "http://www.w3.org/ns/prov#" },
		{ "citeAs", "cr:citeAs" },
		{ "conformsTo", "dct:conformsTo" },
		{ "includes", "cr:includes" },
		{ "recordSet", "cr:recordSet" },
		{ "field", "cr:field" },
		{ "dataType", "cr:dataType" },
		{ "source", "cr:source" },
		{ "fileObject", "cr:fileObject" },
		{ "fileSet", "cr:fileSet" },
		{ "extract", "cr:extract" },
		{ "column", "cr:column" },
	};
	rv_json_open(out, "@context", '{');
	for (size_t i = 0; i < RV_COUNTOF(terms); i++) {
		rv_json_put_string(out, terms[i][0], terms[i][1]);
	}
	rv_json_close(out, '}');
}

static void put_info(const struct sink_croissant *croissant, struct rv_json_out *out)
{
	static const struct {
		enum sink_info_key key;
		const char *member;
	} members[] = { { SINK_INFO_NAME, "name" },       { SINK_INFO_LICENSE, "license" },
		        { SINK_INFO_URL, "url" },         { SINK_INFO_DATE, "datePublished" },
		        { SINK_INFO_CITATION, "citeAs" }, { SINK_INFO_VERSION, "version" } };
	const char *const *const values = croissant->info->values;
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%" PRIu64 " synthetic samples, made with rv and Blender", croissant->n_samples);
	const char *const description = values[SINK_INFO_DESCRIPTION];
	rv_json_put_string(out, "description", description ? description : text.ptr);
	rv_str_release(&text);
	for (size_t i = 0; i < RV_COUNTOF(members); i++) {
		if (values[members[i].key]) {
			rv_json_put_string(out, members[i].member, values[members[i].key]);
		}
	}
	if (values[SINK_INFO_CREATOR]) {
		rv_json_open(out, "creator", '{');
		rv_json_put_string(out, "@type", "sc:Organization");
		rv_json_put_string(out, "name", values[SINK_INFO_CREATOR]);
		rv_json_close(out, '}');
	}
}

static void put_agent(struct rv_json_out *out, const char *name, const char *version)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "@type", "prov:SoftwareAgent");
	rv_json_put_string(out, "name", name);
	rv_json_put_string(out, "version", version);
	rv_json_close(out, '}');
}

/* What the dataset was made from and with. */
static void put_provenance(const struct sink_croissant *croissant, struct rv_json_out *out)
{
	rv_json_open(out, "prov:wasGeneratedBy", '{');
	rv_json_put_string(out, "@type", "prov:Activity");
	rv_json_open(out, "prov:wasAssociatedWith", '[');
	put_agent(out, "rv", RV_VERSION);
	for (size_t i = 0; i < croissant->blenders.len; i++) {
		put_agent(out, "Blender", croissant->blenders.items[i]);
	}
	rv_json_close(out, ']');
	if (croissant->has_seeds) {
		rv_json_open(out, "prov:used", '{');
		rv_json_put_string(out, "@type", "sc:PropertyValue");
		rv_json_put_string(out, "name", "seed");
		rv_json_put_u64(out, "minValue", croissant->first_seed);
		rv_json_put_u64(out, "maxValue", croissant->last_seed);
		rv_json_open(out, "measurementTechnique", '[');
		for (size_t i = 0; i < croissant->seed_modes.len; i++) {
			rv_json_put_string(out, NULL, croissant->seed_modes.items[i]);
		}
		rv_json_close(out, ']');
		rv_json_close(out, '}');
	}
	rv_json_close(out, '}');
}

static void put_resource(const struct resource *resource, bool is_set, struct rv_json_out *out)
{
	struct rv_str size = RV_STR_INIT;
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "@type", is_set ? "cr:FileSet" : "cr:FileObject");
	rv_json_put_string(out, "@id", resource->path);
	rv_json_put_string(out, "name", resource->path);
	if (resource->row) {
		rv_json_put_string(out, "description", resource->row->text);
	}
	rv_json_put_string(out, "encodingFormat", sink_media_type(resource->path));
	if (is_set) {
		rv_json_put_string(out, "includes", resource->path);
	} else {
		rv_str_printf(&size, "%" PRIu64 " B", resource->n_bytes);
		rv_json_put_string(out, "contentUrl", resource->path);
		rv_json_put_string(out, "contentSize", size.ptr);
		rv_json_put_string(out, "sha256", resource->sha256);
	}
	rv_json_close(out, '}');
	rv_str_release(&size);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct resource *)a)->path, ((const struct resource *)b)->path);
}

static void put_resources(struct resources *resources, bool are_sets, struct rv_json_out *out)
{
	if (resources->len > 1) {
		qsort(resources->items, resources->len, sizeof(*resources->items), by_path);
	}
	for (size_t i = 0; i < resources->len; i++) {
		put_resource(&resources->items[i], are_sets, out);
	}
}

/* The columns of a table. */
static void put_records(const struct resource *resource, bool is_set, struct rv_json_out *out)
{
	struct rv_str id = RV_STR_INIT;
	rv_str_printf(&id, "records/%s", resource->path);
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "@type", "cr:RecordSet");
	rv_json_put_string(out, "@id", id.ptr);
	rv_json_put_string(out, "name", id.ptr);
	rv_json_put_string(out, "description", resource->row->text);
	rv_json_open(out, "field", '[');
	for (const struct format_column *column = resource->row->columns; column->name; column++) {
		rv_str_clear(&id);
		rv_str_printf(&id, "records/%s/%s", resource->path, column->name);
		rv_json_open(out, NULL, '{');
		rv_json_put_string(out, "@type", "cr:Field");
		rv_json_put_string(out, "@id", id.ptr);
		rv_json_put_string(out, "name", column->name);
		rv_json_put_string(out, "description", column->text);
		rv_json_put_string(out, "dataType", column->type);
		rv_json_open(out, "source", '{');
		rv_json_open(out, is_set ? "fileSet" : "fileObject", '{');
		rv_json_put_string(out, "@id", resource->path);
		rv_json_close(out, '}');
		rv_json_open(out, "extract", '{');
		rv_json_put_string(out, "column", column->name);
		rv_json_close(out, '}');
		rv_json_close(out, '}');
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
	rv_str_release(&id);
}

static void put_tables(const struct resources *resources, bool are_sets, struct rv_json_out *out)
{
	for (size_t i = 0; i < resources->len; i++) {
		if (resources->items[i].row && resources->items[i].row->columns) {
			put_records(&resources->items[i], are_sets, out);
		}
	}
}

/* Catalogues refuse a document without these, and they are for the user to say. */
static void warn_missing(const struct sink_info *info)
{
	static const struct {
		enum sink_info_key key;
		const char *name;
	} required[] = { { SINK_INFO_NAME, "name" },
		         { SINK_INFO_LICENSE, "license" },
		         { SINK_INFO_CREATOR, "creator" },
		         { SINK_INFO_URL, "url" },
		         { SINK_INFO_DATE, "date" } };
	struct rv_str missing = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(required); i++) {
		if (!info->values[required[i].key]) {
			rv_str_printf(&missing, "%s--info %s=...", missing.len > 0 ? ", " : "", required[i].name);
		}
	}
	if (missing.len > 0) {
		rv_warn("%s is no valid Croissant yet, it lacks %s", RV_CROISSANT_NAME, missing.ptr);
	}
	rv_str_release(&missing);
}

/* True when a pattern is that of a file: '*' ends at a '/', but for "**". */
static bool covers(const char *pattern, const char *path)
{
	return fnmatch(pattern, path, strstr(pattern, "**") ? 0 : FNM_PATHNAME) == 0;
}

/* Each file is in one resource: what the pattern of another set covers is not told again. */
static void leave_out_covered(struct resources *resources, const struct resources *sets)
{
	size_t n = 0;
	for (size_t i = 0; i < resources->len; i++) {
		struct resource *const resource = &resources->items[i];
		bool is_covered = false;
		for (size_t k = 0; k < sets->len && !is_covered; k++) {
			is_covered = strcmp(sets->items[k].path, resource->path) != 0 &&
			             covers(sets->items[k].path, resource->example);
		}
		if (is_covered) {
			free(resource->path);
			free(resource->example);
		} else {
			resources->items[n++] = *resource;
		}
	}
	resources->len = n;
}

int sink_croissant_write(struct sink_croissant *croissant, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT, pretty = RV_STR_INIT;
	struct rv_json_out out;
	warn_missing(croissant->info);
	sink_dataset_watch(croissant->dataset, NULL, NULL);
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	put_context(&out);
	rv_json_put_string(&out, "@type", "sc:Dataset");
	rv_json_put_string(&out, "conformsTo", "http://mlcommons.org/croissant/1.1");
	put_info(croissant, &out);
	put_provenance(croissant, &out);
	rv_json_open(&out, "distribution", '[');
	leave_out_covered(&croissant->files, &croissant->sets);
	leave_out_covered(&croissant->sets, &croissant->sets);
	put_resources(&croissant->files, false, &out);
	put_resources(&croissant->sets, true, &out);
	rv_json_close(&out, ']');
	rv_json_open(&out, "recordSet", '[');
	put_tables(&croissant->files, false, &out);
	put_tables(&croissant->sets, true, &out);
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_scan_indent(text.ptr, text.len, 2, &pretty);
	rv_str_putc(&pretty, '\n');
	const int status = sink_dataset_write(croissant->dataset, RV_CROISSANT_NAME, pretty.ptr, pretty.len, err);
	rv_str_release(&text);
	rv_str_release(&pretty);
	return status;
}
