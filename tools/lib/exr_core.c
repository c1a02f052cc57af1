/* SPDX-License-Identifier: MIT */
/* OpenEXR files as OpenEXR's C core reads them, from a source. The only file that knows the core. */
#include <OpenEXR/openexr.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "exr_file.h"

#define READ_AHEAD ((size_t)256 << 10)    /* small chunks are read this many bytes at a time */
#define BLOCK_BYTES_MAX ((size_t)2 << 30) /* of memory that the core asks for at once: more than any chunk needs */
#define NO_PART (-1)

struct rv_exr_core {
	const struct rv_source *source;
	exr_context_t context;
	exr_chunk_info_t info; /* of the last chunk */
	int part;              /* that it is of, and the pipeline */
	exr_decode_pipeline_t pipeline;
	int pipeline_part;
	struct rv_err cause; /* of a failure, from the core itself or from the source */
	/* The part of a file that was read last. */
	unsigned char *window;
	uint64_t window_at;
	size_t window_len, window_cap;
};

/* ---- what the core calls ----------------------------------------------------------------------------------------- */

/* The core asked for more than there is. Its own code for that means other things, too. */
static _Thread_local bool no_memory;

/* Zeroed: what a damaged chunk leaves unset is no memory of this process. */
static void *on_alloc(size_t len)
{
	void *const block = len <= BLOCK_BYTES_MAX ? calloc(1, len) : NULL;
	no_memory = no_memory || !block;
	return block;
}

/* Moves the window to `at`, for at least `len` bytes. What it has of them already is not read again. */
static int move_window(struct rv_exr_core *core, uint64_t at, size_t len, struct rv_err *err)
{
	const uint64_t end = core->window_at + core->window_len;
	const size_t want = (size_t)RV_MIN(RV_MAX(len, READ_AHEAD), core->source->len - at);
	const size_t kept = at >= core->window_at && at < end ? (size_t)(end - at) : 0;
	if (want > core->window_cap) {
		unsigned char *const grown = realloc(core->window, want);
		if (!grown) {
			return rv_fail(err, RV_E_MEMORY, "no memory for %zu bytes of the file", want);
		}
		core->window = grown;
		core->window_cap = want;
	}
	if (kept > 0) {
		memmove(core->window, core->window + (at - core->window_at), kept);
	}
	core->window_at = at;
	core->window_len = kept;
	if (rv_source_read(core->source, at + kept, core->window + kept, want - kept, err) < 0) {
		return -1;
	}
	core->window_len = want;
	return 0;
}

static const unsigned char *bytes_at(struct rv_exr_core *core, uint64_t at, size_t len, struct rv_err *err)
{
	if (core->source->bytes) {
		return core->source->bytes + at;
	}
	if ((at < core->window_at || at + len > core->window_at + core->window_len) &&
	    move_window(core, at, len, err) < 0) {
		return NULL;
	}
	return core->window + (at - core->window_at);
}

static int64_t on_read(exr_const_context_t context RV_UNUSED, void *data, void *to, uint64_t len, uint64_t at,
                       exr_stream_error_func_ptr_t error RV_UNUSED)
{
	struct rv_exr_core *const core = data;
	const size_t there = at < core->source->len ? (size_t)RV_MIN(len, core->source->len - at) : 0;
	const unsigned char *const bytes = there > 0 ? bytes_at(core, at, there, &core->cause) : NULL;
	if (bytes) {
		memcpy(to, bytes, there);
	}
	return bytes || there == 0 ? (int64_t)there : -1;
}

static int64_t on_size(exr_const_context_t context RV_UNUSED, void *data)
{
	return (int64_t)((const struct rv_exr_core *)data)->source->len;
}

/* The first message is the one that tells why. */
static void on_error(exr_const_context_t context, exr_result_t code RV_UNUSED, const char *message)
{
	void *data = NULL;
	if (exr_get_user_data(context, &data) == EXR_ERR_SUCCESS && data) {
		struct rv_exr_core *const core = data;
		if (core->cause.code == RV_E_NONE) {
			rv_fail(&core->cause, RV_E_BAD_FILE, "%s", message);
		}
	}
}

