/* SPDX-License-Identifier: MIT */
/*
 * Pascal VOC: an XML file of each picture, lists of the pictures of each split, and masks when they are asked for. A
 * class has its place in the dataset's table, from 1, in masks; an object its place in the XML file, from 1. Objects
 * without a category are background.
 */
#include "format/voc.h"

#include <inttypes.h>
#include <string.h>

#include "file.h"
#include "sink/indexed.h"
#include "sink/lossy.h"
#include "sink/sink.h"
#include "sink/split_files.h"

struct voc {
	const struct sink_target *target;
	struct sink_split_files lists, masked;
	struct rv_str path, text, stem;
	bool **is_in; /* of the sample at hand, picture by picture: labels that are written */
};

static int voc_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct voc *const voc = state;
	voc->target = target;
	sink_split_files_init(&voc->lists, target->dataset, &format_voc, "list");
	sink_split_files_init(&voc->masked, target->dataset, &format_voc, "masked");
	rv_str_init(&voc->path);
	rv_str_init(&voc->text);
	rv_str_init(&voc->stem);
	return 0;
}

static void voc_release(void *state)
{
	struct voc *const voc = state;
	sink_split_files_release(&voc->lists);
	sink_split_files_release(&voc->masked);
	rv_str_release(&voc->path);
	rv_str_release(&voc->text);
	rv_str_release(&voc->stem);
}

/* ---- what can be written ---- */

/* XML has no control characters, nor U+FFFE and U+FFFF; in labelmap.txt colons and lines have a meaning. */
static bool has_name(const char *name)
{
	bool is_good = name[0] != '#';
	for (const unsigned char *at = (const unsigned char *)name; *at; at++) {
		is_good &=
		        *at >= ' ' && *at != 0x7f && *at != ':' && !(at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe);
	}
	return is_good;
}

/* Decides whether an object is written: masks tell so many classes apart, and objects, of which n were before. */
static int choose(struct sink_sample *sample, const struct sink_label *label, size_t n, bool *is_in, struct rv_err *err)
{
	const struct rv_annotation *const annotation = label->annotation;
	const bool is_masked = format_voc_options.masks, is_class = label->class + 1 > FORMAT_VOC_NUMBER_MAX,
	           is_named = has_name(annotation->category);
	*is_in = is_named && !(is_masked && (is_class || n == FORMAT_VOC_NUMBER_MAX));
	if (*is_in) {
		return 0;
	}
	return is_named ? sink_lossy(sample, FORMAT_ID_voc, err,
	                             "object %" PRIu32
	                             ": format voc: masks of 8 bits tell %d %s apart: leave the option 'masks' out, "
	                             "choose coco",
	                             annotation->index, FORMAT_VOC_NUMBER_MAX,
	                             is_class ? "classes" : "objects of a picture")
	                : sink_lossy(sample, FORMAT_ID_voc, err,
	                             "object %" PRIu32
	                             ": format voc cannot write the category '%s': give it a name without colons and "
	                             "control characters that does not begin with '#' (rv-mux --set)",
	                             annotation->index, annotation->category);
}

