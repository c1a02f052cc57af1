/* SPDX-License-Identifier: MIT */
/* exr.h: headers stripped, and files that are cut, changed, or ask for more than they hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "exr.h"
#include "exr_by_core.h"
#include "exr_file.h"
#include "file.h"

static const exr_compression_t codecs[] = { EXR_COMPRESSION_NONE, EXR_COMPRESSION_RLE, EXR_COMPRESSION_ZIPS,
	                                    EXR_COMPRESSION_ZIP,  EXR_COMPRESSION_PIZ, EXR_COMPRESSION_PXR24,
	                                    EXR_COMPRESSION_B44,  EXR_COMPRESSION_B44A };
static const struct core_channel channels[] = {
	{ "ViewLayer.Combined.R", EXR_PIXEL_HALF, 1 },
	{ "ViewLayer.Depth.Z", EXR_PIXEL_FLOAT, 1 },
	{ "id", EXR_PIXEL_UINT, 1 },
};

/* A file of scan lines, or of tiles of 8 x 8, with kind 1 of pixels. */
static void write_file(const char *name, uint32_t width, uint32_t height, exr_compression_t codec, bool is_tiled,
                       const char *date)
{
	struct rv_rng rng;
	struct core_part part = { .codec = codec,
		                  .width = width,
		                  .height = height,
		                  .tile_width = is_tiled ? 8 : 0,
		                  .tile_height = is_tiled ? 8 : 0,
		                  .channels = channels,
		                  .n = RV_COUNTOF(channels) };
	rv_rng_init(&rng, 1, "exr");
	core_fill(&part, 1, &rng);
	CHECK(core_write(check_path(name), &part, 1, date));
	core_release(&part);
}

/* Opens and checks bytes; -1 with *err. */
static int check_bytes_of(const struct rv_str *file, size_t len, struct rv_err *err)
{
	struct rv_source source;
	struct rv_exr *exr = NULL;
	rv_source_open_memory(&source, "damaged", file->ptr, len);
	int status = rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, err);
	if (status == 0) {
		status = rv_exr_check(exr, err);
	}
	rv_exr_close(exr);
	rv_source_close(&source);
	return status;
}

static void stripped(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str a = RV_STR_INIT, b = RV_STR_INIT;
	for (size_t k = 0; k < RV_COUNTOF(codecs); k++) {
		struct rv_exr *exr = NULL;
		struct rv_image before[RV_COUNTOF(channels)] = { RV_IMAGE_INIT };
		struct rv_image after[RV_COUNTOF(channels)] = { RV_IMAGE_INIT };
		const char *const names[] = { channels[0].name, channels[1].name, channels[2].name };
		write_file("a.exr", 50, 40, codecs[k], false, "2001-01-01");
		write_file("b.exr", 50, 40, codecs[k], false, "a later day");
		CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_ALL_FORMS, &exr, &err), &err);
		CHECK_OK(rv_exr_read(exr, names, 3, before, &err), &err);
		rv_exr_close(exr);
		CHECK_OK(rv_exr_strip(check_path("a.exr"), &err), &err);
		CHECK_OK(rv_exr_strip(check_path("b.exr"), &err), &err);
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &a, &err), &err);
		CHECK_OK(rv_file_read(check_path("b.exr"), 1 << 24, &b, &err), &err);
		CHECK_BYTES(a.ptr, a.len, b.ptr, b.len);
		CHECK(memmem(a.ptr, a.len, "Date", 4) == NULL);
		CHECK(memmem(a.ptr, a.len, "cryptomatte/542cafa/name", 24) != NULL);
		CHECK_OK(rv_exr_strip(check_path("a.exr"), &err), &err);
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &a, &err), &err);
		CHECK_BYTES(a.ptr, a.len, b.ptr, b.len);
		CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_ALL_FORMS, &exr, &err), &err);
		CHECK_OK(rv_exr_check(exr, &err), &err);
		CHECK_OK(rv_exr_read(exr, names, 3, after, &err), &err);
		for (size_t c = 0; c < RV_COUNTOF(channels); c++) {
			core_same(&after[c], &before[c]);
			rv_image_release(&before[c]);
			rv_image_release(&after[c]);
		}
		rv_exr_close(exr);
	}
	write_file("a.exr", 50, 40, EXR_COMPRESSION_ZIP, true, "today");
	CHECK_FAILS(rv_exr_strip(check_path("a.exr"), &err), &err, RV_E_BAD_FILE,
	            "a.exr': only one part of scan lines can be stripped");
	rv_str_release(&a);
	rv_str_release(&b);
}

