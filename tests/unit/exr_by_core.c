/* SPDX-License-Identifier: MIT */
/* Writing and reading with OpenEXR's core: see exr_by_core.h. */
#include "exr_by_core.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"

float core_half_value(uint16_t half)
{
	const double sign = half & 0x8000 ? -1 : 1;
	const int exponent = half >> 10 & 31, mantissa = half & 1023;
	if (exponent == 31) {
		return mantissa ? NAN : (float)(sign * (double)INFINITY);
	}
	return (float)(sign * (exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24)));
}

void core_fill(struct core_part *part, int kind, struct rv_rng *rng)
{
	const size_t n = (size_t)part->width * part->height;
	struct rv_err err = RV_ERR_INIT;
	for (size_t c = 0; c < part->n; c++) {
		uint16_t *const half = rv_alloc(n * 4);
		uint32_t *const word = (uint32_t *)(void *)half;
		part->wanted[c] = (struct rv_image)RV_IMAGE_INIT;
		CHECK_OK(rv_image_init(&part->wanted[c], part->width, part->height, 1, RV_PIXEL_F32, &err), &err);
		for (size_t i = 0; i < n; i++) {
			float *const wanted = &part->wanted[c].f32[i];
			const uint64_t noise = rv_rng_u64(rng);
			if (part->channels[c].type == EXR_PIXEL_HALF) {
				half[i] = (uint16_t)(kind == 0 ? noise : 0x3c00 + i % part->width / 7 + c);
				*wanted = core_half_value(half[i]);
			} else if (part->channels[c].type == EXR_PIXEL_UINT) {
				word[i] = kind == 0 ? noise & 0xffffff : i / 9 % 40;
				*wanted = (float)word[i];
			} else {
				*wanted = kind == 0 ? (float)((double)(int64_t)noise * 1e-9)
				                    : (float)(i % part->width) * 0.25f + (float)c;
				memcpy(&word[i], wanted, 4);
			}
		}
		part->stored[c] = half;
	}
}

void core_release(struct core_part *part)
{
	for (size_t c = 0; c < part->n; c++) {
		free(part->stored[c]);
		rv_image_release(&part->wanted[c]);
	}
}

static int define(exr_context_t file, const struct core_part *part, const char *date)
{
	const exr_attr_box2i_t window = { .min = { .x = part->x, .y = part->y },
		                          .max = { .x = part->x + (int32_t)part->width - 1,
		                                   .y = part->y + (int32_t)part->height - 1 } };
	int index = 0;
	int rc = exr_add_part(file, part->name, part->tile_width ? EXR_STORAGE_TILED : EXR_STORAGE_SCANLINE, &index);
	rc |= exr_initialize_required_attr_simple(file, index, (int32_t)part->width, (int32_t)part->height,
	                                          part->codec);
	rc |= exr_set_data_window(file, index, &window);
	if (part->tile_width) {
		rc |= exr_set_tile_descriptor(file, index, part->tile_width, part->tile_height, part->levels,
		                              EXR_TILE_ROUND_DOWN);
	}
	for (size_t c = 0; c < part->n; c++) {
		const int sampling = RV_MAX(part->channels[c].sampling, 1);
		rc |= exr_add_channel(file, index, part->channels[c].name, part->channels[c].type,
		                      EXR_PERCEPTUALLY_LOGARITHMIC, sampling, sampling);
	}
	if (index == 0) {
		rc |= exr_attr_set_string(file, index, "cryptomatte/542cafa/name", "ViewLayer.CryptoObject");
		rc |= exr_attr_set_string(file, index, "cryptomatte/542cafa/hash", "MurmurHash3_32");
		rc |= exr_attr_set_string(file, index, "Date", date);
	}
	return rc;
}

/* One chunk whose pixels begin at (x, y); `is_first` of its part. */
static int encode(exr_context_t file, int index, const struct core_part *part, const exr_chunk_info_t *chunk,
                  uint32_t x, uint32_t y, exr_encode_pipeline_t *pipeline, bool is_first)
{
	int rc = is_first ? exr_encoding_initialize(file, index, chunk, pipeline)
	                  : exr_encoding_update(file, index, chunk, pipeline);
	for (size_t c = 0; rc == 0 && c < part->n; c++) {
		exr_coding_channel_info_t *const channel = &pipeline->channels[c];
		const int size = part->channels[c].type == EXR_PIXEL_HALF ? 2 : 4;
		channel->encode_from_ptr =
		        (const uint8_t *)part->stored[c] + ((size_t)y * part->width + x) * (size_t)size;
		channel->user_pixel_stride = size;
		channel->user_line_stride = (int32_t)part->width * size;
	}
	if (rc == 0 && is_first) {
		rc = exr_encoding_choose_default_routines(file, index, pipeline);
	}
	return rc == 0 ? exr_encoding_run(file, index, pipeline) : rc;
}

