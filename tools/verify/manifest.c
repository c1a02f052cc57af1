/* SPDX-License-Identifier: MIT */
/* The strict reader of manifest.jsonl: see manifest.h. */
#include "verify/manifest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "scan.h"
#include "vocabulary.h"

/* What is left of a line. Each take_ function eats its token and says whether it was there. */
struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *c, const char *literal)
{
	size_t len = strlen(literal);
	if ((size_t)(c->end - c->at) < len || memcmp(c->at, literal, len) != 0) {
		return false;
	}
	c->at += len;
	return true;
}

/* Decimal, no sign, no leading zero, as rv_str_put_u64 writes it. */
static bool take_u64(struct cursor *c, uint64_t *value)
{
	const char *start = c->at;
	*value = 0;
	while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(*c->at - '0'), value)) {
			return false;
		}
		c->at++;
	}
	return c->at > start && (*start != '0' || c->at == start + 1);
}

static bool take_hex(struct cursor *c, char hex[RV_HASH_HEX_LEN + 1])
{
	if (c->end - c->at < RV_HASH_HEX_LEN) {
		return false;
	}
	memcpy(hex, c->at, RV_HASH_HEX_LEN);
	hex[RV_HASH_HEX_LEN] = '\0';
	c->at += RV_HASH_HEX_LEN;
	return strspn(hex, "0123456789abcdef") == RV_HASH_HEX_LEN;
}

/* A JSON string that is written as rv_str_json writes it. */
static bool take_string(struct cursor *c, struct rv_str *out)
{
	const char *start = c->at;
	if (!take(c, "\"")) {
		return false;
	}
	while (c->at < c->end && *c->at != '"') {
		c->at += *c->at == '\\' && c->at + 1 < c->end ? 2 : 1;
	}
	if (!take(c, "\"")) {
		return false;
	}
	struct rv_span token = { start, (size_t)(c->at - start) };
	struct rv_str again = RV_STR_INIT;
	rv_str_clear(out);
	bool ok = rv_scan_value(token.ptr, token.len, NULL) == 0 && rv_scan_string(token, out) &&
	          memchr(out->ptr, '\0', out->len) == NULL;
	rv_str_json(&again, out->ptr, out->len);
	ok = ok && again.len == token.len && memcmp(again.ptr, token.ptr, token.len) == 0;
	rv_str_release(&again);
	return ok;
}

/* A format as --format takes it, of which the name is kept. */
static bool take_format(struct cursor *c, struct rv_str *formats)
{
	struct rv_str spec = RV_STR_INIT;
	const bool ok = take_string(c, &spec) && strcspn(spec.ptr, ",:") > 0;
	rv_str_append(formats, spec.ptr, strcspn(spec.ptr, ",:"));
	rv_str_putc(formats, ',');
	rv_str_release(&spec);
	return ok;
}

/* What may stand at the end: samples that formats do not have. */
static bool take_left_out(struct cursor *c, struct rv_str *left_out)
{
	struct rv_str format = RV_STR_INIT;
	uint64_t n = 0;
	bool ok = true;
	if (!take(c, ",\"left_out\":{")) {
		return true;
	}
	do {
		ok = take_string(c, &format) && take(c, ":") && take_u64(c, &n) && n > 0;
		rv_str_printf(left_out, "%s=%" PRIu64 ",", format.ptr, n);
	} while (ok && take(c, ","));
	rv_str_release(&format);
	return ok && take(c, "}");
}

static bool take_head(struct cursor *c, struct verify_manifest *m)
{
	struct rv_str version = RV_STR_INIT, formats = RV_STR_INIT, left_out = RV_STR_INIT;
	bool ok = take(c, "{\"rv_manifest\":1,\"rv\":") && take_string(c, &version) && take(c, ",\"formats\":[");
	rv_str_putc(&formats, ',');
	rv_str_putc(&left_out, ',');
	do {
		ok = ok && take_format(c, &formats);
	} while (ok && take(c, ","));
	ok = ok && take(c, "],\"samples\":") && take_u64(c, &m->n_samples) && take(c, ",\"errors\":") &&
	     take_u64(c, &m->n_errors) && take_left_out(c, &left_out) && take(c, "}\n") && c->at == c->end;
	m->formats = rv_str_detach(&formats);
	m->left_out = rv_str_detach(&left_out);
	rv_str_release(&version);
	return ok;
}

static bool take_file(struct cursor *c, struct verify_manifest *m, struct rv_str *path)
{
	struct verify_manifest_file file = { .path = NULL };
	if (!take(c, "{\"path\":") || !take_string(c, path) || !take(c, ",\"bytes\":") || !take_u64(c, &file.bytes) ||
	    !take(c, ",\"sha256\":\"") || !take_hex(c, file.sha256) || !take(c, "\"}\n") || c->at != c->end) {
		return false;
	}
	file.path = rv_strdup(path->ptr);
	RV_GROW(m->files, m->len, m->cap);
	m->files[m->len++] = file;
	return true;
}

