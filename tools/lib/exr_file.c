/* SPDX-License-Identifier: MIT */
/* Opening an OpenEXR file and finding its chunks. */
#include "exr_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

#define CHUNK_HEAD 8                   /* row and length before a chunk's data */
#define READ_AHEAD ((size_t)256 << 10) /* small chunks are read this many bytes at a time */
#define FIRST_READ ((size_t)64 << 10)  /* most headers end in here */
#define SHRINK_MAX 1032                /* no deflate stream grows more than this */

/* Bytes of the file; borrowed until the next call. They must lie in it. */
static const unsigned char *bytes_at(struct rv_exr *exr, uint64_t at, size_t len, struct rv_err *err)
{
	if (at < exr->window_at || at + len > exr->window_at + exr->window_len) {
		const size_t want = (size_t)RV_MIN(RV_MAX(len, READ_AHEAD), exr->size - at);
		if (want > exr->window_cap) {
			exr->window = rv_realloc(exr->window, want, 1);
			exr->window_cap = want;
		}
		exr->window_at = at;
		exr->window_len = 0;
		while (exr->window_len < want) {
			const ssize_t n = pread(exr->fd, exr->window + exr->window_len, want - exr->window_len,
			                        (off_t)(at + exr->window_len));
			if (n < 0 && errno == EINTR) {
				continue;
			}
			if (n < 0) {
				rv_fail_errno(err, "cannot read");
				return NULL;
			}
			if (n == 0) {
				rv_fail(err, RV_E_BAD_FILE, "shrank while it was read");
				return NULL;
			}
			exr->window_len += (size_t)n;
		}
	}
	return exr->window + (at - exr->window_at);
}

static int read_header(struct rv_exr *exr, struct rv_err *err)
{
	size_t len = (size_t)RV_MIN(exr->size, FIRST_READ);
	if (len == 0) {
		return rv_fail(err, RV_E_BAD_FILE, "is empty");
	}
	for (;;) {
		const unsigned char *const bytes = bytes_at(exr, 0, len, err);
		if (!bytes) {
			return -1;
		}
		const int result = rv_exr_header_parse(&exr->header, bytes, len, err);
		if (result <= 0) {
			return result;
		}
		if (len == exr->size) {
			return rv_fail(err, RV_E_BAD_FILE, "cut in the header, after %zu bytes", len);
		}
		if (len >= RV_EXR_HEADER_BYTES_MAX) {
			return rv_fail(err, RV_E_LIMIT, "header of more than %zu bytes", RV_EXR_HEADER_BYTES_MAX);
		}
		len = (size_t)RV_MIN(exr->size, len * 4);
	}
}

/* The offsets, and whether there is room in the file for what the header promises: before memory is taken for it. */
static int read_offsets(struct rv_exr *exr, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	const uint64_t first = h->bytes + (uint64_t)h->n_chunks * 8;
	if (first + (uint64_t)h->n_chunks * CHUNK_HEAD > exr->size) {
		return rv_fail(err, RV_E_BAD_FILE, "cut in the table of chunks");
	}
	const uint64_t raw = (uint64_t)h->row_bytes * h->height;
	const bool deflated = h->codec == RV_EXR_ZIP || h->codec == RV_EXR_ZIPS;
	if ((h->codec == RV_EXR_NONE || deflated) && raw / (deflated ? SHRINK_MAX : 1) > exr->size) {
		return rv_fail(err, RV_E_BAD_FILE, "%llu bytes cannot hold %u x %u pixels of %zu channels",
		               (unsigned long long)exr->size, h->width, h->height, h->n_channels);
	}
	const unsigned char *const table = bytes_at(exr, h->bytes, (size_t)h->n_chunks * 8, err);
	if (!table) {
		return -1;
	}
	exr->offsets = rv_alloc(h->n_chunks * sizeof(*exr->offsets));
	for (uint32_t i = 0; i < h->n_chunks; i++) {
		exr->offsets[i] = rv_exr_get_u64(table + (size_t)i * 8);
		if (exr->offsets[i] < first || exr->offsets[i] > exr->size - CHUNK_HEAD) {
			return rv_fail(err, RV_E_BAD_FILE, "chunk %u of %u is not in the file: cut, or never finished",
			               i + 1, h->n_chunks);
		}
	}
	return 0;
}

