/* SPDX-License-Identifier: MIT */
/* The header of a single-part scan-line OpenEXR file. */
#include "exr_header.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "image.h"

#define MAGIC 0x01312f76u
#define VERSION 2u
#define FLAG_TILED 0x200u
#define FLAG_LONG_NAMES 0x400u
#define FLAG_DEEP 0x800u
#define FLAG_MULTIPART 0x1000u
#define ATTRIBUTES_MAX 4096
#define SHORT_NAME_MAX 31
#define FIXED_BYTES 8    /* magic and version, before the attributes */
#define CHANNEL_BYTES 16 /* of an entry of the channel list behind its name */

struct attribute {
	const char *name, *type; /* borrowed from the file, ended by NUL */
	const unsigned char *data;
	size_t len;
	const unsigned char *start; /* of the whole attribute, which ends where its data end */
};

/* What every file must have, sorted by name, and how large it is (0: any size). */
static const struct {
	const char *name, *type;
	size_t len;
} required[] = {
	{ "channels", "chlist", 0 },        { "compression", "compression", 1 }, { "dataWindow", "box2i", 16 },
	{ "displayWindow", "box2i", 16 },   { "lineOrder", "lineOrder", 1 },     { "pixelAspectRatio", "float", 4 },
	{ "screenWindowCenter", "v2f", 8 }, { "screenWindowWidth", "float", 4 },
};
enum { CHANNELS, COMPRESSION, DATA_WINDOW, DISPLAY_WINDOW, LINE_ORDER, ASPECT, CENTER, WINDOW_WIDTH, N_REQUIRED };

void rv_exr_put_u32(struct rv_str *out, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		rv_str_putc(out, (char)(value >> 8 * i));
	}
}

void rv_exr_put_u64(struct rv_str *out, uint64_t value)
{
	rv_exr_put_u32(out, (uint32_t)value);
	rv_exr_put_u32(out, (uint32_t)(value >> 32));
}

uint32_t rv_exr_chunk_rows(enum rv_exr_codec codec)
{
	static const uint16_t rows[RV_EXR_CODECS] = {
		[RV_EXR_NONE] = 1,   [RV_EXR_RLE] = 1,  [RV_EXR_ZIPS] = 1,  [RV_EXR_ZIP] = 16,  [RV_EXR_PIZ] = 32,
		[RV_EXR_PXR24] = 16, [RV_EXR_B44] = 32, [RV_EXR_B44A] = 32, [RV_EXR_DWAA] = 32, [RV_EXR_DWAB] = 256,
	};
	return rows[codec];
}

void rv_exr_header_release(struct rv_exr_header *header)
{
	free(header->channels);
	rv_str_release(&header->bare);
	*header = (struct rv_exr_header)RV_EXR_HEADER_INIT;
}

/* ---- parsing --------------------------------------------------------------------------------------------------- */

struct cursor {
	const unsigned char *at, *end;
};

/* A text ended by NUL, of 0..max bytes. NULL: `*cut` when the bytes end first, else it is too long. */
static const char *take_text(struct cursor *c, size_t max, bool *cut)
{
	const size_t left = (size_t)(c->end - c->at);
	const unsigned char *const nul = memchr(c->at, '\0', RV_MIN(left, max + 1));
	*cut = !nul && left <= max;
	if (!nul) {
		return NULL;
	}
	const char *const text = (const char *)c->at;
	c->at = nul + 1;
	return text;
}

/* 0: an attribute, or the header's end when its name is "". 1: cut. -1: damaged. */
static int take_attribute(struct cursor *c, struct attribute *out, struct rv_err *err)
{
	bool cut;
	out->start = c->at;
	out->name = take_text(c, RV_EXR_NAME_MAX, &cut);
	if (out->name && !*out->name) {
		return 0;
	}
	out->type = out->name ? take_text(c, RV_EXR_NAME_MAX, &cut) : NULL;
	if (!out->type) {
		return cut ? 1 : rv_fail(err, RV_E_BAD_FILE, "attribute name longer than %d bytes", RV_EXR_NAME_MAX);
	}
	if (c->end - c->at < 4) {
		return 1;
	}
	out->len = rv_exr_get_u32(c->at);
	c->at += 4;
	if (out->len > RV_EXR_HEADER_BYTES_MAX) {
		return rv_fail(err, RV_E_BAD_FILE, "attribute of %zu bytes: at most %zu", out->len,
		               RV_EXR_HEADER_BYTES_MAX);
	}
	if (out->len > (size_t)(c->end - c->at)) {
		return 1;
	}
	out->data = c->at;
	c->at += out->len;
	return 0;
}