/* The path may name only a file of the dataset, in its one canonical form, after the one before it. */
static int check_path(const struct verify_manifest *m, uint64_t line, struct rv_err *err)
{
	const char *path = m->files[m->len - 1].path;
	if (!rv_path_is_inside(path) || strstr(path, "//") || strncmp(path, "./", 2) == 0 || strstr(path, "/./") ||
	    path[strlen(path) - 1] == '/' || strcmp(path, RV_MANIFEST_NAME) == 0) {
		return rv_fail(err, RV_E_BAD_FILE, "line %" PRIu64 ": path '%s' does not name a file of the dataset",
		               line, path);
	}
	if (m->len > 1 && strcmp(m->files[m->len - 2].path, path) >= 0) {
		return rv_fail(err, RV_E_BAD_FILE, "line %" PRIu64 ": path '%s' is not sorted after '%s'", line, path,
		               m->files[m->len - 2].path);
	}
	return 0;
}

/* The digest line; *hash holds everything before it. */
static int check_digest(struct cursor *c, struct rv_hash *hash, uint64_t line, struct rv_err *err)
{
	char claimed[RV_HASH_HEX_LEN + 1], found[RV_HASH_HEX_LEN + 1];
	if (!take_hex(c, claimed) || !take(c, "\"}\n")) {
		return rv_fail(err, RV_E_BAD_FILE, "line %" PRIu64 " is not in the form of a manifest's digest line",
		               line);
	}
	if (c->at != c->end) {
		return rv_fail(err, RV_E_BAD_FILE, "bytes follow the manifest's digest");
	}
	rv_hash_hex(hash, found);
	if (strcmp(claimed, found) != 0) {
		return rv_fail(err, RV_E_DIGEST, "the manifest's digest is %s, but it says %s", found, claimed);
	}
	return 0;
}

int verify_manifest_read(const char *path, struct verify_manifest *manifest, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT, scratch = RV_STR_INIT;
	struct rv_hash *hash = rv_hash_new();
	int result = rv_file_read(path, VERIFY_MANIFEST_BYTES_MAX, &text, err);
	if (result < 0) {
		goto out;
	}
	struct cursor rest = { text.ptr, text.ptr + text.len };
	for (uint64_t line = 1;; line++) {
		const char *newline = memchr(rest.at, '\n', (size_t)(rest.end - rest.at));
		if (!newline) {
			result = rv_fail(err, RV_E_BAD_FILE, "it ends in line %" PRIu64 ", without its digest", line);
			goto out;
		}
		if (line > 1 && take(&rest, "{\"manifest_sha256\":\"")) {
			result = check_digest(&rest, hash, line, err);
			goto out;
		}
		struct cursor c = { rest.at, newline + 1 };
		if (line == 1 ? !take_head(&c, manifest) : !take_file(&c, manifest, &scratch)) {
			result = rv_fail(err, RV_E_BAD_FILE,
			                 "line %" PRIu64 " is not in the form of a manifest's %s line", line,
			                 line == 1 ? "first" : "file");
			goto out;
		}
		if (line > 1 && check_path(manifest, line, err) < 0) {
			result = -1;
			goto out;
		}
		rv_hash_add(hash, rest.at, (size_t)(c.end - rest.at));
		rest.at = c.end;
	}
out:
	rv_str_release(&scratch);
	rv_str_release(&text);
	rv_hash_free(hash);
	return result;
}

void verify_manifest_release(struct verify_manifest *manifest)
{
	for (size_t i = 0; i < manifest->len; i++) {
		free(manifest->files[i].path);
	}
	free(manifest->files);
	free(manifest->formats);
	free(manifest->left_out);
	*manifest = (struct verify_manifest)VERIFY_MANIFEST_INIT;
}

bool verify_manifest_has_format(const struct verify_manifest *manifest, const char *format)
{
	struct rv_str needle = RV_STR_INIT;
	rv_str_printf(&needle, ",%s,", format);
	bool found = manifest->formats && strstr(manifest->formats, needle.ptr);
	rv_str_release(&needle);
	return found;
}

uint64_t verify_manifest_samples(const struct verify_manifest *manifest, const char *format)
{
	struct rv_str needle = RV_STR_INIT;
	rv_str_printf(&needle, ",%s=", format);
	const char *const found = manifest->left_out ? strstr(manifest->left_out, needle.ptr) : NULL;
	const uint64_t n = found ? strtoull(found + needle.len, NULL, 10) : 0;
	rv_str_release(&needle);
	return n < manifest->n_samples ? manifest->n_samples - n : 0;
}

static int compare_path(const void *key, const void *file)
{
	return strcmp(key, ((const struct verify_manifest_file *)file)->path);
}

const struct verify_manifest_file *verify_manifest_find(const struct verify_manifest *manifest, const char *path)
{
	return manifest->len == 0
	               ? NULL
	               : bsearch(path, manifest->files, manifest->len, sizeof(*manifest->files), compare_path);
}
