/* SPDX-License-Identifier: MIT */
/* The page of a dataset: what samples give to it. */
#include "format/html.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/layout.h"
#include "palette.h"
#include "portrait.h"
#include "sink/html_page.h"

#define PARAM_BYTES_MAX 100

/* What can be laid over the image; that itself comes first. */
static const enum rv_role_id layers[] = { RV_ROLE_IMAGE,       RV_ROLE_OVERLAY,        RV_ROLE_INDEX_COLOR,
	                                  RV_ROLE_DEPTH_COLOR, RV_ROLE_NORMAL_PREVIEW, RV_ROLE_FLOW_PREVIEW };

struct html {
	struct sink_html_page page;
	struct sink_store *store;
	struct rv_str path, record;
};

static int html_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct html *const html = state;
	sink_html_page_init(&html->page, target);
	html->store = target->store;
	rv_str_init(&html->path);
	rv_str_init(&html->record);
	return 0;
}

static int html_finish(void *state, struct rv_err *err)
{
	struct html *const html = state;
	return sink_html_page_finish(&html->page, err);
}

static void html_release(void *state)
{
	struct html *const html = state;
	sink_html_page_release(&html->page);
	rv_str_release(&html->path);
	rv_str_release(&html->record);
}

/* ---- what can be shown ---- */

static int check_image(const struct rv_picture *picture, struct rv_err *err)
{
	static const char *const shown[] = { "png", "jpg", "jpeg", "webp", "avif", "gif", "bmp" };
	const char *const image = rv_picture_file(picture, RV_ROLE_IMAGE), *const extension = sink_extension(image);
	for (size_t i = 0; i < RV_COUNTOF(shown); i++) {
		if (strcmp(extension, shown[i]) == 0) {
			return 0;
		}
	}
	return rv_fail(err, RV_E_BAD_RECORD,
	               "field '%s.image' is '%s': format html shows what browsers do, PNG, JPEG, WebP and AVIF",
	               picture->files_field, image);
}

static int html_prepare(void *state RV_UNUSED, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		if (check_image(picture->picture, err) < 0 || sink_picture_check_labels(sample, picture, err) < 0) {
			return SINK_REFUSED;
		}
		for (size_t k = 0; k < RV_COUNTOF(layers); k++) {
			const char *const file = rv_picture_file(picture->picture, layers[k]);
			if (file && sink_sample_has(sample, file, err) < 0) {
				return SINK_REFUSED;
			}
		}
	}
	return 0;
}

/* ---- a row ---- */

static int by_number(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return (a > b) - (a < b);
}

static void put_categories(struct sink_sample *sample, const struct sink_picture *pictures, size_t n,
                           struct rv_json_out *out)
{
	size_t n_labels = 0, n_ids = 0;
	for (size_t i = 0; i < n; i++) {
		n_labels += pictures[i].n_labels;
	}
	uint32_t *const ids = rv_arena_alloc(&sample->arena, n_labels + 1, sizeof(*ids));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < pictures[i].n_labels; k++) {
			if (pictures[i].labels[k].annotation->category) {
				ids[n_ids++] = pictures[i].labels[k].category;
			}
		}
	}
	qsort(ids, n_ids, sizeof(*ids), by_number);
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < n_ids; i++) {
		if (i == 0 || ids[i] != ids[i - 1]) {
			rv_json_put_u64(out, NULL, ids[i]);
		}
	}
	rv_json_close(out, ']');
}

static uint64_t bit_of(enum rv_quantity which, double value)
{
	const int bin = rv_quantity_bin(which, value);
	return bin < 0 ? 0 : UINT64_C(1) << bin;
}

/* The columns that say in which bins of the histograms the item's objects are. */
static void put_bins(const struct sink_picture *pictures, size_t n, struct rv_json_out *out)
{
	uint64_t sides = 0, truncations = 0, positions = 0;
	double values[RV_QUANTITY_COUNT];
	char hex[17];
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < pictures[i].n_labels; k++) {
			rv_quantities_of(pictures[i].picture, pictures[i].labels[k].annotation, values);
			sides |= bit_of(RV_QUANTITY_SIDE, values[RV_QUANTITY_SIDE]);
			truncations |= bit_of(RV_QUANTITY_TRUNCATION, values[RV_QUANTITY_TRUNCATION]);
			positions |= bit_of(RV_QUANTITY_POSITION, values[RV_QUANTITY_POSITION]);
		}
	}
	snprintf(hex, sizeof(hex), "%016" PRIx64, positions);
	rv_json_put_u64(out, NULL, sides);
	rv_json_put_u64(out, NULL, truncations);
	rv_json_put_string(out, NULL, hex);
}

static void put_params(struct rv_json record, struct rv_json_out *out)
{
	const struct rv_json params = rv_json_get(record, "params");
	rv_json_open(out, NULL, '{');
	for (int i = rv_json_iter(params); rv_json_iter_ok(params, i); i = rv_json_next(params, i)) {
		const struct rv_json value = rv_json_iter_value(params, i);
		const struct rv_span text = rv_json_text(value);
		const enum rv_json_type type = rv_json_type(value);
		if ((type == RV_JSON_NUMBER || type == RV_JSON_STRING || type == RV_JSON_TRUE ||
		     type == RV_JSON_FALSE) &&
		    text.len <= PARAM_BYTES_MAX) {
			rv_json_put_raw(out, rv_json_iter_key(params, i), text.ptr, text.len);
		}
	}
	rv_json_close(out, '}');
}