static int parse_channels(struct rv_exr_header *header, const struct attribute *list, struct rv_err *err)
{
	struct cursor c = { .at = list->data, .end = list->data + list->len };
	size_t cap = 0;
	for (;;) {
		bool cut;
		const char *const name = take_text(&c, RV_EXR_NAME_MAX, &cut);
		if (name && !*name) {
			break;
		}
		if (!name || c.end - c.at < CHANNEL_BYTES) {
			return rv_fail(err, RV_E_BAD_FILE, "list of channels is damaged");
		}
		const uint32_t type = rv_exr_get_u32(c.at);
		const uint32_t sampling[2] = { rv_exr_get_u32(c.at + 8), rv_exr_get_u32(c.at + 12) };
		c.at += CHANNEL_BYTES;
		if (type > RV_EXR_FLOAT) {
			return rv_fail(err, RV_E_BAD_FILE, "channel '%s' has unknown type %u", name, type);
		}
		if (sampling[0] != 1 || sampling[1] != 1) {
			return rv_fail(err, RV_E_BAD_FILE, "channel '%s' is subsampled, which is not supported", name);
		}
		if (header->n_channels > 0 && strcmp(header->channels[header->n_channels - 1].name, name) >= 0) {
			return rv_fail(err, RV_E_BAD_FILE, "channel '%s' is not in ascending order", name);
		}
		if (header->n_channels == RV_EXR_CHANNELS_MAX) {
			return rv_fail(err, RV_E_LIMIT, "more than %d channels", RV_EXR_CHANNELS_MAX);
		}
		RV_GROW(header->channels, header->n_channels, cap);
		struct rv_exr_channel *const channel = &header->channels[header->n_channels++];
		memset(channel, 0, sizeof(*channel));
		memcpy(channel->name, name, strlen(name));
		channel->type = (enum rv_exr_type)type;
		channel->row_at = header->row_bytes;
		channel->row_bytes = (type == RV_EXR_HALF ? 2 : 4) * (size_t)header->width;
		header->row_bytes += channel->row_bytes;
	}
	if (c.at != c.end || header->n_channels == 0) {
		return rv_fail(err, RV_E_BAD_FILE, "list of channels is %s", header->n_channels ? "damaged" : "empty");
	}
	return 0;
}

static int parse_required(struct rv_exr_header *header, const struct attribute *found, struct rv_err *err)
{
	for (size_t i = 0; i < N_REQUIRED; i++) {
		const struct attribute *const a = &found[i];
		if (!a->name) {
			return rv_fail(err, RV_E_BAD_FILE, "header has no '%s'", required[i].name);
		}
		if (strcmp(a->type, required[i].type) != 0 || (required[i].len && a->len != required[i].len)) {
			return rv_fail(err, RV_E_BAD_FILE, "header's '%s' is not of type '%s'", required[i].name,
			               required[i].type);
		}
	}
	const unsigned int codec = found[COMPRESSION].data[0], order = found[LINE_ORDER].data[0];
	if (codec >= RV_EXR_CODECS || order > 1) {
		return rv_fail(err, RV_E_BAD_FILE, "unknown compression %u or line order %u", codec, order);
	}
	header->codec = (enum rv_exr_codec)codec;
	const unsigned char *const window = found[DATA_WINDOW].data;
	header->x0 = (int32_t)rv_exr_get_u32(window);
	header->y0 = (int32_t)rv_exr_get_u32(window + 4);
	const int64_t width = (int64_t)(int32_t)rv_exr_get_u32(window + 8) - header->x0 + 1;
	const int64_t height = (int64_t)(int32_t)rv_exr_get_u32(window + 12) - header->y0 + 1;
	if (width < 1 || height < 1 || width > RV_IMAGE_SIDE_MAX || height > RV_IMAGE_SIDE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "%lld x %lld pixels: each side must be 1..%d", (long long)width,
		               (long long)height, RV_IMAGE_SIDE_MAX);
	}
	header->width = (uint32_t)width;
	header->height = (uint32_t)height;
	if (parse_channels(header, &found[CHANNELS], err) < 0) {
		return -1;
	}
	header->chunk_rows = rv_exr_chunk_rows(header->codec);
	header->n_chunks = (header->height + header->chunk_rows - 1) / header->chunk_rows;
	if (header->row_bytes * header->chunk_rows > RV_EXR_CHUNK_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "chunks of %zu bytes: at most %zu",
		               header->row_bytes * header->chunk_rows, RV_EXR_CHUNK_BYTES_MAX);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct attribute *)a)->name, ((const struct attribute *)b)->name);
}

