/* SPDX-License-Identifier: MIT */
/* The strict reader of manifest.jsonl: see manifest.h. */
#include "verify/manifest.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "format/format.h"
#include "json.h"
#include "scan.h"
#include "vocabulary.h"

#define LINE_MAX_BYTES ((size_t)64 << 10)
#define PORTION_BYTES ((size_t)64 << 10)

struct verify_manifest {
	const struct rv_source *source;
	struct rv_hash *hash; /* of the lines so far */
	uint64_t read;        /* of the source, up to the end of `text` */
	struct rv_str text;   /* what was read and not taken yet, from `at` on */
	size_t at;
	uint64_t line;
	struct rv_str path, before; /* of this file and of the one before */
};

/* What is left of a line. Each take_ function eats its token and says whether it was there. */
struct cursor {
	const char *at, *end;
};

/* ---- tokens ---- */

static bool take(struct cursor *c, const char *literal)
{
	const size_t len = strlen(literal);
	if ((size_t)(c->end - c->at) < len || memcmp(c->at, literal, len) != 0) {
		return false;
	}
	c->at += len;
	return true;
}

/* Decimal, no sign, no leading zero, as rv_str_put_u64 writes it. */
static bool take_u64(struct cursor *c, uint64_t *value)
{
	const char *const start = c->at;
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
	const char *const start = c->at;
	if (!take(c, "\"")) {
		return false;
	}
	while (c->at < c->end && *c->at != '"') {
		c->at += *c->at == '\\' && c->at + 1 < c->end ? 2 : 1;
	}
	if (!take(c, "\"")) {
		return false;
	}
	const struct rv_span token = { start, (size_t)(c->at - start) };
	struct rv_str again = RV_STR_INIT;
	rv_str_clear(out);
	bool ok = rv_scan_value(token.ptr, token.len, NULL) == 0 && rv_scan_string(token, out) &&
	          memchr(out->ptr, '\0', out->len) == NULL;
	rv_str_json(&again, out->ptr, out->len);
	ok = ok && again.len == token.len && memcmp(again.ptr, token.ptr, token.len) == 0;
	rv_str_release(&again);
	return ok;
}

/* ---- lines ---- */

/* The next line, with its newline, without taking it: *len is 0 where the source has no whole one left. */
static int peek_line(struct verify_manifest *m, const char **line, size_t *len, struct rv_err *err)
{
	for (;;) {
		const char *const start = m->text.ptr + m->at;
		const size_t there = m->text.len - m->at;
		const char *const newline = there > 0 ? memchr(start, '\n', there) : NULL;
		*line = start;
		*len = newline ? (size_t)(newline + 1 - start) : 0;
		if (newline || m->read == m->source->len || there > LINE_MAX_BYTES) {
			return 0;
		}
		rv_str_splice(&m->text, 0, m->at, "", 0);
		m->at = 0;
		const size_t n = (size_t)RV_MIN(PORTION_BYTES, m->source->len - m->read);
		rv_str_reserve(&m->text, n);
		if (rv_source_read(m->source, m->read, m->text.ptr + m->text.len, n, err) < 0) {
			return -1;
		}
		m->text.len += n;
		m->text.ptr[m->text.len] = '\0';
		m->read += n;
	}
}

static int fail_form(const struct verify_manifest *m, const char *what, struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_FILE, "line %" PRIu64 " is not in the form of a manifest's %s line", m->line,
	               what);
}

static bool take_formats(struct cursor *c, struct verify_manifest_head *head)
{
	struct rv_str spec = RV_STR_INIT;
	struct rv_err err;
	bool ok = true;
	do {
		size_t format = SIZE_MAX;
		ok = take_string(c, &spec) && format_read_spec(spec.ptr, &format, &err) == 0;
		if (ok && format == SIZE_MAX && !head->unknown[0]) {
			const size_t len = RV_MIN(strcspn(spec.ptr, ":"), sizeof(head->unknown) - 1);
			memcpy(head->unknown, spec.ptr, len);
			head->unknown[len] = '\0';
		} else if (ok && format != SIZE_MAX) {
			ok = !head->has[format];
			head->has[format] = true;
			head->shows_other[format] = strstr(spec.ptr, ":role=") && !strstr(spec.ptr, ":role=image");
			head->encodes[format] = format_all[format]->encoding && strstr(spec.ptr, ":image=jpg");
		}
	} while (ok && take(c, ","));
	rv_str_release(&spec);
	return ok;
}

/* Of formats that the manifest has, each once; a count of 0 is not written. */
static bool take_counts(struct cursor *c, const struct verify_manifest_head *head, uint64_t most,
                        uint64_t counts[FORMAT_IDS])
{
	struct rv_str name = RV_STR_INIT;
	bool ok = true;
	do {
		uint64_t n = 0;
		ok = take_string(c, &name) && take(c, ":") && take_u64(c, &n) && n > 0 && n <= most;
		const size_t format = ok ? format_find(name.ptr) : SIZE_MAX;
		if (format < FORMAT_IDS) {
			ok = head->has[format] && counts[format] == 0;
			counts[format] = n;
		} else {
			ok = ok && head->unknown[0];
		}
	} while (ok && take(c, ","));
	rv_str_release(&name);
	return ok && take(c, "}");
}