static int check_picture(struct sink_sample *sample, struct sink_picture *picture, bool *is_in, struct rv_err *err)
{
	size_t n = 0;
	if (sink_picture_check_labels(sample, picture, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < picture->n_labels; i++) {
		if (picture->labels[i].annotation->category &&
		    choose(sample, &picture->labels[i], n, &is_in[i], err) < 0) {
			return -1;
		}
		n += is_in[i];
	}
	return 0;
}

static int voc_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct voc *const voc = state;
	voc->is_in = rv_arena_alloc(&sample->arena, sample->n_pictures + 1, sizeof(*voc->is_in));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		struct sink_picture *const picture = &sample->pictures[i];
		voc->is_in[i] = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(bool));
		if (check_picture(sample, picture, voc->is_in[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- a picture ---- */

static void put_escaped(struct rv_str *xml, const char *text)
{
	for (; *text; text++) {
		if (*text == '&') {
			rv_str_puts(xml, "&amp;");
		} else if (*text == '<') {
			rv_str_puts(xml, "&lt;");
		} else if (*text == '>') {
			rv_str_puts(xml, "&gt;");
		} else {
			rv_str_putc(xml, *text);
		}
	}
}

/* An element of the box, on a line of its own. */
static void put_side(const char *name, uint64_t value, struct rv_str *xml)
{
	rv_str_puts(xml, "      <");
	rv_str_puts(xml, name);
	rv_str_putc(xml, '>');
	rv_str_put_u64(xml, value);
	rv_str_puts(xml, "</");
	rv_str_puts(xml, name);
	rv_str_puts(xml, ">\n");
}

static void put_object(const struct rv_annotation *annotation, struct rv_str *xml)
{
	const uint32_t *const box = annotation->bbox;
	const uint64_t base = format_voc_options.base;
	const bool is_truncated = rv_json_number(rv_json_get(annotation->json, "truncation"), 0) > 0;
	rv_str_puts(xml, "  <object>\n    <name>");
	put_escaped(xml, annotation->category);
	rv_str_puts(xml, "</name>\n    <pose>Unspecified</pose>\n    <truncated>");
	rv_str_putc(xml, is_truncated ? '1' : '0');
	rv_str_puts(xml, "</truncated>\n    <difficult>0</difficult>\n    <bndbox>\n");
	put_side("xmin", box[0] + base, xml);
	put_side("ymin", box[1] + base, xml);
	put_side("xmax", box[0] + box[2] - 1 + base, xml);
	put_side("ymax", box[1] + box[3] - 1 + base, xml);
	rv_str_puts(xml, "    </bndbox>\n  </object>\n");
}

static void put_annotation(const struct sink_picture *picture, const bool *is_in, const char *filename,
                           struct rv_str *xml)
{
	rv_str_clear(xml);
	rv_str_puts(xml, "<annotation>\n  <folder>JPEGImages</folder>\n  <filename>");
	put_escaped(xml, filename);
	rv_str_printf(xml,
	              "</filename>\n  <source>\n    <database>rv</database>\n  </source>\n  <size>\n    "
	              "<width>%" PRIu32 "</width>\n    <height>%" PRIu32
	              "</height>\n    <depth>%d</depth>\n  </size>\n  "
	              "<segmented>%d</segmented>\n",
	              picture->width, picture->height,
	              picture->channels < 3 && !sink_picture_quality(picture->picture, &format_voc) ? 1 : 3,
	              format_voc_options.masks);
	for (size_t i = 0; i < picture->n_labels; i++) {
		if (is_in[i]) {
			put_object(picture->labels[i].annotation, xml);
		}
	}
	rv_str_puts(xml, "</annotation>\n");
}

static int add_mask(struct voc *voc, struct sink_sample *sample, const struct sink_picture *picture, const char *layout,
                    const uint8_t *numbers, struct rv_err *err)
{
	sink_picture_path(picture->picture, &format_voc, layout, "", "", &voc->path);
	return sink_indexed_png(sample, picture, numbers, &voc->text, err) < 0 ||
	                       sink_dataset_write(voc->target->dataset, voc->path.ptr, voc->text.ptr, voc->text.len,
	                                          err) < 0
	               ? -1
	               : 0;
}

static int add_masks(struct voc *voc, struct sink_sample *sample, const struct sink_picture *picture, const bool *is_in,
                     struct rv_err *err)
{
	uint8_t *const classes = rv_arena_alloc(&sample->arena, picture->n_labels + 1, 1),
	               *const objects = rv_arena_alloc(&sample->arena, picture->n_labels + 1, 1);
	uint8_t n = 0;
	for (size_t i = 0; i < picture->n_labels; i++) {
		if (is_in[i]) {
			classes[i] = (uint8_t)(picture->labels[i].class + 1);
			objects[i] = ++n;
		}
	}
	return add_mask(voc, sample, picture, "class", classes, err) < 0 ||
	                       add_mask(voc, sample, picture, "object", objects, err) < 0 ||
	                       sink_split_files_put(&voc->masked, sample->split, voc->stem.ptr, voc->stem.len, err) < 0
	               ? -1
	               : 0;
}

static int add_picture(struct voc *voc, struct sink_sample *sample, size_t i, struct rv_err *err)
{
	const struct sink_picture *const picture = &sample->pictures[i];
	const bool *const is_in = voc->is_in[i];
	sink_picture_path(picture->picture, &format_voc, "image", "", NULL, &voc->path);
	const char *const filename = rv_path_base(voc->path.ptr);
	rv_str_clear(&voc->stem);
	rv_str_append(&voc->stem, filename, (size_t)(strrchr(filename, '.') - filename));
	rv_str_putc(&voc->stem, '\n');
	put_annotation(picture, is_in, filename, &voc->text);
	if (sink_store_image(voc->target->store, sample, picture->picture, &format_voc, voc->path.ptr, err) < 0) {
		return -1;
	}
	sink_picture_path(picture->picture, &format_voc, "annotation", "", "", &voc->path);
	if (sink_dataset_write(voc->target->dataset, voc->path.ptr, voc->text.ptr, voc->text.len, err) < 0 ||
	    sink_split_files_put(&voc->lists, sample->split, voc->stem.ptr, voc->stem.len, err) < 0) {
		return -1;
	}
	return format_voc_options.masks ? add_masks(voc, sample, picture, is_in, err) : 0;
}

static int voc_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (add_picture(state, sample, i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- the whole ---- */

static int voc_finish(void *state, struct rv_err *err)
{
	struct voc *const voc = state;
	const struct rv_categories *const table = voc->target->categories;
	rv_str_clear(&voc->text);
	rv_str_puts(&voc->text, "background:0,0,0::\n");
	for (size_t i = 0; i < table->len; i++) {
		uint8_t colour[3];
		sink_indexed_colour((uint8_t)(i + 1), colour);
		rv_str_puts(&voc->text, table->items[i].name);
		if (format_voc_options.masks && i < FORMAT_VOC_NUMBER_MAX) {
			rv_str_printf(&voc->text, ":%u,%u,%u::\n", colour[0], colour[1], colour[2]);
		} else {
			rv_str_puts(&voc->text, ":::\n");
		}
	}
	if (sink_split_files_close(&voc->lists, err) < 0 || sink_split_files_close(&voc->masked, err) < 0) {
		return -1;
	}
	return sink_dataset_write(voc->target->dataset, format_layout(&format_voc, "labelmap"), voc->text.ptr,
	                          voc->text.len, err);
}

const struct sink_class sink_voc = {
	.format = &format_voc,
	.state_bytes = sizeof(struct voc),
	.open = voc_open,
	.prepare = voc_prepare,
	.add = voc_add,
	.finish = voc_finish,
	.release = voc_release,
};