/* Sorts the attributes, finds the required ones, builds `bare`. */
static int sort_attributes(struct rv_exr_header *header, struct attribute *list, size_t n, struct rv_err *err)
{
	struct attribute found[N_REQUIRED] = { 0 };
	if (n > 0) { /* an empty list may be NULL, which qsort does not take */
		if (n > 1) {
			qsort(list, n, sizeof(*list), by_name);
		}
	}
	for (size_t i = 0; i < n; i++) {
		const struct attribute *const a = &list[i];
		if (i > 0 && strcmp(a->name, list[i - 1].name) == 0) {
			return rv_fail(err, RV_E_BAD_FILE, "header has '%s' twice", a->name);
		}
		bool keep = strncmp(a->name, "cryptomatte/", 12) == 0;
		for (size_t k = 0; k < N_REQUIRED; k++) {
			if (strcmp(a->name, required[k].name) == 0) {
				found[k] = *a;
				keep = true;
			}
		}
		if (keep) {
			rv_str_append(&header->bare, a->start, (size_t)(a->data + a->len - a->start));
		}
	}
	rv_str_putc(&header->bare, '\0');
	return parse_required(header, found, err);
}

bool rv_exr_header_next_text(const struct rv_exr_header *header, size_t *at, struct rv_exr_text *text)
{
	const unsigned char *const start = (const unsigned char *)header->bare.ptr;
	struct cursor c = { .at = start + (*at ? *at : FIXED_BYTES), .end = start + header->bare.len };
	struct attribute a = { 0 };
	while (take_attribute(&c, &a, NULL) == 0 && *a.name) {
		*at = (size_t)(c.at - start);
		if (strcmp(a.type, "string") == 0) {
			*text = (struct rv_exr_text) { .name = a.name, .text = (const char *)a.data, .len = a.len };
			return true;
		}
	}
	return false;
}

static int check_flags(uint32_t version, struct rv_err *err)
{
	const uint32_t flags = version & ~UINT32_C(0xff);
	if ((version & 0xff) != VERSION || (flags & ~(FLAG_TILED | FLAG_LONG_NAMES | FLAG_DEEP | FLAG_MULTIPART))) {
		return rv_fail(err, RV_E_BAD_FILE, "unknown version 0x%x of the format", version);
	}
	if (flags & (FLAG_TILED | FLAG_DEEP | FLAG_MULTIPART)) {
		const char *const kind = flags & FLAG_MULTIPART ? "multi-part" : flags & FLAG_DEEP ? "deep" : "tiled";
		return rv_fail(err, RV_E_BAD_FILE, "%s OpenEXR files are not supported: write one part of scan lines%s",
		               kind,
		               flags & FLAG_MULTIPART ? " (in Blender: image_settings.use_exr_interleave = True)" : "");
	}
	return 0;
}