static const char *codec_name(enum rv_exr_codec codec)
{
	static const char *const names[] = {
		"NONE", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"
	};
	return codec < RV_COUNTOF(names) ? names[codec] : "unknown to rv";
}

/* What went wrong in calls of the core since `begin`. */
static int fail(struct rv_exr *exr, exr_result_t result, struct rv_err *err)
{
	struct rv_err *const cause = &exr->core->cause;
	if (no_memory) {
		return rv_fail(err, RV_E_MEMORY, "no memory to decode");
	}
	if (result == EXR_ERR_FEATURE_NOT_IMPLEMENTED && exr->parts) {
		int major = 0, minor = 0, patch = 0;
		const char *extra = NULL;
		exr_get_library_version(&major, &minor, &patch, &extra);
		return rv_fail(err, RV_E_BAD_FILE, "codec %s is not decoded by OpenEXR %d.%d.%d",
		               codec_name(exr->parts[exr->core->part].codec), major, minor, patch);
	}
	if (cause->code == RV_E_NONE) {
		rv_fail(cause, RV_E_BAD_FILE, "%s", exr_get_default_error_message(result));
	}
	char *const text = cause->text; /* "Invalid ..." */
	if (isupper((unsigned char)text[0]) && islower((unsigned char)text[1])) {
		text[0] = (char)tolower((unsigned char)text[0]);
	}
	return rv_fail(err, cause->code, "%s", text);
}

