/* SPDX-License-Identifier: MIT */
/* Zstandard streams over libzstd. */
#include "zst.h"

#include <zstd.h>

#include "alloc.h"

/* Jobs are cut at these places whatever number of threads there is: they decide the bytes. */
#define JOB_BYTES (4 << 20)
#define THREADS_MAX 8 /* each holds a job and its output */

struct rv_zst {
	ZSTD_CCtx *context; /* NULL: there is none with threads */
	rv_write_fn *write;
	void *to;
	size_t out_size;
	char *out;
};

/* The library's way for several threads is taken for one, too: it makes other bytes than the one without threads. */
static ZSTD_CCtx *new_context(int level, size_t n_threads)
{
	ZSTD_CCtx *const context = ZSTD_createCCtx();
	const struct {
		ZSTD_cParameter name;
		int value;
	} parameters[] = {
		{ ZSTD_c_compressionLevel, level },
		{ ZSTD_c_checksumFlag, 1 },
		{ ZSTD_c_nbWorkers, (int)RV_MIN(n_threads, (size_t)THREADS_MAX) },
		{ ZSTD_c_jobSize, JOB_BYTES },
	};
	for (size_t i = 0; context && i < RV_COUNTOF(parameters); i++) {
		if (ZSTD_isError(ZSTD_CCtx_setParameter(context, parameters[i].name, parameters[i].value))) {
			ZSTD_freeCCtx(context);
			return NULL;
		}
	}
	return context;
}

struct rv_zst *rv_zst_new(int level, size_t n_threads, rv_write_fn *write, void *to)
{
	struct rv_zst *zst = rv_alloc(sizeof(*zst));
	*zst = (struct rv_zst) {
		.context = new_context(level, n_threads), .write = write, .to = to, .out_size = ZSTD_CStreamOutSize()
	};
	zst->out = rv_alloc(zst->out_size);
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
		return rv_fail(err, RV_E_MEMORY, "zstd: no memory for a compressor, or a library without threads");
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

/* A source being decompressed. */
struct inflate {
	ZSTD_DCtx *context;
	rv_write_fn *write;
	void *to;
	size_t wanted; /* bytes that the present frame still needs, as far as known; 0 exactly at the end of one */
	size_t out_size;
	char *out;
};

/* An rv_write_fn. */
static int inflate(void *state, const void *bytes, size_t len, struct rv_err *err)
{
	struct inflate *const z = state;
	ZSTD_inBuffer in = { .src = bytes, .size = len, .pos = 0 };
	bool flushed = false;
	while (in.pos < in.size || !flushed) {
		ZSTD_outBuffer out = { .dst = z->out, .size = z->out_size, .pos = 0 };
		const size_t before = in.pos, hint = ZSTD_decompressStream(z->context, &out, &in);
		if (ZSTD_isError(hint)) {
			return rv_fail(err, RV_E_BAD_FILE, "no valid zstd file: %s", ZSTD_getErrorName(hint));
		}
		/* A call that neither takes nor gives is one made after the end of a frame: its hint says only that
		 * another frame may start. */
		if (in.pos > before || out.pos > 0) {
			z->wanted = hint;
		}
		if (out.pos > 0 && z->write(z->to, out.dst, out.pos, err) < 0) {
			return -1;
		}
		flushed = out.pos < out.size;
	}
	return 0;
}

int rv_zst_read_from(const struct rv_source *source, rv_write_fn *write, void *to, struct rv_err *err)
{
	struct inflate z = { .context = ZSTD_createDCtx(),
		             .write = write,
		             .to = to,
		             .wanted = 1, /* so that an empty file is a cut one */
		             .out_size = ZSTD_DStreamOutSize() };
	if (!z.context) {
		return rv_fail(err, RV_E_MEMORY, "zstd: no memory for a decompressor");
	}
	z.out = rv_alloc(z.out_size);
	int result = rv_source_copy(source, inflate, &z, err);
	if (result == 0 && z.wanted != 0) {
		result = rv_fail(err, RV_E_BAD_FILE, "no valid zstd file: it is cut short");
	}
	ZSTD_freeDCtx(z.context);
	free(z.out);
	return result;
}

int rv_zst_pack(int level, const void *bytes, size_t len, struct rv_str *out, struct rv_err *err)
{
	const size_t max = ZSTD_compressBound(len);
	rv_str_reserve(out, max);
	const size_t n = ZSTD_compress(out->ptr + out->len, max, bytes, len, level);
	if (ZSTD_isError(n)) {
		return rv_fail(err, RV_E_MEMORY, "zstd: %s", ZSTD_getErrorName(n));
	}
	out->len += n;
	out->ptr[out->len] = '\0';
	return 0;
}

const char *rv_zst_library(void)
{
	return "libzstd " ZSTD_VERSION_STRING;
}
