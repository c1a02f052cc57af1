/* SPDX-License-Identifier: MIT */
/* The list of formats, what --format may say, and how the list is told. */
#include "format/format.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "arena.h"
#include "diag.h"
#include "format/layout.h"
#include "json.h"
#include "parse.h"

#define FORMAT(name) &format_##name,
const struct format *const format_all[] = {
#include "format/list.def"
};
#undef FORMAT
const size_t format_count = RV_COUNTOF(format_all);

size_t format_find(const char *name)
{
	for (size_t i = 0; i < format_count; i++) {
		if (strcmp(format_all[i]->name, name) == 0) {
			return i;
		}
	}
	return SIZE_MAX;
}

const char *format_layout(const struct format *format, const char *name)
{
	for (const struct format_path *p = format->paths; p->name; p++) {
		if (strcmp(p->name, name) == 0) {
			return p->layout;
		}
	}
	rv_bug("format %s has no path '%s'", format->name, name);
}

const struct format_path *format_row(const struct format *format, const char *path)
{
	struct format_place place;
	const struct format_path *row = format->paths;
	while (row->name && !format_match(row->layout, path, &place)) {
		row++;
	}
	return row->name ? row : NULL;
}

const char *const format_things[FORMAT_THINGS] = {
#define FORMAT_THING(constant, name) name,
	FORMAT_THING_LIST(FORMAT_THING)
#undef FORMAT_THING
};

/* Each kind of need takes the first so many. */
static const char *const extensions[] = { "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff" };
static const struct {
	unsigned int need;
	size_t n_extensions;
	const char *title;
} pictures[] = {
	{ FORMAT_NEEDS_PNG, 1, "PNG" },
	{ FORMAT_NEEDS_PHOTO, 3, "PNG or JPEG" },
	{ FORMAT_NEEDS_COMMON, RV_COUNTOF(extensions), "PNG, JPEG, WebP, BMP or TIFF" },
};

bool format_takes(unsigned int needs, const char *extension)
{
	bool is_any = true, takes = false;
	for (size_t i = 0; i < RV_COUNTOF(pictures); i++) {
		is_any &= !(needs & pictures[i].need);
		for (size_t k = 0; k < pictures[i].n_extensions && (needs & pictures[i].need); k++) {
			takes |= strcasecmp(extensions[k], extension) == 0;
		}
	}
	return is_any || takes;
}

const char *const format_images[] = { [FORMAT_IMAGE_KEEP] = "keep", [FORMAT_IMAGE_JPG] = "jpg", NULL };

bool format_encodes(const struct format *format)
{
	return format->encoding && format->encoding->image == FORMAT_IMAGE_JPG;
}

const char *format_pictures(unsigned int needs)
{
	const char *title = "any";
	for (size_t i = 0; i < RV_COUNTOF(pictures); i++) {
		title = needs & pictures[i].need ? pictures[i].title : title;
	}
	return title;
}

bool format_is_of_shards(const struct format *format)
{
	bool is = true;
	for (const struct format_path *row = format->paths; row->name; row++) {
		is = is && row->is_shard;
	}
	return is;
}

unsigned int format_lacks(const struct format *format)
{
	return format->lacks & ~(format->gains ? format->gains() : 0);
}

