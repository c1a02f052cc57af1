/* SPDX-License-Identifier: MIT */
/* exr.h against OpenEXR's core, which serves here as the independent writer: every codec, type and form. */
#include "exr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "check.h"
#include "exr_by_core.h"
#include "exr_file.h"
#include "file.h"

static const char *const codec_names[] = { "NONE", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A" };
static const exr_compression_t codecs[] = { EXR_COMPRESSION_NONE, EXR_COMPRESSION_RLE, EXR_COMPRESSION_ZIPS,
	                                    EXR_COMPRESSION_ZIP,  EXR_COMPRESSION_PIZ, EXR_COMPRESSION_PXR24,
	                                    EXR_COMPRESSION_B44,  EXR_COMPRESSION_B44A };
#define N_LOSSLESS 5 /* of these */

/* All types, in the format's order. */
static const struct core_channel mixed[] = {
	{ "ViewLayer.Combined.A", EXR_PIXEL_HALF, 1 },
	{ "ViewLayer.Combined.R", EXR_PIXEL_HALF, 1 },
	{ "ViewLayer.Depth.Z", EXR_PIXEL_FLOAT, 1 },
	{ "ViewLayer.IndexOB.X", EXR_PIXEL_FLOAT, 1 },
	{ "ViewLayer.a_semantic_channel_with_a_long_name.X", EXR_PIXEL_FLOAT, 1 },
	{ "id", EXR_PIXEL_UINT, 1 },
};
static const struct core_channel halves[] = {
	{ "A", EXR_PIXEL_HALF, 1 }, { "B", EXR_PIXEL_HALF, 1 }, { "G", EXR_PIXEL_HALF, 1 },
	{ "R", EXR_PIXEL_HALF, 1 }, { "Z", EXR_PIXEL_HALF, 1 },
};

/* Reads `n` channels, which must be all, in several ways. */
static bool reads_open(struct rv_exr *exr, const char *const *names, const struct rv_image *wanted, size_t n)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_image images[CORE_CHANNELS_MAX + 1] = { RV_IMAGE_INIT };
	const char *asked[CORE_CHANNELS_MAX + 1];
	bool same = CHECK_U64(rv_exr_width(exr), wanted[0].width) && CHECK_U64(rv_exr_height(exr), wanted[0].height) &&
	            CHECK_U64(rv_exr_channel_count(exr), n) && CHECK(!rv_exr_has_channel(exr, "i"));
	for (size_t i = 0; same && i < n; i++) {
		same = CHECK_STR(rv_exr_channel_name(exr, i), names[i]) && CHECK(rv_exr_has_channel(exr, names[i]));
	}
	for (size_t set = 1; same && set < (size_t)1 << n; set++) { /* every selection, backwards, the last one twice */
		size_t n_asked = 0;
		for (size_t i = n; i-- > 0;) {
			if (set >> i & 1) {
				asked[n_asked++] = names[i];
			}
		}
		asked[n_asked] = asked[n_asked - 1];
		n_asked++;
		same = CHECK_OK(rv_exr_read(exr, asked, n_asked, images, &err), &err);
		for (size_t i = n, k = 0; same && i-- > 0;) {
			if (set >> i & 1) {
				same = core_same(&images[k++], &wanted[i]) &&
				       (k < n_asked - 1 || core_same(&images[k], &wanted[i]));
			}
		}
	}
	for (size_t i = 0; i < RV_COUNTOF(images); i++) {
		rv_image_release(&images[i]);
	}
	return CHECK_OK(rv_exr_check(exr, &err), &err) && same;
}

/* From a file and from memory. */
static bool reads_as(const char *path, enum rv_exr_forms forms, const char *const *names, const struct rv_image *wanted,
                     size_t n)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_str bytes = RV_STR_INIT;
	struct rv_source source;
	bool same = CHECK_OK(rv_exr_open_path(path, forms, &exr, &err), &err) && reads_open(exr, names, wanted, n);
	rv_exr_close(exr);
	exr = NULL;
	CHECK_OK(rv_file_read(path, 1 << 24, &bytes, &err), &err);
	rv_source_open_memory(&source, "memory", bytes.ptr, bytes.len);
	same = same && CHECK_OK(rv_exr_open(&source, forms, &exr, &err), &err) && reads_open(exr, names, wanted, n);
	rv_exr_close(exr);
	rv_source_close(&source);
	rv_str_release(&bytes);
	return same;
}