static void begin(struct rv_exr_core *core)
{
	core->cause.code = RV_E_NONE;
	no_memory = false;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

void rv_exr_core_close(struct rv_exr_core *core)
{
	if (core) {
		if (core->pipeline_part != NO_PART) {
			exr_decoding_destroy(core->context, &core->pipeline);
		}
		exr_finish(&core->context);
		free(core->window);
		free(core);
	}
}

/* In a file of several parts a channel is PART.CHANNEL, unless its name begins so anyway. Caller frees. */
static char *channel_name(const char *part, const char *channel)
{
	const size_t len = part ? strlen(part) : 0;
	struct rv_str name = RV_STR_INIT;
	if (len > 0 && !(strncmp(channel, part, len) == 0 && channel[len] == '.')) {
		rv_str_printf(&name, "%s.", part);
	}
	rv_str_puts(&name, channel);
	return rv_str_detach(&name);
}

static int add_channel(struct rv_exr *exr, char *name, enum rv_exr_type type, size_t pixel_at, struct rv_err *err)
{
	for (size_t i = 0; i < exr->n_channels; i++) {
		if (strcmp(exr->channels[i].name, name) == 0) {
			rv_fail(err, RV_E_BAD_FILE, "two channels are named '%s'", name);
			free(name);
			return -1;
		}
	}
	RV_GROW(exr->channels, exr->n_channels, exr->cap_channels);
	exr->channels[exr->n_channels++] = (struct rv_exr_channel) { .name = name, .type = type, .pixel_at = pixel_at };
	return exr->n_channels <= RV_EXR_CHANNELS_MAX
	               ? 0
	               : rv_fail(err, RV_E_LIMIT, "more than %d channels", RV_EXR_CHANNELS_MAX);
}

static int take_channels(struct rv_exr *exr, int part_index, struct rv_err *err)
{
	struct rv_exr_part *const part = &exr->parts[part_index];
	const struct rv_exr_part *const shown = &exr->parts[0];
	const bool is_shown = part->width == shown->width && part->height == shown->height && part->x0 == shown->x0 &&
	                      part->y0 == shown->y0;
	const exr_attr_chlist_t *list = NULL;
	const char *part_name = NULL;
	const exr_result_t result = exr_get_channels(exr->core->context, part_index, &list);
	if (result != EXR_ERR_SUCCESS) {
		return fail(exr, result, err);
	}
	if (exr->n_parts > 1) {
		exr_get_name(exr->core->context, part_index, &part_name);
	}
	part->first = exr->n_channels;
	for (int i = 0; i < list->num_channels; i++) {
		const exr_attr_chlist_entry_t *const entry = &list->entries[i];
		if (entry->x_sampling != 1 || entry->y_sampling != 1) {
			return rv_fail(err, RV_E_BAD_FILE,
			               "channel '%s' is sub-sampled %d x %d: luminance and chroma are not supported",
			               entry->name.str, entry->x_sampling, entry->y_sampling);
		}
		if (is_shown && add_channel(exr, channel_name(part_name, entry->name.str),
		                            (enum rv_exr_type)entry->pixel_type, part->pixel_bytes, err) < 0) {
			return -1;
		}
		part->pixel_bytes += entry->pixel_type == EXR_PIXEL_HALF ? 2 : 4;
	}
	part->n = exr->n_channels - part->first;
	return 0;
}

static int take_part(struct rv_exr *exr, int index, struct rv_err *err)
{
	const exr_context_t context = exr->core->context;
	struct rv_exr_part *const part = &exr->parts[index];
	exr_storage_t storage = EXR_STORAGE_LAST_TYPE;
	exr_compression_t codec = EXR_COMPRESSION_NONE;
	exr_attr_box2i_t window = { 0 };
	int32_t n_chunks = 0, chunk_rows = 0;
	exr_result_t result = exr_get_storage(context, index, &storage);
	if (result == EXR_ERR_SUCCESS && storage != EXR_STORAGE_SCANLINE && storage != EXR_STORAGE_TILED) {
		return rv_fail(err, RV_E_BAD_FILE, "deep pixels are not supported");
	}
	if (result == EXR_ERR_SUCCESS) {
		result = exr_get_compression(context, index, &codec);
	}
	if (result == EXR_ERR_SUCCESS) {
		result = exr_get_data_window(context, index, &window);
	}
	if (result == EXR_ERR_SUCCESS) {
		result = exr_get_chunk_count(context, index, &n_chunks);
	}
	if (result == EXR_ERR_SUCCESS && storage == EXR_STORAGE_SCANLINE) {
		result = exr_get_scanlines_per_chunk(context, index, &chunk_rows);
	}
	if (result != EXR_ERR_SUCCESS) {
		return fail(exr, result, err);
	}
	const int64_t width = (int64_t)window.max.x - window.min.x + 1,
	              height = (int64_t)window.max.y - window.min.y + 1;
	if (width < 1 || height < 1 || width > RV_IMAGE_SIDE_MAX || height > RV_IMAGE_SIDE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "%lld x %lld pixels: each side must be 1..%d", (long long)width,
		               (long long)height, RV_IMAGE_SIDE_MAX);
	}
	if (n_chunks < 1 || (storage == EXR_STORAGE_SCANLINE && chunk_rows < 1)) {
		return rv_fail(err, RV_E_BAD_FILE, "no chunks");
	}
	*part = (struct rv_exr_part) {
		.codec = (enum rv_exr_codec)codec,
		.is_tiled = storage == EXR_STORAGE_TILED,
		.x0 = window.min.x,
		.y0 = window.min.y,
		.width = (uint32_t)width,
		.height = (uint32_t)height,
		.n_chunks = (uint32_t)n_chunks,
		.chunk_rows = (uint32_t)chunk_rows,
	};
	return take_channels(exr, index, err);
}

/* The attributes of a part that rv_exr_next_text gives. */
static void take_texts(struct rv_exr *exr, int part)
{
	int32_t n = 0;
	exr_get_attribute_count(exr->core->context, part, &n);
	for (int32_t i = 0; i < n; i++) {
		const exr_attribute_t *attribute = NULL;
		exr_get_attribute_by_index(exr->core->context, part, EXR_ATTR_LIST_SORTED_ORDER, i, &attribute);
		if (attribute && attribute->type == EXR_ATTR_STRING &&
		    strncmp(attribute->name, "cryptomatte/", 12) == 0) {
			RV_GROW(exr->texts, exr->n_texts, exr->cap_texts);
			exr->texts[exr->n_texts++] = (struct rv_exr_text) { .name = attribute->name,
				                                            .text = attribute->string->str,
				                                            .len = (size_t)attribute->string->length };
		}
	}
}

