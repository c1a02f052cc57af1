/* SPDX-License-Identifier: MIT */
/* The manifest and SHA256SUMS. */
#include "sink/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "sink/output.h"
#include "sorter.h"
#include "source.h"
#include "vocabulary.h"

#define PORTION_BYTES ((size_t)256 << 10)

struct sink_manifest {
	char *runs;
	struct rv_sorter *files; /* the manifest's lines */
};

/* Both lists in the making. */
struct lists {
	struct sink_output *lines, *sums; /* the manifest's lines but that of SHA256SUMS; SHA256SUMS */
	uint64_t n_before, n_bytes;       /* of `lines`: where that one belongs, and all */
	struct rv_str sum;
};

struct sink_manifest *sink_manifest_new(const char *runs)
{
	struct sink_manifest *const manifest = rv_alloc_zero(1, sizeof(*manifest));
	manifest->runs = rv_strdup(runs);
	manifest->files = rv_sorter_new(manifest->runs, 0);
	return manifest;
}

void sink_manifest_free(struct sink_manifest *manifest)
{
	if (manifest) {
		rv_sorter_free(manifest->files);
		free(manifest->runs);
		free(manifest);
	}
}

static void put_line(const char *path, uint64_t n_bytes, const char *sha256, bool is_posted, struct rv_str *line)
{
	struct rv_json_out out;
	rv_json_out_init(&out, line);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "path", path);
	rv_json_put_u64(&out, "bytes", n_bytes);
	rv_json_put_string(&out, "sha256", sha256);
	if (is_posted) {
		rv_json_put_bool(&out, "posted", true);
	}
	rv_json_close(&out, '}');
}

/* No byte of a path sorts before the quote that ends it, so sorting lines sorts paths. */
int sink_manifest_add(struct sink_manifest *manifest, const char *relative, uint64_t n_bytes, const char *sha256,
                      bool is_posted, struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	put_line(relative, n_bytes, sha256, is_posted, &line);
	const int status = rv_sorter_add(manifest->files, line.ptr, line.len, err);
	rv_str_release(&line);
	return status;
}

/* A line as sha256sum writes it: one that begins with a backslash has a path with escapes. */
static void put_sum(const char *path, const char *sha256, struct rv_str *line)
{
	rv_str_printf(line, "%s%s  ", strpbrk(path, "\\\n") ? "\\" : "", sha256);
	for (const char *at = path; *at; at++) {
		if (*at == '\\' || *at == '\n') {
			rv_str_putc(line, '\\');
		}
		rv_str_putc(line, (char)(*at == '\n' ? 'n' : *at));
	}
	rv_str_putc(line, '\n');
}

/* An rv_sorter_fn. */
static int take_line(void *to, const void *line, size_t len, struct rv_err *err)
{
	struct lists *const lists = to;
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(line, len, &json, err) < 0) {
		return -1;
	}
	const char *const path = rv_json_string(rv_json_get(json, "path"), NULL);
	rv_str_clear(&lists->sum);
	put_sum(path, rv_json_string(rv_json_get(json, "sha256"), NULL), &lists->sum);
	lists->n_bytes += len;
	if (strcmp(path, RV_SUMS_NAME) < 0) {
		lists->n_before = lists->n_bytes;
	}
	rv_json_release(&json);
	return sink_output_write(lists->lines, line, len, err) < 0
	               ? -1
	               : sink_output_write(lists->sums, lists->sum.ptr, lists->sum.len, err);
}

