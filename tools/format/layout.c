/* SPDX-License-Identifier: MIT */
/* Templates of paths, filled in and read back. */
#include "format/layout.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAME_CHARS DIGITS LETTERS "-_"

/* A part of a template between braces. */
struct part {
	const char *name; /* "frame", not ended by NUL */
	size_t name_len;
	char before;     /* '/' of "{/frame}"; 0: none */
	const char *end; /* what follows the brace */
};

struct kind {
	const char *name;
	size_t offset, size; /* of its value in a place */
	const char *chars;   /* that a value has; NULL: any */
	const char *first;   /* those that it may begin with, likewise */
	size_t len;          /* exactly so many; 0: any */
};

#define KIND(member, chars_, first_, len_) \
	{ \
		.name = #member, .offset = offsetof(struct format_place, member), \
		.size = sizeof(((struct format_place *)NULL)->member), .chars = (chars_), .first = (first_), \
		.len = (len_) \
	}
/* A view begins with a letter, so that it is no frame. */
static const struct kind kinds[] = {
	KIND(id, NAME_CHARS, NAME_CHARS, 0),
	KIND(view, NAME_CHARS, LETTERS, 0),
	KIND(frame, DIGITS, DIGITS, 6),
	KIND(split, LETTERS, LETTERS, 0),
	KIND(role, NAME_CHARS, NAME_CHARS, 0),
	KIND(ext, DIGITS LETTERS, DIGITS LETTERS, 0),
	KIND(number, DIGITS, DIGITS, 6),
	KIND(count, DIGITS, DIGITS, 5),
	KIND(sequence, DIGITS, DIGITS, 4),
	KIND(part, LETTERS, LETTERS, 0),
	KIND(object, DIGITS, DIGITS, 6),
	KIND(task, NAME_CHARS, NAME_CHARS, 0),
	KIND(path, NULL, NULL, 0),
};

static const struct kind *kind_of(const struct part *part)
{
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		if (strlen(kinds[i].name) == part->name_len && memcmp(kinds[i].name, part->name, part->name_len) == 0) {
			return &kinds[i];
		}
	}
	rv_bug("a layout with '%.*s'", (int)part->name_len, part->name);
}

/* The part that begins at a brace. */
static struct part read_part(const char *at)
{
	const char *const close = strchr(at, '}');
	const bool has_before = !strchr(LETTERS, at[1]);
	const char *const name = at + 1 + has_before;
	return (struct part) {
		.name = name, .name_len = (size_t)(close - name), .before = has_before ? at[1] : '\0', .end = close + 1
	};
}

static char *value_of(const struct kind *kind, const struct format_place *place)
{
	return (char *)(uintptr_t)place + kind->offset;
}

void format_place_set_split(struct format_place *place, const char *split)
{
	snprintf(place->split, sizeof(place->split), "%s", split);
	snprintf(place->part, sizeof(place->part), "%s", strcmp(split, "test") == 0 ? "testing" : "training");
}

void format_expand(const char *layout, const struct format_place *place, struct rv_str *path)
{
	while (*layout) {
		if (*layout != '{') {
			rv_str_putc(path, *layout++);
			continue;
		}
		const struct part part = read_part(layout);
		const char *const value = value_of(kind_of(&part), place);
		if (value[0] && part.before) {
			rv_str_putc(path, part.before);
		}
		rv_str_puts(path, value);
		layout = part.end;
	}
}

static bool match(const char *layout, const char *path, struct format_place *place);

/* Takes a value of 1 to `most` bytes, the longest first, so that what follows fits. */
static bool match_value(const struct kind *kind, const char *rest, const char *path, struct format_place *place)
{
	char *const value = value_of(kind, place);
	if (value[0]) {
		const size_t len = strlen(value);
		return strncmp(path, value, len) == 0 && match(rest, path + len, place);
	}
	const size_t fits = kind->chars ? strspn(path, kind->chars) : strlen(path);
	const size_t most = kind->first && strspn(path, kind->first) == 0
	                            ? 0
	                            : RV_MIN(fits, kind->len ? kind->len : kind->size - 1);
	for (size_t len = most; len >= RV_MAX(kind->len, (size_t)1); len--) {
		memcpy(value, path, len);
		value[len] = '\0';
		if (match(rest, path + len, place)) {
			return true;
		}
	}
	value[0] = '\0';
	return false;
}

static bool match(const char *layout, const char *path, struct format_place *place)
{
	while (*layout != '{') {
		if (*layout != *path) {
			return false;
		}
		if (!*layout) {
			return true;
		}
		layout++;
		path++;
	}
	const struct part part = read_part(layout);
	const struct kind *const kind = kind_of(&part);
	if (!part.before) {
		return match_value(kind, part.end, path, place);
	}
	return (*path == part.before && match_value(kind, part.end, path + 1, place)) || match(part.end, path, place);
}

bool format_match(const char *layout, const char *path, struct format_place *place)
{
	*place = (struct format_place) { .id = "" };
	return match(layout, path, place);
}
