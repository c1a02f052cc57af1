/* SPDX-License-Identifier: MIT */
/* croissant.json against the files. */
#include "verify/croissant.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "source.h"
#include "vocabulary.h"

#define BYTES_MAX ((size_t)256 << 20)

/* An element of `distribution`. */
struct resource {
	const char *path;   /* of a file, or what a FileSet includes */
	const char *sha256; /* NULL: a FileSet */
	bool is_there;
};

struct verify_croissant {
	struct rv_json json;
	struct resource *resources;
	size_t n_resources;
};

#define BLAME(...) verify_problems_add(problems, VERIFY_CROISSANT_JSON, RV_CROISSANT_NAME, __VA_ARGS__)

static const char *text_of(struct rv_json object, const char *key)
{
	return rv_json_string(rv_json_get(object, key), NULL);
}

static bool is_text(struct rv_json object, const char *key, const char *wanted)
{
	const char *const text = text_of(object, key);
	return text && strcmp(text, wanted) == 0;
}

/* ---- the document ------------------------------------------------------------------------------------------------ */

/* What is wrong with an element of `distribution`, or NULL. */
static const char *fault_of(struct rv_json element, struct resource *resource)
{
	const bool is_file = is_text(element, "@type", "cr:FileObject");
	if (!is_file && !is_text(element, "@type", "cr:FileSet")) {
		return "it is no FileObject and no FileSet";
	}
	if (!text_of(element, "@id") || !text_of(element, "name") || !text_of(element, "encodingFormat")) {
		return "it lacks @id, name or encodingFormat";
	}
	resource->path = text_of(element, is_file ? "contentUrl" : "includes");
	resource->sha256 = is_file ? text_of(element, "sha256") : NULL;
	if (!resource->path) {
		return is_file ? "it has no contentUrl" : "it includes nothing";
	}
	return is_file && !resource->sha256 ? "it has no sha256" : NULL;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct resource *)a)->path, ((const struct resource *)b)->path);
}

static void read_distribution(struct verify_croissant *croissant, struct verify_problems *problems)
{
	const struct rv_json list = rv_json_get(croissant->json, "distribution");
	const size_t n = rv_json_len(list);
	croissant->resources = rv_alloc_zero(n + 1, sizeof(*croissant->resources));
	for (size_t i = 0; i < n; i++) {
		struct resource resource = { .path = NULL };
		const char *const fault = fault_of(rv_json_at(list, i), &resource);
		if (fault) {
			BLAME("distribution[%zu]: %s", i, fault);
		} else {
			croissant->resources[croissant->n_resources++] = resource;
		}
	}
	if (croissant->n_resources > 1) {
		qsort(croissant->resources, croissant->n_resources, sizeof(*croissant->resources), by_path);
	}
	for (size_t i = 1; i < croissant->n_resources; i++) {
		if (by_path(&croissant->resources[i - 1], &croissant->resources[i]) == 0) {
			BLAME("'%s' is listed twice", croissant->resources[i].path);
		}
	}
}

static bool is_resource(const struct verify_croissant *croissant, const char *id, bool is_set)
{
	for (size_t i = 0; id && i < croissant->n_resources; i++) {
		if (strcmp(croissant->resources[i].path, id) == 0) {
			return (croissant->resources[i].sha256 == NULL) == is_set;
		}
	}
	return false;
}

/* Each field of a table has a type, and a column of a file or a pattern that is listed. */
static void read_records(const struct verify_croissant *croissant, struct verify_problems *problems)
{
	const struct rv_json sets = rv_json_get(croissant->json, "recordSet");
	for (size_t i = 0; i < rv_json_len(sets); i++) {
		const struct rv_json set = rv_json_at(sets, i), fields = rv_json_get(set, "field");
		bool is_good = is_text(set, "@type", "cr:RecordSet") && text_of(set, "@id") && rv_json_len(fields) > 0;
		for (size_t k = 0; k < rv_json_len(fields) && is_good; k++) {
			const struct rv_json field = rv_json_at(fields, k), source = rv_json_get(field, "source");
			is_good = is_text(field, "@type", "cr:Field") && text_of(field, "@id") &&
			          text_of(field, "name") && text_of(field, "dataType") &&
			          text_of(rv_json_get(source, "extract"), "column") &&
			          (is_resource(croissant, text_of(rv_json_get(source, "fileObject"), "@id"), false) ||
			           is_resource(croissant, text_of(rv_json_get(source, "fileSet"), "@id"), true));
		}
		if (!is_good) {
			BLAME("recordSet[%zu] lacks something, or names a file that is not listed", i);
		}
	}
}