/* A file that is damaged must be refused or read as something, never crash; one that is cut must be refused. */
static void damaged(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 4, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	for (size_t k = 0; k < 2 * RV_COUNTOF(codecs); k++) {
		const bool is_tiled = k % 2;
		write_file("a.exr", 40, 40, codecs[k / 2], is_tiled, "today");
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
		size_t n_accepted = 0;
		for (size_t i = 0; i < file.len; i += 1 + i / 97) {
			n_accepted += check_bytes_of(&file, i, &err) == 0;
			if (!is_tiled && k < 4) {
				CHECK_OK(rv_file_write(check_path("d.exr"), file.ptr, i, &err), &err);
				n_accepted += rv_exr_strip(check_path("d.exr"), &err) == 0;
			}
		}
		CHECK_U64(n_accepted, 0);
		for (int i = 0; i < 300; i++) {
			const size_t at = (size_t)rv_rng_below(&rng, file.len);
			const char old = file.ptr[at];
			file.ptr[at] = (char)rv_rng_u64(&rng);
			(void)!check_bytes_of(&file, file.len, &err);
			file.ptr[at] = old;
		}
	}
	rv_str_release(&file);
}

/* Changes one byte sequence of a sound file and tells what the reader says. */
static void header_fields(void)
{
	static const struct {
		const char *where; /* an attribute; the change is made this many bytes behind its name */
		size_t skip;
		const char *bytes;
		size_t len;
		enum rv_err_code code;
		const char *part;
	} cases[] = {
		{ "v/1\1", 0, "x", 1, RV_E_BAD_FILE, "not an OpenEXR file" },
		{ "v/1\1", 4, "\3", 1, RV_E_BAD_FILE, "unknown version" },
		{ "v/1\1", 5, "\6", 1, RV_E_BAD_FILE, "'damaged': " },
		{ "v/1\1", 5, "\14", 1, RV_E_BAD_FILE, "deep pixels are not supported" },
		{ "v/1\1", 5, "\24", 1, RV_E_BAD_FILE, "multipart" },
		{ "v/1\1", 6, "\1", 1, RV_E_BAD_FILE, "unknown version" },
		{ "compression\0", 12, "x", 1, RV_E_BAD_FILE, "'compression'" },
		{ "compression\0compression\0", 28, "\76", 1, RV_E_BAD_FILE, "62" },
		{ "lineOrder\0lineOrder\0", 24, "\3", 1, RV_E_BAD_FILE, "'lineOrder'" },
		{ "dataWindow\0box2i\0", 29, "\0\0\0\200", 4, RV_E_BAD_FILE, "invalid data window" },
		{ "dataWindow\0box2i\0", 29, "\377\377\0\0", 4, RV_E_LIMIT,
		  "65536 x 20 pixels: each side must be 1..65535" },
		{ "dataWindow\0", 1, "x", 1, RV_E_BAD_FILE, "'dataWindow' attribute not found" },
		{ "ViewLayer.Depth.Z\0", 18, "\3", 1, RV_E_BAD_FILE, "pixel type" },
		{ "ViewLayer.Depth.Z\0", 26, "\3", 1, RV_E_BAD_FILE, "is sub-sampled 3 x 1" },
		{ "ViewLayer.Depth.Z\0", 26, "\0", 1, RV_E_BAD_FILE, "sampl" },
		{ "ViewLayer.Depth.Z\0", 17, "x", 1, RV_E_BAD_FILE, "list of channels is damaged" },
		{ "lineOrder\0", 0, "pixelAspe", 9, RV_E_BAD_FILE, "'lineOrder'" },
		{ "pixelAspectRatio\0float\0", 23, "\5", 1, RV_E_BAD_FILE, "'pixelAspectRatio'" },
	};
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	struct rv_exr *exr = NULL;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		write_file("a.exr", 9, 20, EXR_COMPRESSION_ZIP, false, "today");
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
		const size_t len = i < 6 ? 4 : strlen(cases[i].where);
		char *const at = i < 6 ? file.ptr : memmem(file.ptr, file.len, cases[i].where, len);
		if (!CHECK(at != NULL)) {
			continue;
		}
		memcpy(at + cases[i].skip, cases[i].bytes, cases[i].len);
		if (!CHECK_FAILS(check_bytes_of(&file, file.len, &err), &err, cases[i].code, cases[i].part)) {
			printf("# case %zu\n", i);
		}
	}
	CHECK_FAILS(check_bytes_of(&file, 0, &err), &err, RV_E_BAD_FILE, "'damaged': is empty");
	CHECK_FAILS(rv_exr_open_path(check_path("none"), RV_EXR_ALL_FORMS, &exr, &err), &err, RV_E_MISSING_FILE,
	            "none");
	CHECK_FAILS(rv_exr_open_path(check_dir(), RV_EXR_ALL_FORMS, &exr, &err), &err, RV_E_BAD_FILE,
	            "not a regular file");

	struct rv_image image = RV_IMAGE_INIT;
	const char *const wrong = "ViewLayer.Depth.z";
	CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
	CHECK_FAILS(rv_exr_read(exr, &wrong, 1, &image, &err), &err, RV_E_BAD_FILE,
	            "a.exr': no channel 'ViewLayer.Depth.z', only ViewLayer.Combined.R, ViewLayer.Depth.Z, id");
	rv_exr_close(exr);
	rv_image_release(&image);
	rv_str_release(&file);
}

