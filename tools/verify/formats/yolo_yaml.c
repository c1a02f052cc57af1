/* SPDX-License-Identifier: MIT */
/* The file that names a YOLO tree's classes: see yolo_yaml.h. */
#include "verify/formats/yolo_yaml.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"

#define BLANKS " \t\r\n"

/* Walks over a text but for what is in quotes: the quote that it is in, or 0. */
static char step_quote(char quote, char c)
{
	if (quote) {
		return c == quote ? '\0' : quote;
	}
	return c == '"' || c == '\'' ? c : '\0';
}

/* Replaces comments by blanks: from a '#' at the start of a line, or after a blank, to its end. */
static void blank_comments(char *text)
{
	char quote = '\0';
	for (char *at = text; *at; at++) {
		quote = *at == '\n' ? '\0' : step_quote(quote, *at);
		if (*at == '#' && !quote && (at == text || strchr(BLANKS, at[-1]))) {
			memset(at, ' ', strcspn(at, "\n"));
		}
	}
}

/* How many places "[a, b]" or "{0: a, 1: b}" has. */
static uint64_t count_flow(const char *at)
{
	uint64_t n = 0;
	bool is_filled = false; /* something since the last comma */
	char quote = '\0';
	for (at++; *at && (quote || (*at != ']' && *at != '}')); at++) {
		const bool is_comma = *at == ',' && !quote;
		n += is_comma && is_filled;
		is_filled = !is_comma && (is_filled || !strchr(BLANKS, *at));
		quote = step_quote(quote, *at);
	}
	return n + is_filled;
}

/* The places of the lines "- a" or "  0: a" that follow. */
static uint64_t count_block(const char *line)
{
	uint64_t n = 0;
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const size_t indent = strspn(line, " \t");
		const char *const at = line + indent;
		char *end;
		if (strspn(line, BLANKS) >= strcspn(line, "\n")) {
			continue;
		}
		const uint64_t key = strtoull(at, &end, 10);
		if (at[0] == '-' && at[1] == ' ') {
			n++;
		} else if (indent == 0) {
			break;
		} else if (end > at && *end == ':') {
			n = RV_MAX(n, key + 1);
		}
	}
	return n;
}

static uint64_t count_names(const char *value)
{
	if (*value == '[' || *value == '{') {
		return count_flow(value);
	}
	const char *const newline = strchr(value, '\n');
	return newline ? count_block(newline + 1) : 0;
}

static void read_shape(const char *value, struct verify_yolo_yaml *yaml)
{
	char *end;
	yaml->n_points = strtoull(value + strcspn(value, "0123456789\n"), &end, 10);
	yaml->n_values = strtoull(end + strcspn(end, "0123456789\n"), NULL, 10);
}

/* ---- places ---- */

/* A value without the blanks and quotes around it. */
static void add_place(const char *value, size_t len, struct rv_str *places)
{
	static const char around[] = BLANKS "\"'";
	while (len > 0 && strchr(around, value[0])) {
		value++;
		len--;
	}
	while (len > 0 && strchr(around, value[len - 1])) {
		len--;
	}
	if (len > 0) {
		rv_str_append(places, value, len);
		rv_str_putc(places, '\n');
	}
}

/* "a", "[a, b]", or the lines "- a" that follow. */
static void read_places(const char *value, struct rv_str *places)
{
	const size_t len = strcspn(value, "\n");
	if (value[0] == '[') {
		for (const char *at = value + 1; *at && *at != ']'; at += *at == ',') {
			const size_t n = strcspn(at, ",]");
			add_place(at, n, places);
			at += n;
		}
		return;
	}
	add_place(value, len, places);
	const char *line = value + len + (value[len] == '\n');
	while (strspn(value, BLANKS) >= len && line[strspn(line, " \t")] == '-') {
		const size_t n = strcspn(line, "\n"), dash = strcspn(line, "-") + 1;
		add_place(line + dash, n - dash, places);
		line += n + (line[n] == '\n');
	}
}

/* ---- the whole ---- */

void verify_yolo_yaml_release(struct verify_yolo_yaml *yaml)
{
	rv_str_release(&yaml->places);
}

struct verify_yolo_yaml verify_yolo_yaml_read(char *text)
{
	struct verify_yolo_yaml yaml = { .places = RV_STR_INIT };
	const struct {
		const char *key;
		bool *has;
	} keys[] = {
		{ "names:", &yaml.has_names }, { "nc:", &yaml.has_nc },          { "train:", &yaml.has_train },
		{ "val:", &yaml.has_val },     { "validation:", &yaml.has_val }, { "masks_dir:", &yaml.has_masks }
	};
	blank_comments(text);
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *const colon = line + strcspn(line, ":\n");
		const char *const value = colon + (*colon == ':') + strspn(colon + (*colon == ':'), " \t\r");
		for (size_t i = 0; i < RV_COUNTOF(keys); i++) {
			*keys[i].has |= strncmp(line, keys[i].key, strlen(keys[i].key)) == 0;
		}
		if (strncmp(line, "names:", 6) == 0) {
			yaml.n_names = count_names(value);
		} else if (strncmp(line, "nc:", 3) == 0) {
			yaml.nc = strtoull(value, NULL, 10);
		} else if (strncmp(line, "kpt_shape:", 10) == 0) {
			read_shape(value, &yaml);
		} else if (strncmp(line, "train:", 6) == 0 || strncmp(line, "val:", 4) == 0 ||
		           strncmp(line, "validation:", 11) == 0 || strncmp(line, "test:", 5) == 0) {
			read_places(value, &yaml.places);
		} else if (strncmp(line, "path:", 5) == 0) {
			struct rv_str root = RV_STR_INIT;
			add_place(value, strcspn(value, "\n"), &root);
			yaml.is_elsewhere =
			        root.len > 0 && strcmp(root.ptr, ".\n") != 0 && strcmp(root.ptr, "./\n") != 0;
			rv_str_release(&root);
		}
	}
	return yaml;
}
