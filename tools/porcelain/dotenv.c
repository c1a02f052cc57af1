/* SPDX-License-Identifier: MIT */
/* Reading .env. */
#include "porcelain/dotenv.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "file.h"

#define DOTENV_NAME ".env"
#define DOTENV_MAX ((size_t)1 << 20)

/* The file may have come with an archive that somebody unpacked: nothing in it may decide what is run. These are names
 * that no program, loader or interpreter takes for a place of code. */
static const char *const taken[] = { "SCENE_*",
	                             "*_API_KEY",
	                             "*_TOKEN",
	                             "*_SECRET",
	                             "*_ACCESS_KEY",
	                             "*_ACCESS_KEY_ID",
	                             "NO_COLOR",
	                             "CUDA_VISIBLE_DEVICES",
	                             "HIP_VISIBLE_DEVICES" };
static const char *const never[] = { "LD_*", "PYTHON*", "BLENDER_*", "RV_*" };

static bool fits(const char *name, const char *const *patterns, size_t n)
{
	bool fit = false;
	for (size_t i = 0; !fit && i < n; i++) {
		fit = fnmatch(patterns[i], name, 0) == 0;
	}
	return fit;
}

static void set(const char *name, const char *value, size_t line)
{
	if (fits(name, taken, RV_COUNTOF(taken)) && !fits(name, never, RV_COUNTOF(never))) {
		setenv(name, value, 0);
		return;
	}
	struct rv_str names = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(taken); i++) {
		rv_str_printf(&names, "%s%s", i > 0 ? ", " : "", taken[i]);
	}
	rv_warn(DOTENV_NAME ": line %zu: %s is not taken from this file, as it might decide what is run: set it in the "
	                    "shell (taken are %s)",
	        line, name, names.ptr);
	rv_str_release(&names);
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r");
}

static size_t name_length(const char *at)
{
	size_t len = 0;
	while (isalnum((unsigned char)at[len]) || at[len] == '_') {
		len++;
	}
	return isdigit((unsigned char)at[0]) ? 0 : len;
}

/* What follows the closing quote may only be a comment. */
static bool ends_line(const char *at)
{
	at = skip_blanks(at);
	return *at == '\0' || *at == '#';
}

static bool take_quoted(const char *at, struct rv_str *value)
{
	static const char codes[] = "nrt", meanings[] = "\n\r\t";
	const char quote = *at++;
	for (; *at && *at != quote; at++) {
		if (*at == '\\' && quote == '"' && at[1]) {
			const char *const code = strchr(codes, *++at);
			const bool known = code || strchr("\"\\$", *at);
			if (!known) {
				rv_str_putc(value, '\\');
			}
			rv_str_putc(value, code ? meanings[code - codes] : *at);
		} else {
			rv_str_putc(value, *at);
		}
	}
	return *at == quote && ends_line(at + 1);
}

static void take_bare(const char *at, struct rv_str *value)
{
	const char *end = at;
	for (; *end && !(*end == '#' && (end == at || end[-1] == ' ' || end[-1] == '\t')); end++) {
	}
	while (end > at && strchr(" \t\r", end[-1])) {
		end--;
	}
	rv_str_append(value, at, (size_t)(end - at));
}

/* One line without its newline; false when it is nothing that we know. */
static bool take_line(const char *line, size_t number)
{
	struct rv_str name = RV_STR_INIT, value = RV_STR_INIT;
	const char *at = skip_blanks(line);
	bool known = true;
	if (strncmp(at, "export", 6) == 0 && (at[6] == ' ' || at[6] == '\t')) {
		at = skip_blanks(at + 6);
	}
	rv_str_append(&name, at, name_length(at));
	at = skip_blanks(at + name.len);
	if (name.len == 0 || *at != '=') {
		known = name.len == 0 && (*at == '\0' || *at == '#');
	} else {
		at = skip_blanks(at + 1);
		if (*at == '"' || *at == '\'') {
			known = take_quoted(at, &value);
		} else {
			take_bare(at, &value);
		}
		if (known) {
			set(name.ptr, value.ptr, number);
		}
	}
	rv_str_release(&name);
	rv_str_release(&value);
	return known;
}

void porcelain_dotenv_take(char *text)
{
	char *rest = text;
	char *line;
	for (size_t number = 1; (line = strsep(&rest, "\n")); number++) {
		if (!take_line(line, number)) {
			rv_warn(DOTENV_NAME ": line %zu is not NAME=VALUE and is left out", number);
		}
	}
}

void porcelain_dotenv_load(void)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (rv_file_read(DOTENV_NAME, DOTENV_MAX, &text, &err) == 0) {
		porcelain_dotenv_take(text.ptr);
	} else if (err.code != RV_E_MISSING_FILE) {
		rv_warn("%s", err.text);
	}
	rv_str_release(&text);
}