/* A file of one part, whose channels have plain names. What its codec loses, the core loses, too. */
static bool reads_part(const char *path, struct core_part *part, bool is_lossy, enum rv_exr_forms forms)
{
	const char *names[CORE_CHANNELS_MAX];
	for (size_t c = 0; c < part->n; c++) {
		names[c] = part->channels[c].name;
	}
	return (!is_lossy || core_read(path, part)) && reads_as(path, forms, names, part->wanted, part->n);
}

static void every_codec(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 17 }, { 33, 16 }, { 100, 70 }, { 700, 40 } };
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "exr");
	for (size_t k = 0; k < RV_COUNTOF(codecs) * RV_COUNTOF(sizes) * 2; k++) {
		const size_t codec = k / 2 % RV_COUNTOF(codecs);
		const uint32_t *const size = sizes[k / 2 / RV_COUNTOF(codecs)];
		struct core_part part = { .codec = codecs[codec],
			                  .width = size[0],
			                  .height = size[1],
			                  .channels = mixed,
			                  .n = RV_COUNTOF(mixed) };
		const bool is_lossy = codec >= N_LOSSLESS;
		if (codecs[codec] >= EXR_COMPRESSION_B44 && size[0] < 33) {
			continue; /* the core's B44 makes small pictures larger than they are, and does not read them */
		}
		core_fill(&part, k % 2, &rng);
		if (!CHECK(core_write(check_path("a.exr"), &part, 1, "today") &&
		           reads_part(check_path("a.exr"), &part, is_lossy,
		                      is_lossy ? RV_EXR_ALL_FORMS : RV_EXR_BLENDERS_FORMS))) {
			printf("# %s, %u x %u, kind %zu\n", codec_names[codec], size[0], size[1], k % 2);
		}
		core_release(&part);
	}
}

/* 1 to 5 half channels, every selection: for 3 and 4 the core has unpackers of its own. */
static void half_channels(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 2, "exr");
	for (size_t k = 0; k < RV_COUNTOF(codecs) * RV_COUNTOF(halves); k++) {
		const size_t codec = k % RV_COUNTOF(codecs), n = 1 + k / RV_COUNTOF(codecs);
		struct core_part part = {
			.codec = codecs[codec], .width = 40, .height = 70, .channels = halves, .n = n
		};
		core_fill(&part, 1, &rng);
		if (!CHECK(core_write(check_path("a.exr"), &part, 1, "today") &&
		           reads_part(check_path("a.exr"), &part, codec >= N_LOSSLESS, RV_EXR_ALL_FORMS))) {
			printf("# %s, %zu channels\n", codec_names[codec], n);
		}
		core_release(&part);
	}
}