static int write_lines(exr_context_t file, int index, const struct core_part *part, exr_encode_pipeline_t *pipeline)
{
	int32_t rows = 1;
	int rc = exr_get_scanlines_per_chunk(file, index, &rows);
	for (uint32_t y = 0; rc == 0 && y < part->height; y += (uint32_t)rows) {
		exr_chunk_info_t chunk;
		rc = exr_write_scanline_chunk_info(file, index, part->y + (int32_t)y, &chunk);
		rc = rc == 0 ? encode(file, index, part, &chunk, 0, y, pipeline, y == 0) : rc;
	}
	return rc;
}

/* Smaller levels are cut out of the picture's top left: nobody looks at them. */
static int write_level(exr_context_t file, int index, const struct core_part *part, int level,
                       exr_encode_pipeline_t *pipeline)
{
	int32_t width = 0, height = 0;
	int rc = exr_get_level_sizes(file, index, level, level, &width, &height);
	for (uint32_t y = 0; rc == 0 && y < (uint32_t)height; y += part->tile_height) {
		for (uint32_t x = 0; rc == 0 && x < (uint32_t)width; x += part->tile_width) {
			exr_chunk_info_t chunk;
			rc = exr_write_tile_chunk_info(file, index, (int)(x / part->tile_width),
			                               (int)(y / part->tile_height), level, level, &chunk);
			const bool is_first = level == 0 && x == 0 && y == 0;
			rc = rc == 0 ? encode(file, index, part, &chunk, x, y, pipeline, is_first) : rc;
		}
	}
	return rc;
}

static int write_tiles(exr_context_t file, int index, const struct core_part *part, exr_encode_pipeline_t *pipeline)
{
	int32_t n = 0;
	int rc = exr_get_tile_levels(file, index, &n, NULL);
	for (int level = 0; rc == 0 && level < n; level++) {
		rc = write_level(file, index, part, level, pipeline);
	}
	return rc;
}

bool core_write(const char *path, const struct core_part *parts, size_t n, const char *date)
{
	exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
	exr_context_t file;
	int rc = exr_start_write(&file, path, EXR_WRITE_FILE_DIRECTLY, &init);
	rc |= exr_set_longname_support(file, 1);
	for (size_t i = 0; i < n; i++) {
		rc |= define(file, &parts[i], date);
	}
	rc |= exr_write_header(file);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		exr_encode_pipeline_t pipeline = EXR_ENCODE_PIPELINE_INITIALIZER;
		rc = parts[i].tile_width ? write_tiles(file, (int)i, &parts[i], &pipeline)
		                         : write_lines(file, (int)i, &parts[i], &pipeline);
		exr_encoding_destroy(file, &pipeline);
	}
	rc |= exr_finish(&file);
	return CHECK_I64(rc, 0);
}

bool core_read(const char *path, struct core_part *part)
{
	exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
	exr_decode_pipeline_t pipeline = EXR_DECODE_PIPELINE_INITIALIZER;
	exr_context_t file;
	int32_t rows = 1;
	int rc = exr_start_read(&file, path, &init);
	rc |= exr_get_scanlines_per_chunk(file, 0, &rows);
	for (uint32_t y = 0; rc == 0 && y < part->height; y += (uint32_t)rows) {
		exr_chunk_info_t chunk;
		rc |= exr_read_scanline_chunk_info(file, 0, part->y + (int32_t)y, &chunk);
		rc |= y == 0 ? exr_decoding_initialize(file, 0, &chunk, &pipeline)
		             : exr_decoding_update(file, 0, &chunk, &pipeline);
		for (size_t c = 0; rc == 0 && c < part->n; c++) {
			exr_coding_channel_info_t *const channel = &pipeline.channels[c];
			channel->decode_to_ptr = (uint8_t *)(part->wanted[c].f32 + (size_t)y * part->width);
			channel->user_bytes_per_element = 4;
			channel->user_data_type = EXR_PIXEL_FLOAT;
			channel->user_pixel_stride = 4;
			channel->user_line_stride = (int32_t)part->width * 4;
		}
		rc |= y == 0 ? exr_decoding_choose_default_routines(file, 0, &pipeline) : 0;
		rc |= exr_decoding_run(file, 0, &pipeline);
	}
	exr_decoding_destroy(file, &pipeline);
	rc |= exr_finish(&file);
	return CHECK_I64(rc, 0);
}

bool core_same(const struct rv_image *got, const struct rv_image *wanted)
{
	if (!CHECK_U64(got->width, wanted->width) || !CHECK_U64(got->height, wanted->height)) {
		return false;
	}
	for (size_t i = 0; i < (size_t)got->width * got->height; i++) {
		const float a = got->f32[i], b = wanted->f32[i];
		if (memcmp(&a, &b, 4) != 0 && !(isnan(a) && isnan(b))) {
			printf("# pixel %zu: %.9g in place of %.9g\n", i, (double)a, (double)b);
			return CHECK(false);
		}
	}
	return true;
}
