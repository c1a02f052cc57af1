/* SPDX-License-Identifier: MIT */
/* Headers of OpenEXR files, walked over and built. */
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
#define ATTRIBUTES_MAX 4096 /* of a part */
#define SHORT_NAME_MAX 31
#define FIXED_BYTES 8    /* magic and version, before the attributes */
#define CHANNEL_BYTES 16 /* of an entry of the channel list behind its name */

struct attribute {
	const char *name, *type; /* borrowed from the file, ended by NUL */
	const unsigned char *data;
	size_t len;
	const unsigned char *start; /* of the whole attribute, which ends where its data end */
};

/* What every part must have, sorted by name. */
static const struct {
	const char *name, *type;
} required[] = {
	{ "channels", "chlist" },        { "compression", "compression" }, { "dataWindow", "box2i" },
	{ "displayWindow", "box2i" },    { "lineOrder", "lineOrder" },     { "pixelAspectRatio", "float" },
	{ "screenWindowCenter", "v2f" }, { "screenWindowWidth", "float" },
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

void rv_exr_header_release(struct rv_exr_header *header)
{
	rv_str_release(&header->bare);
	*header = (struct rv_exr_header)RV_EXR_HEADER_INIT;
}

/* ---- walking --------------------------------------------------------------------------------------------------- */

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

/* 0: an attribute, or the end of a part's when its name is "". 1: cut. -1: damaged. */
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

static int count_channels(const struct attribute *list, struct rv_err *err)
{
	struct cursor c = { .at = list->data, .end = list->data + list->len };
	for (size_t n = 0;; n++) {
		bool cut;
		const char *const name = take_text(&c, RV_EXR_NAME_MAX, &cut);
		if (name && !*name && c.at == c.end) {
			return 0;
		}
		if (!name || !*name || c.end - c.at < CHANNEL_BYTES) {
			return rv_fail(err, RV_E_BAD_FILE, "list of channels is damaged");
		}
		if (n == RV_EXR_CHANNELS_MAX) {
			return rv_fail(err, RV_E_LIMIT, "more than %d channels", RV_EXR_CHANNELS_MAX);
		}
		c.at += CHANNEL_BYTES;
	}
}

struct attributes {
	struct attribute *items;
	size_t len, cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct attribute *)a)->name, ((const struct attribute *)b)->name);
}

/* The attributes of one part, sorted by name, each once. As take_attribute. */
static int take_part(struct cursor *c, struct attributes *list, struct rv_err *err)
{
	list->len = 0;
	for (;;) {
		struct attribute attribute = { 0 };
		const int status = take_attribute(c, &attribute, err);
		if (status != 0) {
			return status;
		}
		if (!*attribute.name) {
			break;
		}
		if (list->len == ATTRIBUTES_MAX) {
			return rv_fail(err, RV_E_LIMIT, "more than %d attributes", ATTRIBUTES_MAX);
		}
		if (strcmp(attribute.type, required[CHANNELS].type) == 0 && count_channels(&attribute, err) < 0) {
			return -1;
		}
		RV_GROW(list->items, list->len, list->cap);
		list->items[list->len++] = attribute;
	}
	if (list->len > 1) {
		qsort(list->items, list->len, sizeof(*list->items), by_name);
	}
	for (size_t i = 1; i < list->len; i++) {
		if (strcmp(list->items[i - 1].name, list->items[i].name) == 0) {
			return rv_fail(err, RV_E_BAD_FILE, "header has '%s' twice", list->items[i].name);
		}
	}
	return 0;
}

static bool is_kept(const struct attribute *attribute)
{
	for (size_t i = 0; i < N_REQUIRED; i++) {
		if (strcmp(attribute->name, required[i].name) == 0) {
			return true;
		}
	}
	return strncmp(attribute->name, "cryptomatte/", 12) == 0;
}

static void build_bare(struct rv_exr_header *header, uint32_t version, const struct attributes *list)
{
	rv_exr_put_u32(&header->bare, MAGIC);
	rv_exr_put_u32(&header->bare, version);
	for (size_t i = 0; i < list->len; i++) {
		const struct attribute *const a = &list->items[i];
		if (is_kept(a)) {
			rv_str_append(&header->bare, a->start, (size_t)(a->data + a->len - a->start));
		}
	}
	rv_str_putc(&header->bare, '\0');
}

/* All parts: of a file of several, an empty one ends the list. As take_attribute. */
static int take_parts(struct cursor *c, bool is_multipart, struct attributes *list, struct rv_err *err)
{
	for (size_t n = 0; n <= RV_EXR_PARTS_MAX; n++) {
		const int status = take_part(c, list, err);
		if (status != 0 || !is_multipart || list->len == 0) {
			return status;
		}
	}
	return rv_fail(err, RV_E_LIMIT, "more than %d parts", RV_EXR_PARTS_MAX);
}

int rv_exr_header_scan(struct rv_exr_header *header, const void *bytes, size_t len, struct rv_err *err)
{
	const unsigned char *const start = bytes;
	rv_exr_header_release(header);
	if (len >= 4 && rv_exr_get_u32(start) != MAGIC) {
		return rv_fail(err, RV_E_BAD_FILE, "not an OpenEXR file");
	}
	if (len < FIXED_BYTES) {
		return 1;
	}
	const uint32_t version = rv_exr_get_u32(start + 4), flags = version & ~UINT32_C(0xff);
	if ((version & 0xff) != VERSION || (flags & ~(FLAG_TILED | FLAG_LONG_NAMES | FLAG_DEEP | FLAG_MULTIPART))) {
		return rv_fail(err, RV_E_BAD_FILE, "unknown version 0x%x of the format", version);
	}
	if (flags & FLAG_DEEP) {
		return rv_fail(err, RV_E_BAD_FILE, "deep pixels are not supported");
	}
	struct cursor c = { .at = start + FIXED_BYTES, .end = start + len };
	struct attributes list = { .items = NULL };
	const int status = take_parts(&c, flags & FLAG_MULTIPART, &list, err);
	if (status == 0) {
		header->bytes = (size_t)(c.at - start);
		header->is_plain = !(flags & (FLAG_TILED | FLAG_MULTIPART));
		if (header->is_plain) {
			build_bare(header, version, &list);
		}
	}
	free(list.items);
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