int rv_exr_header_parse(struct rv_exr_header *header, const void *bytes, size_t len, struct rv_err *err)
{
	rv_exr_header_release(header);
	const unsigned char *const start = bytes;
	if (len >= 4 && rv_exr_get_u32(start) != MAGIC) {
		return rv_fail(err, RV_E_BAD_FILE, "not an OpenEXR file");
	}
	if (len < FIXED_BYTES) {
		return 1;
	}
	const uint32_t version = rv_exr_get_u32(start + 4);
	if (check_flags(version, err) < 0) {
		return -1;
	}
	header->long_names = version & FLAG_LONG_NAMES;
	rv_exr_put_u32(&header->bare, MAGIC);
	rv_exr_put_u32(&header->bare, version);
	struct cursor c = { .at = start + FIXED_BYTES, .end = start + len };
	struct attribute *list = NULL;
	size_t n = 0, cap = 0;
	int status;
	for (;;) {
		struct attribute attribute = { 0 };
		status = take_attribute(&c, &attribute, err);
		if (status != 0 || !*attribute.name) {
			break;
		}
		if (n == ATTRIBUTES_MAX) {
			status = rv_fail(err, RV_E_LIMIT, "more than %d attributes", ATTRIBUTES_MAX);
			break;
		}
		RV_GROW(list, n, cap);
		list[n++] = attribute;
	}
	if (status == 0) {
		header->bytes = (size_t)(c.at - start);
		status = sort_attributes(header, list, n, err);
	}
	free(list);
	return status;
}

/* ---- building -------------------------------------------------------------------------------------------------- */

static void put_attribute(struct rv_str *out, const char *name, const char *type, const void *data, size_t len)
{
	rv_str_append(out, name, strlen(name) + 1);
	rv_str_append(out, type, strlen(type) + 1);
	rv_exr_put_u32(out, (uint32_t)len);
	rv_str_append(out, data, len);
}

static void put_channel(struct rv_str *out, const struct rv_exr_plane *plane)
{
	rv_str_append(out, plane->name, strlen(plane->name) + 1);
	rv_exr_put_u32(out, plane->is_half ? RV_EXR_HALF : RV_EXR_FLOAT);
	rv_exr_put_u32(out, 0);
	rv_exr_put_u32(out, 1);
	rv_exr_put_u32(out, 1);
}

void rv_exr_header_put(struct rv_str *out, enum rv_exr_codec codec, const struct rv_exr_plane *planes, size_t n,
                       const struct rv_exr_text *texts, size_t n_texts)
{
	static const uint32_t one = 0x3f800000; /* 1.0f */
	struct rv_str data[N_REQUIRED];
	bool long_names = false;
	for (size_t i = 0; i < N_REQUIRED; i++) {
		rv_str_init(&data[i]);
	}
	for (size_t i = 0; i < n; i++) {
		long_names |= strlen(planes[i].name) > SHORT_NAME_MAX;
		put_channel(&data[CHANNELS], &planes[i]);
	}
	rv_str_putc(&data[CHANNELS], '\0');
	rv_str_putc(&data[COMPRESSION], (char)codec);
	for (size_t i = DATA_WINDOW; i <= DISPLAY_WINDOW; i++) {
		rv_exr_put_u64(&data[i], 0);
		rv_exr_put_u32(&data[i], planes[0].image->width - 1);
		rv_exr_put_u32(&data[i], planes[0].image->height - 1);
	}
	rv_str_putc(&data[LINE_ORDER], 0);
	rv_exr_put_u32(&data[ASPECT], one);
	rv_exr_put_u64(&data[CENTER], 0);
	rv_exr_put_u32(&data[WINDOW_WIDTH], one);
	rv_exr_put_u32(out, MAGIC);
	rv_exr_put_u32(out, VERSION | (long_names ? FLAG_LONG_NAMES : 0));
	for (size_t i = 0; i < N_REQUIRED; i++) {
		put_attribute(out, required[i].name, required[i].type, data[i].ptr, data[i].len);
		rv_str_release(&data[i]);
	}
	for (size_t i = 0; i < n_texts; i++) {
		put_attribute(out, texts[i].name, "string", texts[i].text, texts[i].len);
	}
	rv_str_putc(out, '\0');
}