/* ---- more than there is ------------------------------------------------------------------------------------------ */

static void put_attribute(struct rv_str *out, const char *name, const char *type, const void *data, size_t len)
{
	rv_str_append(out, name, strlen(name) + 1);
	rv_str_append(out, type, strlen(type) + 1);
	rv_exr_put_u32(out, (uint32_t)len);
	rv_str_append(out, data, len);
}

/* The beginning of a file of many attributes, channels or parts; it goes on with zeros. */
static void crowded_headers(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT, list = RV_STR_INIT;
	char name[32];
	for (int kind = 0; kind < 3; kind++) {
		static const char *const said[] = { "more than 4096 attributes", "more than 1024 channels",
			                            "more than 1024 parts" };
		rv_str_clear(&file);
		rv_str_append(&file, "v/1\1\2\0\0\0", 8);
		file.ptr[5] = kind == 2 ? 0x10 : 0;
		for (int i = 0; i < (kind == 0 ? 5000 : kind == 2 ? 2000 : 0); i++) {
			snprintf(name, sizeof(name), "a%d", i);
			put_attribute(&file, name, "int", "1234", 4);
			if (kind == 2) {
				rv_str_putc(&file, '\0');
			}
		}
		for (int i = 0; kind == 1 && i < 2000; i++) {
			snprintf(name, sizeof(name), "c%d", i);
			rv_str_append(&list, name, strlen(name) + 1);
			rv_str_append(&list, "\2\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0", 16);
		}
		if (kind == 1) {
			rv_str_putc(&list, '\0');
			put_attribute(&file, "more", "chlist", list.ptr, list.len);
		}
		rv_str_append(&file, "\0\0\0\0\0\0\0\0", 8);
		CHECK_FAILS(check_bytes_of(&file, file.len, &err), &err, RV_E_LIMIT, said[kind]);
	}
	rv_str_clear(&file);
	rv_str_append(&file, "v/1\1\2\0\0\0", 8);
	rv_str_puts(&file, "huge");
	rv_str_append(&file, "\0string\0\0\0\0\10", 12); /* 128 MiB */
	CHECK_FAILS(check_bytes_of(&file, file.len, &err), &err, RV_E_BAD_FILE, "attribute of 134217728 bytes");
	rv_str_release(&list);
	rv_str_release(&file);
}