static void put_row(struct html *html, struct sink_sample *sample, const struct sink_picture *pictures, size_t n)
{
	const struct rv_picture *const first = pictures[0].picture, *const shown = pictures[n / 2].picture;
	struct rv_json_out *const out = sink_html_begin_row(&html->page);
	size_t n_objects = 0;
	for (size_t i = 0; i < n; i++) {
		n_objects += pictures[i].n_labels;
	}
	sink_picture_path(shown, &format_html, "file", rv_roles[RV_ROLE_IMAGE].name,
	                  sink_extension(rv_picture_file(shown, RV_ROLE_IMAGE)), &html->path);
	rv_json_open(out, NULL, '[');
	rv_json_put_string(out, NULL, first->sample->id);
	rv_json_put_string(out, NULL, first->view ? first->view : "");
	rv_json_put_string(out, NULL, rv_split_names[sample->split]);
	rv_json_put_u64(out, NULL, html->page.records.number);
	rv_json_put_u64(out, NULL, html->page.records.n_items - 1);
	rv_json_put_u64(out, NULL, n);
	rv_json_put_u64(out, NULL, first->width);
	rv_json_put_u64(out, NULL, first->height);
	rv_json_put_string(out, NULL, strrchr(html->path.ptr, '/') + 1);
	rv_json_put_u64(out, NULL, n_objects);
	put_categories(sample, pictures, n, out);
	put_bins(pictures, n, out);
	put_params(first->sample->json, out);
	rv_json_close(out, ']');
}

/* ---- a sample ---- */

/* Puts the item's files into the dataset and says which there are. All frames have those of the first. */
static int put_item(struct html *html, struct sink_sample *sample, const struct sink_picture *pictures, size_t n,
                    struct rv_json_out *out, struct rv_err *err)
{
	int status = 0;
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "view", pictures[0].picture->view ? pictures[0].picture->view : "");
	rv_json_open(out, "frames", '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_string(out, NULL, pictures[i].picture->frame_name ? pictures[i].picture->frame_name : "");
	}
	rv_json_close(out, ']');
	rv_json_open(out, "files", '[');
	for (size_t k = 0; k < RV_COUNTOF(layers) && status == 0; k++) {
		const char *const role = rv_roles[layers[k]].name;
		const char *const first = rv_picture_file(pictures[0].picture, layers[k]);
		for (size_t i = 0; first && i < n && status == 0; i++) {
			const char *const file = rv_picture_file(pictures[i].picture, layers[k]);
			sink_picture_path(pictures[i].picture, &format_html, "file", role, sink_extension(first),
			                  &html->path);
			status = sink_store_file(html->store, sample, file, html->path.ptr, err);
		}
		if (first) {
			rv_str_clear(&html->path);
			rv_str_printf(&html->path, "%s.%s", role, sink_extension(first));
			rv_json_put_string(out, NULL, html->path.ptr);
		}
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
	return status;
}

static void put_colours(struct sink_sample *sample, struct rv_json_out *out)
{
	const struct rv_palette palette = rv_palette_deal(sample->sample, &sample->arena);
	rv_json_open(out, "colors", '{');
	for (size_t i = 0; i < sample->sample->n_objects; i++) {
		const uint32_t index = sample->sample->objects[i].index;
		char key[16], text[16];
		uint8_t rgb[3];
		rv_palette_of(&palette, index, rgb);
		snprintf(key, sizeof(key), "%" PRIu32, index);
		snprintf(text, sizeof(text), "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
		if (index > 0) {
			rv_json_put_string(out, key, text);
		}
	}
	rv_json_close(out, '}');
}

static int html_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct html *const html = state;
	const size_t n_frames = sample->sample->n_frames;
	struct rv_json_out *const out = sink_html_begin_sample(&html->page);
	int status = 0;
	rv_str_clear(&html->record);
	rv_record_packed(sample->sample->record, &html->record);
	rv_portrait_sample(html->page.portrait, sample->sample);
	rv_json_open(out, NULL, '{');
	rv_json_put_raw(out, "record", html->record.ptr, html->record.len - 1); /* without its newline */
	rv_json_open(out, "items", '[');
	for (size_t i = 0; i < sample->n_pictures && status == 0; i += n_frames) {
		status = put_item(html, sample, &sample->pictures[i], n_frames, out, err);
	}
	rv_json_close(out, ']');
	put_colours(sample, out);
	rv_json_close(out, '}');
	for (size_t i = 0; i < sample->n_pictures && status == 0; i += n_frames) {
		put_row(html, sample, &sample->pictures[i], n_frames);
		status = sink_html_end_row(&html->page, err);
	}
	return status == 0 ? sink_html_end_sample(&html->page, err) : status;
}

const struct sink_class sink_html = {
	.format = &format_html,
	.state_bytes = sizeof(struct html),
	.open = html_open,
	.prepare = html_prepare,
	.add = html_add,
	.finish = html_finish,
	.merge = sink_html_merge,
	.release = html_release,
};
