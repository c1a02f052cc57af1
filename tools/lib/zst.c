/* SPDX-License-Identifier: MIT */
/* Zstandard streams over libzstd. */
#include "zst.h"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include "alloc.h"
#include "file.h"

struct rv_zst {
	ZSTD_CCtx *context;
	rv_write_fn *write;
	void *to;
	size_t out_size;
	char *out;
};

struct rv_zst *rv_zst_new(int level, rv_write_fn *write, void *to)
{
	struct rv_zst *zst = rv_alloc(sizeof(*zst));
	*zst = (struct rv_zst) {
		.context = ZSTD_createCCtx(), .write = write, .to = to, .out_size = ZSTD_CStreamOutSize()
	};
	zst->out = rv_alloc(zst->out_size);
	if (zst->context) {
		ZSTD_CCtx_setParameter(zst->context, ZSTD_c_compressionLevel, level);
		ZSTD_CCtx_setParameter(zst->context, ZSTD_c_checksumFlag, 1);
	}
	return zst;
}

void rv_zst_abort(struct rv_zst *zst)
{
	if (zst) {
		ZSTD_freeCCtx(zst->context);
		free(zst->out);
		free(zst);
	}
}

/* Feeds *in and writes what comes out, until the input is taken (ZSTD_e_continue) or the frame closed (ZSTD_e_end). */
static int compress(struct rv_zst *zst, ZSTD_inBuffer *in, ZSTD_EndDirective mode, struct rv_err *err)
{
	if (!zst->context) {
		return rv_fail(err, RV_E_MEMORY, "zstd: no memory for a compressor");
	}
	size_t left;
	do {
		ZSTD_outBuffer out = { .dst = zst->out, .size = zst->out_size, .pos = 0 };
		left = ZSTD_compressStream2(zst->context, &out, in, mode);
		if (ZSTD_isError(left)) {
			return rv_fail(err, RV_E_MEMORY, "zstd: %s", ZSTD_getErrorName(left));
		}
		if (out.pos > 0 && zst->write(zst->to, out.dst, out.pos, err) < 0) {
			return -1;
		}
	} while (mode == ZSTD_e_end ? left > 0 : in->pos < in->size);
	return 0;
}

int rv_zst_add(struct rv_zst *zst, const void *bytes, size_t len, struct rv_err *err)
{
	ZSTD_inBuffer in = { .src = bytes, .size = len, .pos = 0 };
	return compress(zst, &in, ZSTD_e_continue, err);
}

int rv_zst_finish(struct rv_zst *zst, struct rv_err *err)
{
	ZSTD_inBuffer in = { .src = NULL, .size = 0, .pos = 0 };
	int result = compress(zst, &in, ZSTD_e_end, err);
	rv_zst_abort(zst);
	return result;
}

int rv_zst_read_file(const char *path, rv_write_fn *write, void *to, struct rv_err *err)
{
	int result = -1;
	size_t in_size = ZSTD_DStreamInSize();
	size_t out_size = ZSTD_DStreamOutSize();
	char *in_bytes = rv_alloc(in_size);
	char *out_bytes = rv_alloc(out_size);
	ZSTD_DCtx *context = ZSTD_createDCtx();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		rv_fail_errno(err, "cannot open '%s'", path);
		goto out;
	}
	if (!context) {
		rv_fail(err, RV_E_MEMORY, "zstd: no memory for a decompressor");
		goto out;
	}
	size_t wanted = 1; /* 0 exactly at the end of a frame, so an empty file is a cut one */
	for (;;) {
		ssize_t n = rv_read_all(fd, in_bytes, in_size);
		if (n < 0) {
			rv_fail_errno(err, "cannot read '%s'", path);
			goto out;
		}
		if (n == 0) {
			break;
		}
		ZSTD_inBuffer in = { .src = in_bytes, .size = (size_t)n, .pos = 0 };
		bool flushed = false;
		while (in.pos < in.size || !flushed) {
			ZSTD_outBuffer out = { .dst = out_bytes, .size = out_size, .pos = 0 };
			size_t before = in.pos;
			size_t hint = ZSTD_decompressStream(context, &out, &in);
			if (ZSTD_isError(hint)) {
				rv_fail(err, RV_E_BAD_FILE, "'%s' is no valid zstd file: %s", path,
				        ZSTD_getErrorName(hint));
				goto out;
			}
			/* A call that neither takes nor gives is one made after the end of a frame: its hint says
			 * only that another frame may start. */
			if (in.pos > before || out.pos > 0) {
				wanted = hint;
			}
			if (out.pos > 0 && write(to, out.dst, out.pos, err) < 0) {
				goto out;
			}
			flushed = out.pos < out.size;
		}
	}
	if (wanted != 0) {
		rv_fail(err, RV_E_BAD_FILE, "'%s' is no valid zstd file: it is cut short", path);
		goto out;
	}
	result = 0;
out:
	if (fd >= 0) {
		close(fd);
	}
	ZSTD_freeDCtx(context);
	free(out_bytes);
	free(in_bytes);
	return result;
}

const char *rv_zst_library(void)
{
	return "libzstd " ZSTD_VERSION_STRING;
}