static bool take_head(struct cursor *c, struct verify_manifest_head *head)
{
	struct rv_str version = RV_STR_INIT;
	bool ok = take(c, RV_MANIFEST_START "1,\"rv\":") && take_string(c, &version) && take(c, ",\"formats\":[") &&
	          take_formats(c, head) && take(c, "],\"samples\":") && take_u64(c, &head->n_samples) &&
	          take(c, ",\"errors\":") && take_u64(c, &head->n_errors);
	if (ok && take(c, ",\"left_out\":{")) {
		ok = take_counts(c, head, head->n_samples, head->left_out);
	}
	if (ok && take(c, ",\"lost\":{")) {
		uint64_t lost[FORMAT_IDS] = { 0 };
		ok = take_counts(c, head, UINT64_MAX, lost);
	}
	rv_str_release(&version);
	return ok && take(c, "}\n") && c->at == c->end;
}

static bool take_file(struct cursor *c, struct rv_str *path, struct verify_manifest_file *file)
{
	const bool is_file = take(c, "{\"path\":") && take_string(c, path) && take(c, ",\"bytes\":") &&
	                     take_u64(c, &file->bytes) && take(c, ",\"sha256\":\"") && take_hex(c, file->sha256) &&
	                     take(c, "\"");
	file->is_posted = take(c, ",\"posted\":true");
	return is_file && take(c, "}\n") && c->at == c->end;
}

/* The path may name only a file of the dataset, in its one canonical form, after the one before it. */
static int check_path(const struct verify_manifest *m, struct rv_err *err)
{
	const char *const path = m->path.ptr;
	if (!rv_path_is_inside(path) || strstr(path, "//") || strncmp(path, "./", 2) == 0 || strstr(path, "/./") ||
	    path[m->path.len - 1] == '/' || (m->path.len > 1 && strcmp(path + m->path.len - 2, "/.") == 0) ||
	    strcmp(path, RV_MANIFEST_NAME) == 0) {
		return rv_fail(err, RV_E_BAD_FILE, "line %" PRIu64 ": path '%s' does not name a file of the dataset",
		               m->line, path);
	}
	if (strcmp(m->before.ptr, path) >= 0) {
		return rv_fail(err, RV_E_BAD_FILE, "line %" PRIu64 ": path '%s' is not sorted after '%s'", m->line,
		               path, m->before.ptr);
	}
	return 0;
}

/* The digest line; m->hash holds everything before it. */
static int check_digest(struct verify_manifest *m, struct cursor *c, struct rv_err *err)
{
	char claimed[RV_HASH_HEX_LEN + 1], found[RV_HASH_HEX_LEN + 1];
	if (!take_hex(c, claimed) || !take(c, "\"}\n") || c->at != c->end) {
		return fail_form(m, "digest", err);
	}
	if (m->at < m->text.len || m->read < m->source->len) {
		return rv_fail(err, RV_E_BAD_FILE, "bytes follow the manifest's digest");
	}
	rv_hash_hex(m->hash, found);
	return strcmp(claimed, found) == 0
	               ? 0
	               : rv_fail(err, RV_E_DIGEST, "the manifest's digest is %s, but it says %s", found, claimed);
}

/* ---- the whole ---- */

/* Takes the next line; it is borrowed until the next call. */
static int next_line(struct verify_manifest *m, struct cursor *c, struct rv_err *err)
{
	const char *line;
	size_t len;
	m->line++;
	if (peek_line(m, &line, &len, err) < 0) {
		return -1;
	}
	if (len == 0) {
		return rv_fail(err, RV_E_BAD_FILE,
		               m->text.len - m->at > LINE_MAX_BYTES ? "line %" PRIu64 " is too long"
		                                                    : "it ends in line %" PRIu64 ", without its digest",
		               m->line);
	}
	m->at += len;
	*c = (struct cursor) { line, line + len };
	return 0;
}

int verify_manifest_next(struct verify_manifest *m, struct verify_manifest_file *file, struct rv_err *err)
{
	struct cursor c;
	if (next_line(m, &c, err) < 0) {
		return -1;
	}
	if (take(&c, "{\"manifest_sha256\":\"")) {
		return check_digest(m, &c, err);
	}
	rv_hash_add(m->hash, c.at, (size_t)(c.end - c.at));
	rv_str_clear(&m->before);
	rv_str_append(&m->before, m->path.ptr, m->path.len);
	if (!take_file(&c, &m->path, file)) {
		return fail_form(m, "file", err);
	}
	file->path = m->path.ptr;
	return check_path(m, err) < 0 ? -1 : 1;
}

struct verify_manifest *verify_manifest_open(const struct rv_source *source, struct verify_manifest_head *head,
                                             struct rv_err *err)
{
	struct verify_manifest *const m = rv_alloc_zero(1, sizeof(*m));
	struct cursor c;
	*head = (struct verify_manifest_head) { .n_samples = 0 };
	m->source = source;
	m->hash = rv_hash_new();
	rv_str_init(&m->text);
	rv_str_init(&m->path);
	rv_str_init(&m->before);
	int status = next_line(m, &c, err);
	if (status == 0) {
		rv_hash_add(m->hash, c.at, (size_t)(c.end - c.at));
		status = take_head(&c, head) ? 0 : fail_form(m, "first", err);
	}
	if (status < 0) {
		verify_manifest_close(m);
		return NULL;
	}
	return m;
}

void verify_manifest_close(struct verify_manifest *m)
{
	if (m) {
		rv_hash_free(m->hash);
		rv_str_release(&m->text);
		rv_str_release(&m->path);
		rv_str_release(&m->before);
		free(m);
	}
}
