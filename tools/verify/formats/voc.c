/* SPDX-License-Identifier: MIT */
/*
 * Pascal VOC: an XML file, a line of one list, and with masks two masks of each picture, all of one size; objects of
 * the dataset's categories whose boxes lie in the picture and, where there are masks, around the pixels of the object.
 *
 * What a file says of a picture goes on as numbers in a text: of an XML file W, H, whether it tells of masks, of each
 * object CLASS XMIN YMIN XMAX YMAX, and then what the picture's name ends in, ".png"; of a mask W, H, and of each
 * number that is in it NUMBER XMIN YMIN XMAX YMAX.
 */
#include "format/voc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "portrait.h"
#include "verify/format.h"
#include "verify/formats/voc_xml.h"
#include "verify/groups.h"
#include "verify/indexed.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)

struct voc {
	const struct verify_context *context;
	struct verify_groups *groups;
	bool has_masks;
	struct verify_problems *problems;
};

static void *open_voc(const struct verify_context *context)
{
	struct voc *const voc = rv_alloc_zero(1, sizeof(*voc));
	voc->context = context;
	voc->groups = verify_groups_new();
	return voc;
}

static void free_voc(void *state)
{
	struct voc *const voc = state;
	verify_groups_free(voc->groups);
	free(voc);
}

/* Reads a whole text without NUL; a problem where it is none. */
static bool read_text(struct verify_item *item, enum verify_check check, struct rv_str *text)
{
	if (!verify_item_load(item, TEXT_BYTES_MAX, text)) {
		return false;
	}
	if (strlen(text->ptr) != text->len) {
		verify_problems_add(item->problems, check, item->path, "it is no text");
		return false;
	}
	return true;
}

/* ---- an XML file ------------------------------------------------------------------------------------------------- */

struct document {
	struct voc *voc;
	struct verify_item *item;
	uint64_t width, height;
	bool is_segmented;
	struct rv_str filename, objects; /* of each object "CLASS XMIN YMIN XMAX YMAX " */
	/* The object at hand. */
	struct rv_str name;
	uint64_t box[4];
	size_t n_objects;
};