/* Gives a file the data window of w x h pixels. */
static void set_size(struct rv_str *file, uint32_t width, uint32_t height)
{
	char *const window = memmem(file->ptr, file->len, "dataWindow\0box2i", 16);
	if (CHECK(window != NULL)) {
		const uint32_t corner[2] = { width - 1, height - 1 }; /* of a little-endian machine */
		memcpy(window + 29, corner, 8);
	}
}

static void promises(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	for (size_t k = 0; k < RV_COUNTOF(codecs); k++) {
		write_file("a.exr", 9, 20, codecs[k], false, "today");
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
		set_size(&file, 60000, 60000);
		CHECK_FAILS(check_bytes_of(&file, file.len, &err), &err, RV_E_BAD_FILE, "cut in the table of chunks");
		set_size(&file, 60000, 20);
		if (codecs[k] <= EXR_COMPRESSION_ZIP || codecs[k] == EXR_COMPRESSION_PXR24) {
			CHECK_FAILS(check_bytes_of(&file, file.len, &err), &err, RV_E_BAD_FILE,
			            "cannot hold 60000 x 20 pixels of 10 bytes");
		} else {
			CHECK(check_bytes_of(&file, file.len, &err) < 0);
		}
	}
	/* Never finished: the table is empty. */
	write_file("a.exr", 9, 20, EXR_COMPRESSION_ZIPS, false, "today");
	CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
	struct rv_source source;
	struct rv_exr *exr = NULL;
	rv_source_open_memory(&source, "a", file.ptr, file.len);
	CHECK_OK(rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, &err), &err);
	memset(file.ptr + exr->header.bytes, 0, 8);
	CHECK_FAILS(rv_exr_check(exr, &err), &err, RV_E_BAD_FILE, "'a': cut, damaged or never finished: ");
	rv_exr_close(exr);
	rv_source_close(&source);
	rv_str_release(&file);
}

/* What the file's length does not rule out is an error of that file where there is no memory. */
static void no_memory(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_source source;
	const char *const name = channels[1].name;
	write_file("a.exr", 9, 20, EXR_COMPRESSION_PIZ, false, "today");
	CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
	set_size(&file, 40000, 40000);
	const size_t there = file.len;
	rv_str_reserve(&file, 1 << 16);
	memset(file.ptr + there, 0, 1 << 16); /* room for the table */
	rv_source_open_memory(&source, "a", file.ptr, there + (1 << 16));
	fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0) {
		const struct rlimit limit = { (rlim_t)4 << 30, (rlim_t)4 << 30 };
		const bool ok = setrlimit(RLIMIT_AS, &limit) == 0 &&
		                CHECK_OK(rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, &err), &err) &&
		                CHECK_FAILS(rv_exr_read(exr, &name, 1, &image, &err), &err, RV_E_MEMORY,
		                            "'a': no memory for an image of 40000 x 40000 pixels");
		fflush(stdout);
		_exit(ok ? 0 : 1);
	}
	int status = -1;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	rv_source_close(&source);
	rv_str_release(&file);
}

CHECK_MODULE(exr_damaged)
{
	check_case("strip leaves no trace of when a file was made", stripped);
	check_case("cut and changed files", damaged);
	check_case("header fields", header_fields);
	check_case("more attributes, channels and parts than anybody has", crowded_headers);
	check_case("headers that promise more than the file holds", promises);
	check_case("no memory is an error of that file", no_memory);
}
