/* SPDX-License-Identifier: MIT */
/* Taking from a file's header what pixels do not need. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "exr_file.h"
#include "file.h"

#define CHUNK_HEAD 8 /* row and length before a chunk's data */
#define COPY_BYTES ((size_t)1 << 20)

int rv_exr_strip_head(struct rv_exr *exr, struct rv_str *head, uint64_t *rest_at, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	if (!h->is_plain || exr->parts[0].is_tiled) { /* by the flags, and by an attribute */
		return rv_fail(err, RV_E_BAD_FILE,
		               "only one part of scan lines can be stripped (in Blender: "
		               "image_settings.use_exr_interleave = True)");
	}
	*rest_at = h->bytes + (uint64_t)exr->parts[0].n_chunks * 8;
	rv_str_append(head, h->bare.ptr, h->bare.len);
	struct rv_exr_walk walk = { .part = 0 };
	struct rv_exr_chunk chunk = { 0 };
	int status;
	while ((status = rv_exr_core_next(exr, &walk, &chunk, err)) > 0) { /* finds a file that is cut, too */
		rv_exr_put_u64(head, chunk.at - CHUNK_HEAD - h->bytes + h->bare.len);
	}
	return status;
}

static int copy_rest(const struct rv_source *source, uint64_t at, int to, struct rv_err *err)
{
	unsigned char *const buffer = rv_alloc(COPY_BYTES);
	int status = 0;
	while (status == 0 && at < source->len) {
		const size_t n = (size_t)RV_MIN(COPY_BYTES, source->len - at);
		status = rv_source_read(source, at, buffer, n, err);
		if (status == 0 && rv_write_all(to, buffer, n) < 0) {
			status = rv_fail_errno(err, "cannot write");
		}
		at += n;
	}
	free(buffer);
	return status;
}

/* What stays moves to the front, so that nothing is written over before it is read. */
static int write_stripped(const struct rv_source *source, const struct rv_str *head, uint64_t rest_at,
                          struct rv_err *err)
{
	const int fd = open(source->name, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open");
	}
	int status = rv_write_all(fd, head->ptr, head->len) < 0 ? rv_fail_errno(err, "cannot write")
	                                                        : copy_rest(source, rest_at, fd, err);
	if (status == 0 && ftruncate(fd, (off_t)(source->len - rest_at + head->len)) < 0) {
		status = rv_fail_errno(err, "cannot cut");
	}
	close(fd);
	return status;
}

int rv_exr_strip(const char *path, struct rv_err *err)
{
	struct rv_exr *exr = NULL;
	struct rv_str head = RV_STR_INIT;
	uint64_t rest_at = 0;
	if (rv_exr_open_path(path, RV_EXR_ALL_FORMS, &exr, err) < 0) {
		return -1;
	}
	int status = rv_exr_strip_head(exr, &head, &rest_at, err);
	if (status == 0) {
		status = write_stripped(exr->source, &head, rest_at, err);
	}
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", path);
	}
	rv_str_release(&head);
	rv_exr_close(exr);
	return status;
}