int format_unknown(const char *name, struct rv_err *err)
{
	const char **const names = rv_alloc_zero(format_count + 1, sizeof(*names));
	struct rv_str known = RV_STR_INIT;
	for (size_t i = 0; i < format_count; i++) {
		names[i] = format_all[i]->name;
		rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	const char *const near = rv_nearest_name(name, names);
	rv_fail(err, RV_E_USAGE, "there is no format '%s'%s%s%s: the formats are %s", name,
	        near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", known.ptr);
	rv_str_release(&known);
	free(names);
	return -1;
}

/* ---- what --format says ---- */

/* Values of options are kept as long as the program runs, as the words of the command line are. */
static struct rv_arena texts = RV_ARENA_INIT;

static const struct rv_option *find_option(const struct format *format, const char *name)
{
	for (const struct rv_option *o = format->options; o && o->kind != RV_OPT_END; o++) {
		if (strcmp(o->name, name) == 0) {
			return o;
		}
	}
	return NULL;
}

static int fail_option(const struct format *format, const char *name, struct rv_err *err)
{
	const char *names[64];
	struct rv_str known = RV_STR_INIT;
	size_t n = 0;
	for (const struct rv_option *o = format->options; o && o->kind != RV_OPT_END && n + 1 < RV_COUNTOF(names);
	     o++) {
		rv_str_printf(&known, "%s%s", n > 0 ? ", " : "", o->name);
		names[n++] = o->name;
	}
	names[n] = NULL;
	const char *const near = rv_nearest_name(name, names);
	rv_fail(err, RV_E_USAGE, "format %s has no option '%s'%s%s%s: %s%s", format->name, name,
	        near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "",
	        n > 0 ? "its options are " : "it has none", known.ptr);
	rv_str_release(&known);
	return -1;
}

/* Sets "crf=20", or a flag "zstd". */
static int set_option(const struct format *format, char *text, struct rv_err *err)
{
	char *const equals = strchr(text, '=');
	struct rv_str what = RV_STR_INIT;
	if (equals) {
		*equals = '\0';
	}
	const struct rv_option *const option = find_option(format, text);
	if (!option) {
		return fail_option(format, text, err);
	}
	if (!equals && option->kind != RV_OPT_FLAG) {
		return rv_fail(err, RV_E_USAGE, "format %s: option '%s' needs a value: %s:%s=%s", format->name, text,
		               format->name, text, option->argument);
	}
	if (option->kind == RV_OPT_FLAG && equals && strcmp(equals + 1, "true") != 0) {
		return rv_fail(err, RV_E_USAGE, "format %s: option '%s' takes no value", format->name, text);
	}
	rv_str_printf(&what, "format %s: %s", format->name, text);
	const char *const value = equals ? rv_arena_strndup(&texts, equals + 1, strlen(equals + 1)) : NULL;
	const int status = rv_option_set(option, what.ptr, value, err);
	rv_str_release(&what);
	return status;
}

/* The next word up to a comma or colon that is not taken away its meaning; *end is what ended it, '\0' for the last. */
static const char *next_word(const char *text, struct rv_str *word, char *end)
{
	rv_str_clear(word);
	for (; *text && *text != ',' && *text != ':'; text++) {
		if (*text == '\\' && text[1] && strchr("\\,:", text[1])) {
			text++;
		}
		rv_str_putc(word, *text);
	}
	*end = *text;
	return *text ? text + 1 : text;
}

int format_choose(const char *text, bool *is_chosen, struct rv_err *err)
{
	struct rv_str word = RV_STR_INIT;
	size_t format = SIZE_MAX;
	char end = ',', begin;
	int status = 0;
	do {
		begin = end;
		text = next_word(text, &word, &end);
		if (begin == ':') {
			status = set_option(format_all[format], word.ptr, err);
			continue;
		}
		format = format_find(word.ptr);
		if (format == SIZE_MAX) {
			status = format_unknown(word.ptr, err);
		} else {
			is_chosen[format] = true;
		}
	} while (status == 0 && end);
	rv_str_release(&word);
	return status;
}

int format_choose_all(const struct rv_option_list *list, bool *is_chosen, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < list->len; i++) {
		status = format_choose(list->items[i], is_chosen, err);
	}
	return status;
}

/* ---- a format as --format takes it ---- */

/* What the options are at a fresh start: taken before main, in the order of all formats' options. */
static struct rv_str fresh[256];

__attribute__((constructor)) static void remember_fresh(void)
{
	size_t n = 0;
	for (size_t i = 0; i < format_count; i++) {
		for (const struct rv_option *o = format_all[i]->options; o && o->kind != RV_OPT_END; o++) {
			rv_str_init(&fresh[n]);
			rv_option_put(o, &fresh[n++]);
		}
	}
}

static void put_escaped(const char *value, struct rv_str *text)
{
	for (; *value; value++) {
		if (strchr("\\,:", *value)) {
			rv_str_putc(text, '\\');
		}
		rv_str_putc(text, *value);
	}
}

void format_put_spec(const struct format *format, struct rv_str *text)
{
	struct rv_str value = RV_STR_INIT;
	size_t n = 0;
	rv_str_puts(text, format->name);
	for (size_t i = 0; format_all[i] != format; i++) {
		for (const struct rv_option *o = format_all[i]->options; o && o->kind != RV_OPT_END; o++) {
			n++;
		}
	}
	for (const struct rv_option *o = format->options; o && o->kind != RV_OPT_END; o++, n++) {
		rv_str_clear(&value);
		rv_option_put(o, &value);
		if (strcmp(value.ptr, fresh[n].ptr) != 0) {
			rv_str_printf(text, ":%s", o->name);
			rv_str_puts(text, o->kind == RV_OPT_FLAG ? "" : "=");
			put_escaped(o->kind == RV_OPT_FLAG ? "" : value.ptr, text);
		}
	}
	rv_str_release(&value);
}

/* The words of a text but that of the option, a line each. */
static void put_words(const char *text, const char *without, struct rv_str *words)
{
	struct rv_str word = RV_STR_INIT;
	char end;
	do {
		text = next_word(text, &word, &end);
		const size_t len = strcspn(word.ptr, "=");
		if (!without || strlen(without) != len || strncmp(word.ptr, without, len) != 0) {
			rv_str_printf(words, "%s\n", word.ptr);
		}
	} while (end);
	rv_str_release(&word);
}

bool format_same_spec(const struct format *format, const char *one, const char *other)
{
	struct rv_str words[2] = { RV_STR_INIT, RV_STR_INIT };
	put_words(one, format->own_folder, &words[0]);
	put_words(other, format->own_folder, &words[1]);
	const bool is_same = strcmp(words[0].ptr, words[1].ptr) == 0;
	rv_str_release(&words[0]);
	rv_str_release(&words[1]);
	return is_same;
}

int format_read_spec(const char *text, size_t *format, struct rv_err *err)
{
	struct rv_str word = RV_STR_INIT;
	char end;
	text = next_word(text, &word, &end);
	*format = format_find(word.ptr);
	int status = end == ',' ? rv_fail(err, RV_E_USAGE, "more than one format") : 0;
	while (status == 0 && end == ':' && *format != SIZE_MAX) {
		text = next_word(text, &word, &end);
		rv_str_truncate(&word, strcspn(word.ptr, "="));
		status = find_option(format_all[*format], word.ptr) ? 0
		                                                    : fail_option(format_all[*format], word.ptr, err);
	}
	rv_str_release(&word);
	return status;
}

/* ---- the list ---- */

static const char *const merges[] = {
#define FORMAT_MERGE(constant, name, text) name,
	FORMAT_MERGE_LIST(FORMAT_MERGE)
#undef FORMAT_MERGE
};

/* By bit of enum format_need. */
static const char *const needs[] = { "image",   "png",         "png-jpeg", "common",
	                             "picture", "annotations", "camera",   "sequence" };

static void put_needs_text(const struct format *format, struct rv_str *text)
{
	const char *before = "  needs    ";
	for (size_t i = 0; i < RV_COUNTOF(needs); i++) {
		if (format->needs & 1U << i) {
			rv_str_printf(text, "%s%s", before, needs[i]);
			before = ", ";
		}
	}
	rv_str_puts(text, format->needs ? "\n" : "");
}

static const char *when_text(const struct format *format)
{
	switch (format->by_default) {
	case FORMAT_ALWAYS:
		return "always";
	case FORMAT_WITH_ANNOTATIONS:
		return "with annotations";
	case FORMAT_WITH_SEQUENCES:
		return "with sequences";
	default:
		return "when asked for";
	}
}

static bool is_any(const bool is_chosen[FORMAT_IDS])
{
	bool any = false;
	for (size_t i = 0; i < format_count; i++) {
		any |= is_chosen[i];
	}
	return any;
}

void format_list(const bool is_chosen[FORMAT_IDS], struct rv_str *text)
{
	const bool any = is_any(is_chosen);
	for (size_t i = 0; i < format_count; i++) {
		const struct format *const format = format_all[i];
		if (any && !is_chosen[i]) {
			continue;
		}
		rv_str_printf(text, "%s%s\n", text->len > 0 ? "\n" : "", format->name);
		rv_str_printf(text, "  %s\n", format->summary);
		rv_str_printf(text, "  read by  %s\n", format->readers);
		rv_str_printf(text, "  tested   %s\n", format->checked);
		rv_str_printf(text, "  carries  %s\n", format->carries);
		if (format->loses[0]) {
			rv_str_printf(text, "  loses    %s\n", format->loses);
		}
		put_needs_text(format, text);
		rv_str_printf(text, "  made     %s\n", when_text(format));
		for (const struct format_path *p = format->paths; p->name; p++) {
			rv_str_printf(text, "  file     %s  %s; merged: %s\n", p->layout, p->text, merges[p->merge]);
		}
		for (const struct rv_option *o = format->options; o && o->kind != RV_OPT_END; o++) {
			rv_str_printf(text, "  option   %s%s%s  ", o->name, o->argument ? "=" : "",
			              o->argument ? o->argument : "");
			rv_option_text(o, text);
			rv_str_putc(text, '\n');
		}
	}
}

static void put_paths(const struct format *format, struct rv_json_out *out)
{
	rv_json_open(out, "files", '[');
	for (const struct format_path *p = format->paths; p->name; p++) {
		rv_json_open(out, NULL, '{');
		rv_json_put_string(out, "name", p->name);
		rv_json_put_string(out, "layout", p->layout);
		rv_json_put_string(out, "text", p->text);
		rv_json_put_string(out, "merged", merges[p->merge]);
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
}

static void put_needs(const struct format *format, struct rv_json_out *out)
{
	rv_json_open(out, "needs", '[');
	for (size_t i = 0; i < RV_COUNTOF(needs); i++) {
		if (format->needs & 1U << i) {
			rv_json_put_string(out, NULL, needs[i]);
		}
	}
	rv_json_close(out, ']');
}

void format_list_json(const bool is_chosen[FORMAT_IDS], struct rv_str *text)
{
	const bool any = is_any(is_chosen);
	rv_str_putc(text, '[');
	for (size_t i = 0; i < format_count; i++) {
		const struct format *const format = format_all[i];
		struct rv_json_out out;
		if (any && !is_chosen[i]) {
			continue;
		}
		rv_str_puts(text, text->len > 1 ? ",\n" : "");
		rv_json_out_init(&out, text);
		rv_json_open(&out, NULL, '{');
		rv_json_put_string(&out, "name", format->name);
		rv_json_put_string(&out, "title", format->title);
		rv_json_put_string(&out, "summary", format->summary);
		rv_json_put_string(&out, "readers", format->readers);
		rv_json_put_string(&out, "checked", format->checked);
		rv_json_put_string(&out, "load", format->load ? format->load : "");
		rv_json_put_string(&out, "carries", format->carries);
		rv_json_put_string(&out, "loses", format->loses);
		put_needs(format, &out);
		rv_json_put_bool(&out, "splits", format->has_splits);
		rv_json_put_bool(&out, "categories", format->has_categories);
		rv_json_put_string(&out, "made", when_text(format));
		put_paths(format, &out);
		rv_options_put(format->options, &out);
		rv_json_close(&out, '}');
	}
	rv_str_puts(text, "]\n");
}