int rv_exr_open(const char *path, struct rv_exr **out, struct rv_err *err)
{
	struct rv_exr *const exr = rv_alloc_zero(1, sizeof(*exr));
	struct stat stat;
	exr->path = rv_strdup(path);
	exr->header = (struct rv_exr_header)RV_EXR_HEADER_INIT;
	exr->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (exr->fd < 0 || fstat(exr->fd, &stat) < 0) {
		rv_fail_errno(err, "cannot open '%s'", path);
		goto fail;
	}
	if (!S_ISREG(stat.st_mode)) {
		rv_fail(err, RV_E_BAD_FILE, "'%s' is not a regular file", path);
		goto fail;
	}
	exr->size = (uint64_t)stat.st_size;
	exr->inflate = libdeflate_alloc_decompressor();
	if (!exr->inflate) {
		rv_fail(err, RV_E_MEMORY, "'%s': no memory to inflate", path);
		goto fail;
	}
	if (read_header(exr, err) < 0 || read_offsets(exr, err) < 0) {
		rv_fail_prefix(err, "'%s'", path);
		goto fail;
	}
	*out = exr;
	return 0;
fail:
	rv_exr_close(exr);
	return -1;
}

void rv_exr_close(struct rv_exr *exr)
{
	if (!exr) {
		return;
	}
	if (exr->fd >= 0) {
		close(exr->fd);
	}
	libdeflate_free_decompressor(exr->inflate);
	rv_exr_header_release(&exr->header);
	free(exr->offsets);
	free(exr->window);
	free(exr->path);
	free(exr);
}

uint32_t rv_exr_width(const struct rv_exr *exr)
{
	return exr->header.width;
}

uint32_t rv_exr_height(const struct rv_exr *exr)
{
	return exr->header.height;
}

size_t rv_exr_channel_count(const struct rv_exr *exr)
{
	return exr->header.n_channels;
}

const char *rv_exr_channel_name(const struct rv_exr *exr, size_t index)
{
	return exr->header.channels[index].name;
}

static const struct rv_exr_channel *channel_named(const struct rv_exr *exr, const char *name)
{
	for (size_t i = 0; i < exr->header.n_channels; i++) {
		if (strcmp(exr->header.channels[i].name, name) == 0) {
			return &exr->header.channels[i];
		}
	}
	return NULL;
}

bool rv_exr_has_channel(const struct rv_exr *exr, const char *name)
{
	return channel_named(exr, name);
}

bool rv_exr_is_half(const struct rv_exr *exr, const char *name)
{
	const struct rv_exr_channel *const channel = channel_named(exr, name);
	return channel && channel->type == RV_EXR_HALF;
}

bool rv_exr_next_text(const struct rv_exr *exr, size_t *at, struct rv_exr_text *text)
{
	return rv_exr_header_next_text(&exr->header, at, text);
}

int rv_exr_chunk(struct rv_exr *exr, uint32_t i, struct rv_exr_chunk *chunk, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	const uint64_t at = exr->offsets[i];
	const unsigned char *const head = bytes_at(exr, at, CHUNK_HEAD, err);
	if (!head) {
		return -1;
	}
	const int64_t row = (int64_t)(int32_t)rv_exr_get_u32(head) - h->y0;
	chunk->row = i * h->chunk_rows;
	chunk->n_rows = RV_MIN(h->chunk_rows, h->height - chunk->row);
	chunk->raw_len = h->row_bytes * chunk->n_rows;
	chunk->len = rv_exr_get_u32(head + 4);
	if (row != chunk->row) {
		return rv_fail(err, RV_E_BAD_FILE, "chunk %u of %u begins at row %lld in place of %u", i + 1,
		               h->n_chunks, (long long)row, chunk->row);
	}
	if (chunk->len > chunk->raw_len || (h->codec == RV_EXR_NONE && chunk->len != chunk->raw_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "chunk %u of %u has %zu bytes for %zu", i + 1, h->n_chunks,
		               chunk->len, chunk->raw_len);
	}
	if (chunk->len > exr->size - at - CHUNK_HEAD) {
		return rv_fail(err, RV_E_BAD_FILE, "cut in chunk %u of %u", i + 1, h->n_chunks);
	}
	chunk->data = bytes_at(exr, at + CHUNK_HEAD, chunk->len, err);
	return chunk->data ? 0 : -1;
}