int rv_exr_core_open(struct rv_exr *exr, struct rv_err *err)
{
	struct rv_exr_core *const core = rv_alloc_zero(1, sizeof(*core));
	exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
	int n_parts = 0;
	init.error_handler_fn = on_error;
	init.alloc_fn = on_alloc;
	init.free_fn = free;
	init.user_data = core;
	init.read_fn = on_read;
	init.size_fn = on_size;
	init.flags = EXR_CONTEXT_FLAG_STRICT_HEADER | EXR_CONTEXT_FLAG_DISABLE_CHUNK_RECONSTRUCTION;
	core->source = exr->source;
	core->pipeline_part = NO_PART;
	exr->core = core;
	begin(core);
	exr_result_t result = exr_start_read(&core->context, "source", &init);
	if (result == EXR_ERR_SUCCESS) {
		result = exr_get_count(core->context, &n_parts);
	}
	if (result != EXR_ERR_SUCCESS) {
		return fail(exr, result, err);
	}
	exr->n_parts = (size_t)n_parts;
	exr->parts = rv_alloc_zero(exr->n_parts, sizeof(*exr->parts));
	for (int i = 0; i < n_parts; i++) {
		if (take_part(exr, i, err) < 0) {
			return -1;
		}
		take_texts(exr, i);
	}
	return 0;
}

/* ---- chunks ------------------------------------------------------------------------------------------------------ */

const unsigned char *rv_exr_bytes(struct rv_exr *exr, uint64_t at, size_t len, struct rv_err *err)
{
	return bytes_at(exr->core, at, len, err);
}

static exr_result_t next_lines(struct rv_exr *exr, struct rv_exr_walk *walk, struct rv_exr_chunk *chunk)
{
	const struct rv_exr_part *const part = &exr->parts[walk->part];
	struct rv_exr_core *const core = exr->core;
	const exr_result_t result = exr_read_scanline_chunk_info(core->context, (int)walk->part,
	                                                         part->y0 + (int32_t)walk->row, &core->info);
	chunk->x = 0;
	chunk->y = walk->row;
	chunk->width = part->width;
	chunk->height = RV_MIN(part->chunk_rows, part->height - walk->row);
	walk->row += part->chunk_rows;
	return result;
}

/* Moves on to the next level of tiles; those of ripmaps the core cannot find. */
static exr_result_t next_level(struct rv_exr *exr, struct rv_exr_walk *walk, bool *is_over)
{
	const exr_context_t context = exr->core->context;
	uint32_t width, height;
	int32_t n_levels = 1;
	exr_tile_level_mode_t mode = EXR_TILE_ONE_LEVEL;
	exr_tile_round_mode_t rounding = EXR_TILE_ROUND_DOWN;
	exr_result_t result = exr_get_tile_descriptor(context, (int)walk->part, &width, &height, &mode, &rounding);
	if (result == EXR_ERR_SUCCESS && mode == EXR_TILE_MIPMAP_LEVELS) {
		result = exr_get_tile_levels(context, (int)walk->part, &n_levels, NULL);
	}
	walk->column = walk->row = 0;
	walk->level++;
	*is_over = !walk->all_levels || walk->level >= n_levels;
	return result;
}