/* Makes SHA256SUMS; *line is replaced by the manifest's line of it. */
static int write_sums(struct sink_manifest *manifest, const char *tree, const char *scratch, struct lists *lists,
                      struct rv_str *line, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	char sha256[RV_HASH_HEX_LEN + 1], unused[RV_HASH_HEX_LEN + 1];
	uint64_t n_bytes, n_lines;
	rv_str_printf(&path, "%s/%s", tree, RV_SUMS_NAME);
	lists->lines = sink_output_create(scratch, NULL, false, err);
	lists->sums = lists->lines ? sink_output_create(path.ptr, NULL, false, err) : NULL;
	rv_str_release(&path);
	if (!lists->sums || rv_sorter_merge(manifest->files, take_line, lists, err) < 0) {
		sink_output_abort(lists->lines);
		sink_output_abort(lists->sums);
		return -1;
	}
	const int status = sink_output_close(lists->lines, &n_lines, unused, err);
	if (sink_output_close(lists->sums, &n_bytes, sha256, status == 0 ? err : NULL) < 0 || status < 0) {
		return -1;
	}
	rv_str_clear(line);
	put_line(RV_SUMS_NAME, n_bytes, sha256, false, line);
	rv_str_putc(line, '\n');
	return 0;
}

static int copy_range(const struct rv_source *source, uint64_t at, uint64_t end, struct sink_output *output,
                      struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	rv_str_reserve(&text, PORTION_BYTES);
	while (at < end && status == 0) {
		const size_t n = (size_t)RV_MIN(PORTION_BYTES, end - at);
		status = rv_source_read(source, at, text.ptr, n, err);
		if (status == 0) {
			status = sink_output_write(output, text.ptr, n, err);
		}
		at += n;
	}
	rv_str_release(&text);
	return status;
}

static int put_manifest(const struct lists *lists, const struct rv_source *lines, const struct rv_str *head,
                        const struct rv_str *sums, struct sink_output *output, struct rv_err *err)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	struct rv_str tail = RV_STR_INIT;
	if (sink_output_write(output, head->ptr, head->len, err) < 0 ||
	    copy_range(lines, 0, lists->n_before, output, err) < 0 ||
	    sink_output_write(output, sums->ptr, sums->len, err) < 0 ||
	    copy_range(lines, lists->n_before, lists->n_bytes, output, err) < 0 ||
	    sink_output_digest(output, sha256, err) < 0) {
		return -1;
	}
	rv_str_printf(&tail, "{\"manifest_sha256\":\"%s\"}\n", sha256);
	const int status = sink_output_write(output, tail.ptr, tail.len, err);
	rv_str_release(&tail);
	return status;
}

static int write_manifest(const struct lists *lists, const char *tree, const char *scratch, const struct rv_str *head,
                          const struct rv_str *sums, struct rv_err *err)
{
	struct rv_source lines = RV_SOURCE_INIT;
	struct rv_str path = RV_STR_INIT;
	char sha256[RV_HASH_HEX_LEN + 1];
	uint64_t n_bytes;
	if (rv_source_open(&lines, scratch, err) < 0) {
		return -1;
	}
	rv_str_printf(&path, "%s/%s", tree, RV_MANIFEST_NAME);
	struct sink_output *const output = sink_output_create(path.ptr, NULL, false, err);
	int status = output ? put_manifest(lists, &lines, head, sums, output, err) : -1;
	if (status == 0) {
		status = sink_output_close(output, &n_bytes, sha256, err);
	} else {
		sink_output_abort(output);
	}
	rv_str_release(&path);
	rv_source_close(&lines);
	return status;
}

int sink_manifest_write(struct sink_manifest *manifest, const char *tree, const struct rv_str *head, struct rv_err *err)
{
	struct lists lists = { .sum = RV_STR_INIT };
	struct rv_str scratch = RV_STR_INIT, sums = RV_STR_INIT;
	rv_str_printf(&scratch, "%s/lines", manifest->runs);
	int status = write_sums(manifest, tree, scratch.ptr, &lists, &sums, err);
	if (status == 0) {
		status = write_manifest(&lists, tree, scratch.ptr, head, &sums, err);
	}
	rv_str_release(&lists.sum);
	rv_str_release(&scratch);
	rv_str_release(&sums);
	return status;
}