static void read_document(struct verify_croissant *croissant, struct verify_problems *problems)
{
	const struct rv_json json = croissant->json;
	if (!is_text(json, "@type", "sc:Dataset") || !text_of(json, "description") ||
	    !is_text(json, "conformsTo", "http://mlcommons.org/croissant/1.1") ||
	    rv_json_type(rv_json_get(json, "@context")) != RV_JSON_OBJECT) {
		BLAME("it is no Dataset of Croissant 1.1 with a context and a description");
	}
	if (rv_json_type(rv_json_get(rv_json_get(json, "prov:wasGeneratedBy"), "prov:wasAssociatedWith")) !=
	    RV_JSON_ARRAY) {
		BLAME("it does not say what the dataset was made with");
	}
	read_distribution(croissant, problems);
	read_records(croissant, problems);
}

struct verify_croissant *verify_croissant_open(int dir_fd, struct verify_problems *problems)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (rv_source_open_beneath(&source, dir_fd, RV_CROISSANT_NAME, &err) < 0) {
		return NULL; /* not there, or no file, which is found with all others */
	}
	struct verify_croissant *const croissant = rv_alloc_zero(1, sizeof(*croissant));
	if (rv_source_load(&source, BYTES_MAX, &text, &err) < 0 ||
	    rv_json_parse(text.ptr, text.len, &croissant->json, &err) < 0) {
		verify_problems_add_err(problems, VERIFY_CROISSANT_JSON, RV_CROISSANT_NAME, &err);
		free(croissant);
		rv_source_close(&source);
		rv_str_release(&text);
		return NULL;
	}
	read_document(croissant, problems);
	rv_source_close(&source);
	rv_str_release(&text);
	return croissant;
}

void verify_croissant_free(struct verify_croissant *croissant)
{
	if (croissant) {
		free(croissant->resources);
		rv_json_release(&croissant->json);
		free(croissant);
	}
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static struct resource *find_file(const struct verify_croissant *croissant, const char *path)
{
	const struct resource wanted = { .path = path };
	struct resource *const found =
	        bsearch(&wanted, croissant->resources, croissant->n_resources, sizeof(wanted), by_path);
	return found && found->sha256 ? found : NULL;
}

/* FOLDER/LAST is of the files in the folder itself, FOLDER/ and "**" and LAST of those below it, too. */
static bool includes(const char *pattern, const char *path)
{
	static const char below[] = "**/";
	const char *const last = rv_path_base(pattern), *const name = rv_path_base(path);
	size_t folder = (size_t)(last - pattern);
	const bool is_below = folder >= strlen(below) && strncmp(last - strlen(below), below, strlen(below)) == 0;
	folder -= is_below ? strlen(below) : 0;
	return strncmp(pattern, path, folder) == 0 && (is_below || (size_t)(name - path) == folder) &&
	       fnmatch(last, name, 0) == 0;
}

void verify_croissant_take(struct verify_croissant *croissant, const char *path, const char *sha256,
                           struct verify_problems *problems)
{
	if (!croissant || strcmp(path, RV_CROISSANT_NAME) == 0 || strcmp(path, RV_SUMS_NAME) == 0) {
		return;
	}
	struct resource *const file = find_file(croissant, path);
	size_t n_sets = 0;
	for (size_t i = 0; i < croissant->n_resources; i++) {
		struct resource *const set = &croissant->resources[i];
		if (!set->sha256 && includes(set->path, path)) {
			set->is_there = true;
			n_sets++;
		}
	}
	if (file) {
		file->is_there = true;
	}
	if (file && strcmp(file->sha256, sha256) != 0) {
		verify_problems_add(problems, VERIFY_CROISSANT_FILE, path, "%s has another digest of it",
		                    RV_CROISSANT_NAME);
	}
	if ((file != NULL) + n_sets != 1) {
		verify_problems_add(problems, VERIFY_CROISSANT_FILE, path,
		                    file || n_sets > 0 ? "it is in several resources of %s"
		                                       : "it is in no resource of %s",
		                    RV_CROISSANT_NAME);
	}
}

void verify_croissant_end(struct verify_croissant *croissant, struct verify_problems *problems)
{
	for (size_t i = 0; croissant && i < croissant->n_resources; i++) {
		if (!croissant->resources[i].is_there) {
			verify_problems_add(problems, VERIFY_CROISSANT_FILE, RV_CROISSANT_NAME,
			                    "it lists '%s', which is not there", croissant->resources[i].path);
		}
	}
}