/* Tiles of every codec that loses nothing, also larger than the picture. */
static void tiles(void)
{
	static const struct {
		uint32_t width, height, tile_width, tile_height;
		exr_tile_level_mode_t levels;
	} forms[] = {
		{ 53, 37, 16, 16, EXR_TILE_ONE_LEVEL },
		{ 53, 37, 7, 5, EXR_TILE_ONE_LEVEL },
		{ 53, 37, 64, 100, EXR_TILE_ONE_LEVEL },
		{ 64, 32, 16, 8, EXR_TILE_MIPMAP_LEVELS },
	};
	struct rv_rng rng;
	rv_rng_init(&rng, 3, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	for (size_t k = 0; k < N_LOSSLESS * RV_COUNTOF(forms); k++) {
		const size_t codec = k % N_LOSSLESS, form = k / N_LOSSLESS;
		struct core_part part = { .codec = codecs[codec],
			                  .width = forms[form].width,
			                  .height = forms[form].height,
			                  .x = -10,
			                  .y = 20,
			                  .tile_width = forms[form].tile_width,
			                  .tile_height = forms[form].tile_height,
			                  .levels = forms[form].levels,
			                  .channels = mixed + 1,
			                  .n = 4 };
		core_fill(&part, 1, &rng);
		if (!CHECK(core_write(check_path("a.exr"), &part, 1, "today") &&
		           reads_part(check_path("a.exr"), &part, false, RV_EXR_ALL_FORMS))) {
			printf("# %s, form %zu\n", codec_names[codec], form);
		}
		CHECK_FAILS(rv_exr_open_path(check_path("a.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err,
		            RV_E_BAD_FILE, "tiles: rv-blend writes no such file; 'rv-mask --foreign-exr' reads it");
		core_release(&part);
	}
}

/* A check looks at all levels: here the last chunk is that of the smallest. */
static void levels(void)
{
	struct core_part part = { .codec = EXR_COMPRESSION_NONE,
		                  .width = 64,
		                  .height = 32,
		                  .tile_width = 16,
		                  .tile_height = 8,
		                  .levels = EXR_TILE_MIPMAP_LEVELS,
		                  .channels = halves,
		                  .n = 1 };
	const char *const name = halves[0].name;
	struct rv_rng rng;
	rv_rng_init(&rng, 8, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_image image = RV_IMAGE_INIT;
	core_fill(&part, 0, &rng);
	CHECK(core_write(check_path("a.exr"), &part, 1, "today"));
	struct stat st;
	CHECK(stat(check_path("a.exr"), &st) == 0 && truncate(check_path("a.exr"), st.st_size - 1) == 0);
	CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_ALL_FORMS, &exr, &err), &err);
	CHECK_OK(rv_exr_read(exr, &name, 1, &image, &err), &err);
	CHECK(core_same(&image, &part.wanted[0]));
	CHECK_FAILS(rv_exr_check(exr, &err), &err, RV_E_BAD_FILE, "cut, damaged or never finished");
	rv_exr_close(exr);
	rv_image_release(&image);
	core_release(&part);
}

/* Parts of every form: channels of those that show the picture, named after them. */
static void parts(void)
{
	static const struct core_channel left[] = { { "R", EXR_PIXEL_HALF, 1 }, { "left.Z", EXR_PIXEL_FLOAT, 1 } };
	static const struct core_channel right[] = { { "R", EXR_PIXEL_FLOAT, 1 } };
	struct core_part all[] = {
		{ .name = "left", .codec = EXR_COMPRESSION_PIZ, .width = 21, .height = 40, .channels = left, .n = 2 },
		{ .name = "crop", .codec = EXR_COMPRESSION_ZIP, .width = 5, .height = 9, .channels = right, .n = 1 },
		{ .name = "moved",
		  .codec = EXR_COMPRESSION_ZIP,
		  .width = 21,
		  .height = 40,
		  .x = 1,
		  .channels = right,
		  .n = 1 },
		{ .name = "right",
		  .codec = EXR_COMPRESSION_ZIPS,
		  .width = 21,
		  .height = 40,
		  .tile_width = 8,
		  .tile_height = 8,
		  .channels = right,
		  .n = 1 },
	};
	static const char *const names[] = { "left.R", "left.Z", "right.R" };
	struct rv_rng rng;
	rv_rng_init(&rng, 4, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	struct rv_str file = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(all); i++) {
		core_fill(&all[i], 1, &rng);
	}
	const struct rv_image wanted[] = { all[0].wanted[0], all[0].wanted[1], all[3].wanted[0] };
	CHECK(core_write(check_path("a.exr"), all, RV_COUNTOF(all), "today"));
	CHECK(reads_as(check_path("a.exr"), RV_EXR_ALL_FORMS, names, wanted, RV_COUNTOF(names)));
	CHECK_FAILS(rv_exr_open_path(check_path("a.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err, RV_E_BAD_FILE,
	            "several parts: rv-blend writes no such file");
	CHECK_FAILS(rv_exr_strip(check_path("a.exr"), &err), &err, RV_E_BAD_FILE, "only one part of scan lines");

	/* A check looks at parts that have no channels here, too. */
	CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
	memset(file.ptr + file.len - 50, 0xee, 50);
	CHECK_OK(rv_file_write(check_path("a.exr"), file.ptr, file.len, &err), &err);
	CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_ALL_FORMS, &exr, &err), &err);
	CHECK_FAILS(rv_exr_check(exr, &err), &err, RV_E_BAD_FILE, "a.exr': ");
	rv_exr_close(exr);
	rv_str_release(&file);
	for (size_t i = 0; i < RV_COUNTOF(all); i++) {
		core_release(&all[i]);
	}
}

/* The data window is the picture, wherever it lies; so are the rows, in whatever order they come. */
static void windows_and_orders(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 5, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT, turned = RV_STR_INIT;
	for (size_t codec = 0; codec < N_LOSSLESS; codec++) {
		struct core_part part = { .codec = codecs[codec],
			                  .width = 30,
			                  .height = 50,
			                  .x = 7,
			                  .y = -9,
			                  .channels = mixed,
			                  .n = RV_COUNTOF(mixed) };
		core_fill(&part, 1, &rng);
		CHECK(core_write(check_path("a.exr"), &part, 1, "today"));
		CHECK(reads_part(check_path("a.exr"), &part, false, RV_EXR_BLENDERS_FORMS));

		/* The chunks from the last to the first; the table stays in the order of rows. */
		struct rv_exr *exr = NULL;
		CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
		const size_t table = exr->header.bytes, n = exr->parts[0].n_chunks;
		rv_exr_close(exr);
		CHECK_OK(rv_file_read(check_path("a.exr"), 1 << 24, &file, &err), &err);
		char *const order = memmem(file.ptr, file.len, "lineOrder\0lineOrder", 20);
		CHECK(order && order[24] == EXR_LINEORDER_INCREASING_Y);
		order[24] = EXR_LINEORDER_DECREASING_Y;
		rv_str_clear(&turned);
		rv_str_append(&turned, file.ptr, table + n * 8);
		for (size_t i = n; i-- > 0;) {
			uint64_t at, end = file.len;
			memcpy(&at, file.ptr + table + i * 8, 8);
			if (i + 1 < n) {
				memcpy(&end, file.ptr + table + (i + 1) * 8, 8);
			}
			const uint64_t now = turned.len;
			memcpy(turned.ptr + table + i * 8, &now, 8);
			rv_str_append(&turned, file.ptr + at, (size_t)(end - at));
		}
		CHECK_U64(turned.len, file.len);
		CHECK_OK(rv_file_write(check_path("a.exr"), turned.ptr, turned.len, &err), &err);
		CHECK(reads_part(check_path("a.exr"), &part, false, RV_EXR_BLENDERS_FORMS));
		core_release(&part);
	}
	rv_str_release(&file);
	rv_str_release(&turned);
}

/* A chunk that its codec would not have made smaller is stored as it is, whatever the codec. */
static void plain_chunks(void)
{
	static const char *const names[] = { "A", "B" };
	struct rv_rng rng;
	rv_rng_init(&rng, 6, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_image images[2] = { RV_IMAGE_INIT };
	struct rv_exr_plane planes[2];
	for (size_t c = 0; c < 2; c++) {
		CHECK_OK(rv_image_init(&images[c], 5, 7, 1, RV_PIXEL_F32, &err), &err);
		for (size_t i = 0; i < 35; i++) {
			images[c].f32[i] = (float)rv_rng_unit(&rng);
		}
		planes[c] = (struct rv_exr_plane) { names[c], &images[c], false };
	}
	for (enum rv_exr_codec codec = RV_EXR_ZIP; codec <= RV_EXR_DWAB; codec++) { /* those of one chunk */
		struct rv_str file = RV_STR_INIT;
		rv_exr_header_put(&file, codec, planes, 2, NULL, 0);
		rv_exr_put_u64(&file, file.len + 8);
		rv_exr_put_u32(&file, 0);
		rv_exr_put_u32(&file, 2 * 35 * 4);
		for (size_t y = 0; y < 7; y++) {
			for (size_t c = 0; c < 2; c++) {
				for (size_t x = 0; x < 5; x++) {
					uint32_t bits;
					memcpy(&bits, &images[c].f32[y * 5 + x], 4);
					rv_exr_put_u32(&file, bits);
				}
			}
		}
		CHECK_OK(rv_file_write(check_path("a.exr"), file.ptr, file.len, &err), &err);
		if (!CHECK(reads_as(check_path("a.exr"), RV_EXR_ALL_FORMS, names, images, 2))) {
			printf("# codec %d\n", codec);
		}
		rv_str_release(&file);
	}
	rv_image_release(&images[0]);
	rv_image_release(&images[1]);
}

static void foreign(void)
{
	static const struct core_channel sampled[] = { { "BY", EXR_PIXEL_HALF, 2 },
		                                       { "RY", EXR_PIXEL_HALF, 2 },
		                                       { "Y", EXR_PIXEL_HALF, 1 } };
	struct rv_rng rng;
	rv_rng_init(&rng, 7, "exr");
	struct rv_err err = RV_ERR_INIT;
	struct rv_exr *exr = NULL;
	for (size_t codec = 0; codec < RV_COUNTOF(codecs); codec++) {
		struct core_part part = {
			.codec = codecs[codec], .width = 40, .height = 40, .channels = halves, .n = 4
		};
		core_fill(&part, 1, &rng);
		CHECK(core_write(check_path("a.exr"), &part, 1, "today"));
		if (codec < N_LOSSLESS) {
			CHECK_OK(rv_exr_open_path(check_path("a.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err);
			rv_exr_close(exr);
		} else {
			CHECK_FAILS(rv_exr_open_path(check_path("a.exr"), RV_EXR_BLENDERS_FORMS, &exr, &err), &err,
			            RV_E_BAD_FILE,
			            "a.exr': a codec other than NONE, RLE, ZIPS, ZIP and PIZ: rv-blend writes");
		}
		core_release(&part);
	}
	/* A chunk of DWAA: not decoded before OpenEXR 3.2, and after that no sound one. */
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_str file = RV_STR_INIT;
	struct rv_source source;
	CHECK_OK(rv_image_init(&image, 9, 9, 1, RV_PIXEL_F32, &err), &err);
	rv_exr_header_put(&file, RV_EXR_DWAA, &(struct rv_exr_plane) { "V", &image, true }, 1, NULL, 0);
	rv_exr_put_u64(&file, file.len + 8);
	rv_exr_put_u32(&file, 0);
	rv_exr_put_u32(&file, 3);
	rv_str_puts(&file, "abc");
	rv_source_open_memory(&source, "dwaa", file.ptr, file.len);
	CHECK_OK(rv_exr_open(&source, RV_EXR_ALL_FORMS, &exr, &err), &err);
	CHECK_FAILS(rv_exr_check(exr, &err), &err, RV_E_BAD_FILE, "'dwaa': ");
	rv_exr_close(exr);
	rv_source_close(&source);
	rv_str_release(&file);
	rv_image_release(&image);

	struct core_part part = {
		.codec = EXR_COMPRESSION_ZIP, .width = 8, .height = 8, .channels = sampled, .n = RV_COUNTOF(sampled)
	};
	core_fill(&part, 1, &rng);
	CHECK(core_write(check_path("a.exr"), &part, 1, "today"));
	CHECK_FAILS(rv_exr_open_path(check_path("a.exr"), RV_EXR_ALL_FORMS, &exr, &err), &err, RV_E_BAD_FILE,
	            "a.exr': channel 'BY' is sub-sampled 2 x 2: luminance and chroma are not supported");
	core_release(&part);
}

CHECK_MODULE(exr)
{
	check_case("every codec and type that OpenEXR writes", every_codec);
	check_case("every selection of half channels", half_channels);
	check_case("tiles", tiles);
	check_case("smaller levels of tiles are checked", levels);
	check_case("files of several parts", parts);
	check_case("data windows and line orders", windows_and_orders);
	check_case("chunks that are stored as they are", plain_chunks);
	check_case("what rv-blend does not write is asked for, or refused", foreign);
}
