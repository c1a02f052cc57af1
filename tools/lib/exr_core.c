/* SPDX-License-Identifier: MIT */
/* The codecs of OpenEXR that this library does not decode itself, through OpenEXR's C core. */
#include <OpenEXR/openexr.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exr_file.h"

/* The core hands this to the callbacks below. */
struct source {
	const struct rv_exr *exr;
	struct rv_err *err;
};

static int64_t source_read(exr_const_context_t context RV_UNUSED, void *data, void *buffer, uint64_t len, uint64_t at,
                           exr_stream_error_func_ptr_t error RV_UNUSED)
{
	const struct source *const source = data;
	uint64_t done = 0;
	while (done < len) {
		const ssize_t n = pread(source->exr->fd, (char *)buffer + done, len - done, (off_t)(at + done));
		if (n <= 0) {
			break;
		}
		done += (uint64_t)n;
	}
	return (int64_t)done;
}

static int64_t source_size(exr_const_context_t context RV_UNUSED, void *data)
{
	return (int64_t)((const struct source *)data)->exr->size;
}

/* The first message is the one that tells why. */
static void source_error(exr_const_context_t context, exr_result_t code RV_UNUSED, const char *message)
{
	void *data = NULL;
	if (exr_get_user_data(context, &data) == EXR_ERR_SUCCESS && data) {
		struct rv_err *const err = ((const struct source *)data)->err;
		if (err && err->code == RV_E_NONE) {
			rv_fail(err, RV_E_BAD_FILE, "%s", message);
		}
	}
}

/* Points the decoder at the images' rows. Unsigned integers are converted afterwards. */
static void aim(const struct rv_exr *exr, const size_t *wanted, size_t n, struct rv_image *images, uint32_t row,
                exr_decode_pipeline_t *decode)
{
	for (int16_t c = 0; c < decode->channel_count; c++) {
		exr_coding_channel_info_t *const channel = &decode->channels[c];
		channel->decode_to_ptr = NULL;
		for (size_t i = 0; i < n; i++) {
			if (strcmp(channel->channel_name, exr->header.channels[wanted[i]].name) == 0) {
				channel->decode_to_ptr = (uint8_t *)(images[i].f32 + (size_t)row * exr->header.width);
				channel->user_bytes_per_element = 4;
				channel->user_data_type =
				        channel->data_type == EXR_PIXEL_UINT ? EXR_PIXEL_UINT : EXR_PIXEL_FLOAT;
				channel->user_pixel_stride = 4;
				channel->user_line_stride = (int32_t)(exr->header.width * 4);
			}
		}
	}
}

static exr_result_t decode_all(exr_context_t context, const struct rv_exr *exr, const size_t *wanted, size_t n,
                               struct rv_image *images)
{
	exr_decode_pipeline_t decode = EXR_DECODE_PIPELINE_INITIALIZER;
	exr_result_t result = EXR_ERR_SUCCESS;
	for (uint32_t row = 0; result == EXR_ERR_SUCCESS && row < exr->header.height; row += exr->header.chunk_rows) {
		exr_chunk_info_t chunk;
		result = exr_read_scanline_chunk_info(context, 0, exr->header.y0 + (int)row, &chunk);
		if (result == EXR_ERR_SUCCESS) {
			result = row == 0 ? exr_decoding_initialize(context, 0, &chunk, &decode)
			                  : exr_decoding_update(context, 0, &chunk, &decode);
		}
		if (result == EXR_ERR_SUCCESS) {
			aim(exr, wanted, n, images, row, &decode);
			result = exr_decoding_choose_default_routines(context, 0, &decode);
		}
		if (result == EXR_ERR_SUCCESS) {
			result = exr_decoding_run(context, 0, &decode);
		}
	}
	exr_decoding_destroy(context, &decode);
	return result;
}

static void convert_integers(const struct rv_exr *exr, const size_t *wanted, size_t n, struct rv_image *images)
{
	for (size_t i = 0; i < n; i++) {
		if (exr->header.channels[wanted[i]].type != RV_EXR_UINT) {
			continue;
		}
		for (size_t k = 0; k < (size_t)exr->header.width * exr->header.height; k++) {
			uint32_t bits;
			memcpy(&bits, &images[i].f32[k], 4);
			images[i].f32[k] = (float)bits;
		}
	}
}

int rv_exr_core_read(const struct rv_exr *exr, const size_t *wanted, size_t n, struct rv_image *images,
                     struct rv_err *err)
{
	struct rv_err cause = RV_ERR_INIT;
	struct source source = { .exr = exr, .err = &cause };
	exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
	init.error_handler_fn = source_error;
	init.user_data = &source;
	init.read_fn = source_read;
	init.size_fn = source_size;
	init.max_image_width = RV_IMAGE_SIDE_MAX;
	init.max_image_height = RV_IMAGE_SIDE_MAX;
	init.flags = EXR_CONTEXT_FLAG_DISABLE_CHUNK_RECONSTRUCTION;
	exr_context_t context = NULL;
	exr_result_t result = exr_start_read(&context, exr->path, &init);
	if (result == EXR_ERR_SUCCESS) {
		result = decode_all(context, exr, wanted, n, images);
	}
	exr_finish(&context);
	if (result != EXR_ERR_SUCCESS) {
		return rv_fail(err, RV_E_BAD_FILE, "%s",
		               cause.code != RV_E_NONE ? cause.text : exr_get_default_error_message(result));
	}
	convert_integers(exr, wanted, n, images);
	return 0;
}