static exr_result_t next_tile(struct rv_exr *exr, struct rv_exr_walk *walk, struct rv_exr_chunk *chunk, bool *is_over)
{
	struct rv_exr_core *const core = exr->core;
	const int part = (int)walk->part;
	int32_t level_width = 0, level_height = 0, width = 0, height = 0;
	for (;;) {
		exr_result_t result =
		        exr_get_level_sizes(core->context, part, walk->level, walk->level, &level_width, &level_height);
		if (result == EXR_ERR_SUCCESS) {
			result = exr_get_tile_sizes(core->context, part, walk->level, walk->level, &width, &height);
		}
		if (result != EXR_ERR_SUCCESS) {
			return result;
		}
		chunk->x = walk->column * (uint32_t)width;
		chunk->y = walk->row * (uint32_t)height;
		if (chunk->y < (uint32_t)level_height) {
			break;
		}
		result = next_level(exr, walk, is_over);
		if (result != EXR_ERR_SUCCESS || *is_over) {
			return result;
		}
	}
	chunk->width = RV_MIN((uint32_t)width, (uint32_t)level_width - chunk->x);
	chunk->height = RV_MIN((uint32_t)height, (uint32_t)level_height - chunk->y);
	const exr_result_t result = exr_read_tile_chunk_info(core->context, part, (int)walk->column, (int)walk->row,
	                                                     walk->level, walk->level, &core->info);
	walk->column++;
	if (chunk->x + chunk->width >= (uint32_t)level_width) {
		walk->column = 0;
		walk->row++;
	}
	return result;
}

int rv_exr_core_next(struct rv_exr *exr, struct rv_exr_walk *walk, struct rv_exr_chunk *chunk, struct rv_err *err)
{
	const struct rv_exr_part *const part = &exr->parts[walk->part];
	struct rv_exr_core *const core = exr->core;
	const exr_chunk_info_t *const info = &core->info;
	begin(core);
	core->part = (int)walk->part;
	bool is_over = !part->is_tiled && walk->row >= part->height;
	exr_result_t result = EXR_ERR_SUCCESS;
	if (part->is_tiled) {
		result = next_tile(exr, walk, chunk, &is_over);
	} else if (!is_over) {
		result = next_lines(exr, walk, chunk);
	}
	if (result != EXR_ERR_SUCCESS) {
		struct rv_err cause = RV_ERR_INIT;
		fail(exr, result, &cause);
		const bool is_damage = cause.code == RV_E_BAD_FILE;
		return rv_fail(err, cause.code, "%s%s", is_damage ? "cut, damaged or never finished: " : "",
		               cause.text);
	}
	if (is_over) {
		return 0;
	}
	const size_t raw_len = part->pixel_bytes * chunk->width * chunk->height; /* at most 2^12 * 2^16 * 2^16 */
	chunk->at = info->data_offset;
	chunk->len = (size_t)info->packed_size;
	chunk->raw_len = raw_len;
	if (raw_len > RV_EXR_CHUNK_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "chunks of %zu bytes: at most %zu", raw_len, RV_EXR_CHUNK_BYTES_MAX);
	}
	if (info->unpacked_size != raw_len || chunk->len > raw_len ||
	    (part->codec == RV_EXR_NONE && chunk->len != raw_len)) {
		return rv_fail(err, RV_E_BAD_FILE, "chunk %d of %u has %zu bytes for %zu", info->idx + 1,
		               part->n_chunks, chunk->len, raw_len);
	}
	return 1;
}

const unsigned char *rv_exr_core_decode(struct rv_exr *exr, struct rv_err *err)
{
	struct rv_exr_core *const core = exr->core;
	exr_decode_pipeline_t *const pipeline = &core->pipeline;
	const bool is_new = core->pipeline_part != core->part;
	exr_result_t result;
	begin(core);
	if (is_new) {
		if (core->pipeline_part != NO_PART) {
			exr_decoding_destroy(core->context, pipeline);
		}
		result = exr_decoding_initialize(core->context, core->part, &core->info, pipeline);
		core->pipeline_part = core->part;
	} else {
		result = exr_decoding_update(core->context, core->part, &core->info, pipeline);
	}
	if (result == EXR_ERR_SUCCESS && is_new) {
		result = exr_decoding_choose_default_routines(core->context, core->part, pipeline);
	}
	if (result == EXR_ERR_SUCCESS) {
		/* All channels are decoded; those that are wanted are unpacked by us: the core's own unpackers of 3
		 * and 4 channels write to those that nobody asked for. */
		pipeline->unpack_and_convert_fn = NULL;
		result = exr_decoding_run(core->context, core->part, pipeline);
	}
	if (result != EXR_ERR_SUCCESS) {
		fail(exr, result, err);
		return NULL;
	}
	return pipeline->unpacked_buffer;
}