/* A whole number; of a foreign tree also one with a fraction, which is left out as readers do. */
static bool is_number(const struct document *d, const char *text, uint64_t *value)
{
	char *end;
	*value = strtoull(text, &end, 10);
	end += d->voc->context->is_foreign && *end == '.' ? 1 + strspn(end + 1, "0123456789") : 0;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

/* Corners are pixels, counted from 1, both of them of the box. */
static void show(const struct document *d)
{
	const double w = (double)(d->box[2] - d->box[0] + 1), h = (double)(d->box[3] - d->box[1] + 1);
	const double box[] = { ((double)d->box[0] - 1) / (double)d->width, ((double)d->box[1] - 1) / (double)d->height,
		               w / (double)d->width, h / (double)d->height };
	rv_portrait_object(d->item->portrait, d->name.len > 0 ? d->name.ptr : NULL, box, w / h);
}

static void end_object(struct document *d)
{
	const struct rv_categories *const categories = d->voc->context->categories;
	const struct rv_category *const known = categories ? rv_categories_find(categories, d->name.ptr) : NULL;
	d->n_objects++;
	if (categories && !known) {
		verify_problems_add(d->item->problems, VERIFY_VOC_CLASS, d->item->path,
		                    "object %zu: '%s' is no category of the dataset", d->n_objects, d->name.ptr);
	}
	if (!(d->box[0] <= d->box[2] && d->box[2] <= d->width && d->box[1] <= d->box[3] && d->box[3] <= d->height)) {
		verify_problems_add(d->item->problems, VERIFY_VOC_BOX, d->item->path,
		                    "object %zu: its box is not in the picture", d->n_objects);
	} else if (d->item->portrait && d->width > 0 && d->height > 0) {
		show(d);
	}
	rv_str_printf(&d->objects, " %zu", known ? (size_t)(known - categories->items) + 1 : 0);
	for (size_t i = 0; i < 4; i++) {
		rv_str_printf(&d->objects, " %" PRIu64, d->box[i]);
		d->box[i] = UINT64_MAX;
	}
	rv_str_clear(&d->name);
}

/* A verify_voc_xml_fn. */
static void take_element(void *document, const char *path, const char *text)
{
	static const char *const sides[] = { "xmin", "ymin", "xmax", "ymax" };
	static const char box[] = "annotation/object/bndbox/";
	struct document *const d = document;
	if (strcmp(path, "annotation/object") == 0 && !text) {
		end_object(d);
	} else if (!text) {
		return;
	} else if (strcmp(path, "annotation/filename") == 0) {
		rv_str_clear(&d->filename);
		rv_str_puts(&d->filename, text);
	} else if (strcmp(path, "annotation/size/width") == 0) {
		d->width = is_number(d, text, &d->width) ? d->width : 0;
	} else if (strcmp(path, "annotation/size/height") == 0) {
		d->height = is_number(d, text, &d->height) ? d->height : 0;
	} else if (strcmp(path, "annotation/segmented") == 0) {
		d->is_segmented = strcmp(text, "1") == 0;
	} else if (strcmp(path, "annotation/object/name") == 0) {
		rv_str_clear(&d->name);
		rv_str_puts(&d->name, text);
	}
	for (size_t i = 0; i < RV_COUNTOF(sides) && strncmp(path, box, sizeof(box) - 1) == 0; i++) {
		if (strcmp(path + sizeof(box) - 1, sides[i]) == 0 && !is_number(d, text, &d->box[i])) {
			d->box[i] = UINT64_MAX;
		}
	}
}

/* What the picture's name has behind the annotation's, `stem`: ".png". Of a foreign tree, where names come with
 * folders, without endings, or not at all, it may be nothing. NULL: it is of another picture. */
static const char *ending_of(const struct document *d, const char *stem, size_t stem_len)
{
	const bool is_foreign = d->voc->context->is_foreign;
	const char *name = d->filename.ptr;
	for (const char *at = name; is_foreign && *at; at++) {
		name = *at == '/' || *at == '\\' ? at + 1 : name;
	}
	if (is_foreign && !*name) {
		return name;
	}
	const char *const ending = strncmp(name, stem, stem_len) == 0 ? name + stem_len : NULL;
	return ending && (strrchr(ending, '.') == ending || (is_foreign && !*ending)) ? ending : NULL;
}

/* Appends "W H SEGMENTED", the objects and the picture's ending; nothing when the file is of no use. */
static void read_document(struct voc *voc, struct verify_item *item, struct rv_str *said)
{
	struct document d = { .voc = voc,
		              .item = item,
		              .filename = RV_STR_INIT,
		              .objects = RV_STR_INIT,
		              .name = RV_STR_INIT,
		              .box = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	struct rv_str xml = RV_STR_INIT, simple = RV_STR_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	const char *const stem = rv_path_base(item->path), *ending;
	const bool is_foreign = voc->context->is_foreign;
	if (read_text(item, VERIFY_VOC_XML, &xml)) {
		if (is_foreign) {
			verify_voc_xml_simplify(xml.ptr, &simple);
		}
		if (verify_voc_xml_read(is_foreign ? simple.ptr : xml.ptr, take_element, &d, &wrong) < 0) {
			verify_problems_add_err(item->problems, VERIFY_VOC_XML, item->path, &wrong);
		} else if (!(ending = ending_of(&d, stem, strlen(stem) - strlen(".xml")))) {
			verify_problems_add(item->problems, VERIFY_VOC_FILE, item->path,
			                    "it is of another picture, '%s'", d.filename.ptr);
		} else {
			if (item->portrait) {
				rv_portrait_picture(item->portrait, d.n_objects);
			}
			rv_str_printf(said, "%" PRIu64 " %" PRIu64 " %d%s%s", d.width, d.height, d.is_segmented,
			              d.objects.ptr, ending);
		}
	}
	rv_str_release(&xml);
	rv_str_release(&simple);
	rv_str_release(&d.filename);
	rv_str_release(&d.objects);
	rv_str_release(&d.name);
}

/* ---- masks and lists --------------------------------------------------------------------------------------------- */

/* Appends "W H" and, of each number that is there, "N XMIN YMIN XMAX YMAX" with the first pixel 0. */
static void read_mask(struct verify_item *item, struct rv_str *said)
{
	struct rv_image map = RV_IMAGE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct verify_indexed_box boxes[VERIFY_INDEXED_COLOURS];
	if (verify_indexed_read(item->source, &map, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_VOC_MASK, item->path, &wrong);
	} else {
		verify_indexed_boxes(&map, boxes);
		rv_str_printf(said, "%" PRIu32 " %" PRIu32, map.width, map.height);
		for (size_t i = 1; i < VERIFY_INDEXED_COLOURS; i++) {
			if (boxes[i].area > 0) {
				rv_str_printf(said, " %zu %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, i, boxes[i].x0,
				              boxes[i].y0, boxes[i].x1, boxes[i].y1);
			}
		}
	}
	rv_image_release(&map);
}

/* Lists of a class have the mark 1, 0 or -1 behind each name. */
static void cut_mark(char *line)
{
	char *const blank = strrchr(line, ' ');
	if (blank && blank[1 + (blank[1] == '-')] && !blank[1 + (blank[1] == '-') + 1] &&
	    strchr("01", blank[1 + (blank[1] == '-')])) {
		*blank = '\0';
	}
	for (size_t len = strlen(line); len > 0 && strchr(" \t", line[len - 1]); len--) {
		line[len - 1] = '\0';
	}
}

static int read_list(struct voc *voc, struct verify_item *item, char kind, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (read_text(item, VERIFY_VOC_FILE, &text)) {
		for (char *line = text.ptr, *end; *line && status == 0; line = end) {
			end = line + strcspn(line, "\n");
			end += *end ? 1 : 0;
			line[strcspn(line, voc->context->is_foreign ? "\r\n" : "\n")] = '\0';
			if (voc->context->is_foreign) {
				cut_mark(line);
			}
			status = !line[0] ? 0 : verify_groups_add(voc->groups, line, kind, item->path, "", err);
		}
	}
	rv_str_release(&text);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

enum { IMAGE = 'i', XML = 'x', LINE = 'l', CLASS = 'c', OBJECT = 'o', MASKED = 'm' };

static int add(struct voc *voc, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	const char *const name = rv_path_base(item->path);
	char *const stem = rv_strndup(name, (size_t)(strrchr(name, '.') - name));
	const int status = verify_groups_add(voc->groups, stem, kind, item->path, text, err);
	free(stem);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct voc *const voc = state;
	struct rv_str said = RV_STR_INIT;
	const bool is_class = verify_item_is(item, "class"), is_object = verify_item_is(item, "object");
	int status = 0;
	if (verify_item_is(item, "annotation")) {
		read_document(voc, item, &said);
		status = add(voc, item, XML, said.ptr, err);
	} else if (is_class || is_object) {
		read_mask(item, &said);
		status = add(voc, item, is_class ? CLASS : OBJECT, said.ptr, err);
	} else if (verify_item_is(item, "list") || verify_item_is(item, "masked")) {
		status = read_list(voc, item, verify_item_is(item, "list") ? LINE : MASKED, err);
	} else {
		verify_item_decode(item);
	}
	rv_str_release(&said);
	return status;
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct voc *const voc = state;
	struct rv_str said = RV_STR_INIT;
	voc->has_masks |= verify_item_is(item, "masked");
	if (!verify_item_is(item, "image")) {
		return 0;
	}
	if (item->width > 0) {
		rv_str_printf(&said, "%" PRIu32 " %" PRIu32, item->width, item->height);
	}
	const int status = add(voc, item, IMAGE, said.ptr, err);
	rv_str_release(&said);
	return status < 0 ? -1 : verify_item_tell_image(item, voc->context, FORMAT_ID_voc, err);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* A picture: what its files say of it, each as numbers. */
struct numbers {
	uint64_t *items;
	size_t len, cap;
};

static struct numbers numbers_of(const struct verify_part *part)
{
	struct numbers numbers = { .items = NULL };
	char *at = (char *)(uintptr_t)(part ? part->text : "");
	while (*at && *at != '.') {
		RV_GROW(numbers.items, numbers.len, numbers.cap);
		numbers.items[numbers.len++] = strtoull(at, &at, 10);
	}
	return numbers;
}

/* The boxes of an XML file's objects are those of their numbers in the mask, all shifted by one or none. */
static void check_objects(struct voc *voc, const struct verify_part *mask, const struct numbers *xml,
                          const struct numbers *found)
{
	const size_t n = (xml->len - 3) / 5, n_found = (found->len - 2) / 5;
	for (size_t i = 0; i < n && n == n_found; i++) {
		const uint64_t *const said = &xml->items[3 + 5 * i], *const is = &found->items[2 + 5 * i];
		const uint64_t base = xml->items[4] - found->items[3];
		bool is_same = is[0] == i + 1 && base <= 1;
		for (size_t k = 1; k <= 4; k++) {
			is_same = is_same && said[k] == is[k] + base;
		}
		if (!is_same) {
			verify_problems_add(voc->problems, VERIFY_VOC_BOX, mask->path,
			                    "object %zu has another box here than in its annotation", i + 1);
			return;
		}
	}
	if (n != n_found) {
		verify_problems_add(voc->problems, VERIFY_VOC_BOX, mask->path, "it has %zu objects, the annotation %zu",
		                    n_found, n);
	}
}

/* The box around all objects of a class is that of the class's number in the mask. */
static void check_classes(struct voc *voc, const struct verify_part *mask, const struct numbers *objects,
                          const struct numbers *xml, const struct numbers *found)
{
	struct verify_indexed_box wanted[VERIFY_INDEXED_COLOURS] = { { .area = 0 } };
	const size_t n = RV_MIN((xml->len - 3) / 5, (objects->len - 2) / 5);
	for (size_t i = 0; i < n; i++) {
		const uint64_t class = xml->items[3 + 5 * i], *const box = &objects->items[3 + 5 * i];
		struct verify_indexed_box *const of = &wanted[class < VERIFY_INDEXED_COLOURS ? class : 0];
		const struct verify_indexed_box is = { (uint32_t)box[0], (uint32_t)box[1], (uint32_t)box[2],
			                               (uint32_t)box[3], 1 };
		*of = of->area == 0 ? is
		                    : (struct verify_indexed_box) { RV_MIN(of->x0, is.x0), RV_MIN(of->y0, is.y0),
			                                            RV_MAX(of->x1, is.x1), RV_MAX(of->y1, is.y1), 1 };
	}
	for (size_t i = 2; i + 5 <= found->len; i += 5) {
		const uint64_t *const is = &found->items[i];
		struct verify_indexed_box *const of = &wanted[is[0]];
		if (of->area == 0 || of->x0 != is[1] || of->y0 != is[2] || of->x1 != is[3] || of->y1 != is[4]) {
			verify_problems_add(voc->problems, VERIFY_VOC_MASK, mask->path,
			                    "class %" PRIu64 " is not where its objects are", is[0]);
			return;
		}
		of->area = 0;
	}
	for (size_t i = 1; i < VERIFY_INDEXED_COLOURS; i++) {
		if (wanted[i].area > 0) {
			verify_problems_add(voc->problems, VERIFY_VOC_MASK, mask->path, "class %zu is not there", i);
			return;
		}
	}
}

/* The sizes that two files say. */
static void check_size(struct voc *voc, const struct verify_part *part, const struct numbers *numbers,
                       const struct numbers *image)
{
	if (numbers->len >= 2 && image->len == 2 &&
	    (numbers->items[0] != image->items[0] || numbers->items[1] != image->items[1])) {
		verify_problems_add(voc->problems, VERIFY_VOC_SIZE, part->path,
		                    "it is of %" PRIu64 "x%" PRIu64 " pixels, the picture has %" PRIu64 "x%" PRIu64,
		                    numbers->items[0], numbers->items[1], image->items[0], image->items[1]);
	}
}

/* What readers of a foreign tree need: a picture for all that is of one, masks for those of a list of masks, and sizes
 * that are those of the picture. */
static void check_foreign(struct voc *voc, const char *key, const struct verify_part *parts, size_t n,
                          const struct numbers *image)
{
	static const char sized[] = { XML, CLASS, OBJECT };
	if (!verify_group_find(parts, n, IMAGE)) {
		verify_problems_add(voc->problems, VERIFY_VOC_FILE, parts[0].path, "there is no picture '%s'", key);
		return;
	}
	if (verify_group_find(parts, n, MASKED) &&
	    (!verify_group_find(parts, n, CLASS) || !verify_group_find(parts, n, OBJECT))) {
		verify_problems_add(voc->problems, VERIFY_VOC_FILE, verify_group_find(parts, n, MASKED)->path,
		                    "'%s' lacks a mask", key);
	}
	for (size_t i = 0; i < RV_COUNTOF(sized); i++) {
		const struct verify_part *const part = verify_group_find(parts, n, sized[i]);
		struct numbers said = numbers_of(part);
		if (part) {
			check_size(voc, part, &said, image);
		}
		free(said.items);
	}
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	static const struct verify_group_kind kinds[] = { { IMAGE, "picture" },
		                                          { XML, "annotation" },
		                                          { LINE, "line of a list" },
		                                          { CLASS, "mask of classes" },
		                                          { OBJECT, "mask of objects" },
		                                          { MASKED, "line of a list of masks" },
		                                          { 0, NULL } },
	                                      unmasked[] = { { IMAGE, "picture" },
		                                             { XML, "annotation" },
		                                             { LINE, "line of a list" },
		                                             { 0, NULL } };
	struct voc *const voc = state;
	const struct verify_group_kind *const wanted = voc->has_masks ? kinds : unmasked;
	const bool is_foreign = voc->context->is_foreign;
	const struct verify_part *const picture = verify_group_find(parts, n, IMAGE),
	                                *const xml = verify_group_find(parts, n, XML),
	                                *const class = verify_group_find(parts, n, CLASS),
	                                *const object = verify_group_find(parts, n, OBJECT);
	struct numbers image = numbers_of(picture), said = numbers_of(xml), classes = numbers_of(class),
	               objects = numbers_of(object);
	if (is_foreign) {
		check_foreign(voc, key, parts, n, &image);
	} else if (verify_group_is_whole(parts, n, wanted, VERIFY_VOC_FILE, voc->problems)) {
		check_size(voc, xml, &said, &image);
		if (said.len > 0 && strcmp(strchr(xml->text, '.'), strrchr(picture->path, '.')) != 0) {
			verify_problems_add(voc->problems, VERIFY_VOC_FILE, xml->path, "its picture is '%s'",
			                    rv_path_base(picture->path));
		}
		if (said.len >= 3 && said.items[2] != voc->has_masks) {
			verify_problems_add(voc->problems, VERIFY_VOC_XML, xml->path,
			                    "segmented is %" PRIu64 ", but the dataset has %s masks", said.items[2],
			                    voc->has_masks ? "its" : "no");
		}
		if (voc->has_masks && said.len >= 3 && classes.len >= 2 && objects.len >= 2) {
			check_size(voc, class, &classes, &image);
			check_size(voc, object, &objects, &image);
			check_objects(voc, object, &said, &objects);
			check_classes(voc, class, &objects, &said, &classes);
		}
	}
	free(image.items);
	free(said.items);
	free(classes.items);
	free(objects.items);
	return 0;
}

static int end_voc(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct voc *const voc = state;
	voc->problems = problems;
	return verify_groups_end(voc->groups, visit, voc, err);
}

const struct verify_class verify_voc = {
	.format = &format_voc,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_voc,
	.file = look_at_file,
	.take = take_file,
	.end = end_voc,
	.free = free_voc,
};
