/* SPDX-License-Identifier: MIT */
/* One picture and its files: see picture.h. */
#include "verify/picture.h"

#include <inttypes.h>
#include <string.h>

#define VERIFY_PICTURE(name) extern const struct verify_label verify_picture_##name;
#define VERIFY_CHECK(constant, id, severity, text)
#include "verify/checks.def"
#undef VERIFY_PICTURE

#define VERIFY_PICTURE(name) &verify_picture_##name,
static const struct verify_label *const labels[] = {
#include "verify/checks.def"
};
#undef VERIFY_PICTURE
#undef VERIFY_CHECK

enum { INDEX, DEPTH }; /* places in maps */
static const enum rv_role_id map_roles[] = { [INDEX] = RV_ROLE_INDEX, [DEPTH] = RV_ROLE_DEPTH };

void verify_picture_init(struct verify_picture *picture, struct verify_files *files, const struct verify_rules *rules,
                         struct verify_problems *problems)
{
	static const struct verify_file none = { .name = RV_STR_INIT,
		                                 .source = RV_SOURCE_INIT,
		                                 .decoded = VERIFY_DECODED_INIT };
	*picture = (struct verify_picture) { .files = files,
		                             .rules = rules,
		                             .problems = problems,
		                             .clip = VERIFY_CLIP_INIT,
		                             .arena = RV_ARENA_INIT,
		                             .maps = { none, none },
		                             .present = none,
		                             .partner = none };
}

static void release_file(struct verify_file *file)
{
	verify_decoded_release(&file->decoded);
	rv_source_close(&file->source);
	rv_str_release(&file->name);
}

void verify_picture_release(struct verify_picture *picture)
{
	release_file(&picture->maps[INDEX]);
	release_file(&picture->maps[DEPTH]);
	release_file(&picture->present);
	release_file(&picture->partner);
	verify_clip_release(&picture->clip);
	rv_image_release(&picture->before.depth);
	rv_image_release(&picture->before.index);
	rv_arena_release(&picture->arena);
}

/* ---- what holds for a file of any role --------------------------------------------------------------------------- */

/* Whether a file ends as those of its role do. An image may be another picture than a PNG. */
static bool has_kind(const struct rv_role *row, enum verify_kind kind)
{
	switch (row->kind) {
	case RV_FILE_PNG:
		return kind == VERIFY_KIND_PNG || !row->channels[0];
	case RV_FILE_FOLDER:
		return kind == VERIFY_KIND_PNG;
	case RV_FILE_EXR:
		return kind == VERIFY_KIND_EXR;
	case RV_FILE_FLO:
		return kind == VERIFY_KIND_FLO;
	case RV_FILE_NPY:
		return kind == VERIFY_KIND_NPY;
	case RV_FILE_JSON:
		return kind == VERIFY_KIND_JSON;
	default:
		return kind == VERIFY_KIND_OTHER;
	}
}

/* What the picture has that its role has not, in *text. */
static bool has_image_form(const struct rv_role *row, const struct rv_image *image, struct rv_str *text)
{
	const size_t n_channels = strlen(row->channels), bits = rv_pixel_size(image->pixel) * 8;
	if ((n_channels == 0 || n_channels == image->channels) && (row->bits == 0 || row->bits == bits)) {
		return true;
	}
	rv_str_printf(text, "%" PRIu32 " channels of %zu bits, but it has ", image->channels, bits);
	rv_str_printf(text, n_channels > 0 ? "%zu" : "any", n_channels);
	rv_str_printf(text, row->bits > 0 ? " of %u" : " of any", row->bits);
	return false;
}

static bool has_planes(const struct rv_role *row, const struct verify_decoded *decoded, struct rv_str *text)
{
	bool is_same = decoded->n_planes == strlen(row->channels);
	for (size_t i = 0; is_same && i < decoded->n_planes; i++) {
		is_same = decoded->planes[i].name[0] == row->channels[i] && decoded->planes[i].name[1] == '\0';
	}
	if (!is_same) {
		rv_str_printf(text, "its channels are not %s", row->channels);
	}
	return is_same;
}

static bool has_form(const struct rv_role *row, const struct verify_decoded *decoded, struct rv_str *text)
{
	switch (decoded->kind) {
	case VERIFY_KIND_PNG:
		return has_image_form(row, &decoded->image, text);
	case VERIFY_KIND_EXR:
		return !row->channels[0] || has_planes(row, decoded, text);
	default:
		return true;
	}
}

static void start_file(const struct verify_picture *picture, struct verify_file *file, const struct rv_file *what,
                       size_t k)
{
	verify_decoded_clear(&file->decoded);
	rv_source_close(&file->source);
	file->file = what;
	file->k = k;
	rv_str_clear(&file->name);
	picture->files->name(picture->files, what, k, &file->name);
}

static int open_file(const struct verify_picture *picture, struct verify_file *file, struct rv_err *err)
{
	return picture->files->open(picture->files, file->file, file->k, &file->source, err);
}

static int decode_file(struct verify_file *file, bool wants_pixels, struct rv_err *err)
{
	return verify_decode(&file->source, file->file->paths[file->k], wants_pixels, &file->decoded, err);
}

static bool has_size(const struct verify_picture *picture, uint32_t width, uint32_t height)
{
	return width == 0 || picture->width == 0 || (width == picture->width && height == picture->height);
}

static bool check_size(struct verify_picture *picture, const struct verify_file *file, uint32_t width, uint32_t height)
{
	const bool is_right = has_size(picture, width, height);
	if (!is_right) {
		verify_problems_add(picture->problems, VERIFY_FILE_SIZE, file->name.ptr,
		                    "it is %" PRIu32 "x%" PRIu32 ", the sample is %" PRIu32 "x%" PRIu32, width, height,
		                    picture->width, picture->height);
	}
	return is_right;
}

/* False, and a problem, when it cannot be opened, or is of another size by its header: then it is not decoded, since it
 * may be of any. */
static bool open_sized(struct verify_picture *picture, struct verify_file *file)
{
	struct rv_err err = RV_ERR_INIT;
	uint32_t width, height;
	picture->n_files++;
	if (open_file(picture, file, &err) < 0) {
		verify_problems_add_unopened(picture->problems, file->name.ptr, &err);
		return false;
	}
	verify_decode_size(&file->source, file->file->paths[file->k], &width, &height);
	return check_size(picture, file, width, height);
}

static bool looks_at(const struct verify_picture *picture, const struct verify_label *label, const struct rv_file *file)
{
	const struct verify_rules *const rules = picture->rules;
	if (label->is_of_quality && !rules->quality && !rules->portrait && !rules->frames) {
		return false;
	}
	const enum rv_role_id *role = label->roles;
	while (role && *role != RV_ROLES && file->row != &rv_roles[*role]) {
		role++;
	}
	return label->file && (!role || *role != RV_ROLES);
}

/* Besides their size and form: the numbers of every OpenEXR file but the passes; the pixels of a PNG only where its
 * role says what they must be. */
static bool wants_pixels(const struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_file *const what = file->file;
	bool wants = what->row == &rv_roles[RV_ROLE_INDEX];
	if (verify_decode_kind(what->paths[file->k]) != VERIFY_KIND_PNG) {
		return !rv_role_is_hand_over(what->role);
	}
	for (size_t i = 0; i < RV_COUNTOF(labels); i++) {
		wants |= labels[i]->roles && looks_at(picture, labels[i], what);
	}
	return wants;
}

/* False, and a problem, unless it is what a file of its role must be. */
static bool look_at(struct verify_picture *picture, struct verify_file *file)
{
	const struct rv_role *const row = file->file->row;
	struct verify_decoded *const decoded = &file->decoded;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	if (!open_sized(picture, file)) {
		return false;
	}
	if (row && !has_kind(row, verify_decode_kind(file->file->paths[file->k]))) {
		verify_problems_add(picture->problems, VERIFY_FILE_KIND, file->name.ptr,
		                    "it does not end as files of role '%s' do", file->file->role);
		return false;
	}
	if (decode_file(file, wants_pixels(picture, file), &err) < 0) {
		verify_problems_add_undecoded(picture->problems, file->name.ptr, &err);
		return false;
	}
	if (!check_size(picture, file, decoded->width, decoded->height)) { /* of a file without a header to ask */
		return false;
	}
	if (picture->width == 0) {
		picture->width = decoded->width;
		picture->height = decoded->height;
	}
	const bool is_right = !row || has_form(row, decoded, &text);
	if (!is_right) {
		verify_problems_add(picture->problems, VERIFY_FILE_FORM, file->name.ptr, "%s", text.ptr);
	}
	rv_str_release(&text);
	return is_right;
}

/* ---- what holds for each kind of label --------------------------------------------------------------------------- */

static void check_decoded(struct verify_picture *picture, const struct verify_file *file)
{
	for (size_t i = 0; i < RV_COUNTOF(labels); i++) {
		if (looks_at(picture, labels[i], file->file)) {
			picture->notes = &picture->all_notes[i];
			labels[i]->file(picture, file);
		}
	}
}

/* A map is looked at before all else, and kept. */
static bool load_map(struct verify_picture *picture, size_t map)
{
	const struct rv_file *const file = rv_picture_files(picture->picture, rv_roles[map_roles[map]].name);
	if (!file || file->n_paths != 1 || !picture->files->has(picture->files, file)) {
		return false;
	}
	start_file(picture, &picture->maps[map], file, 0);
	return look_at(picture, &picture->maps[map]);
}

static bool is_map(const struct rv_file *file)
{
	return file->n_paths == 1 && (file->row == &rv_roles[RV_ROLE_INDEX] || file->row == &rv_roles[RV_ROLE_DEPTH]);
}

static void check_others(struct verify_picture *picture, const struct rv_file *file)
{
	for (size_t k = 0; !is_map(file) && k < file->n_paths && picture->files->has(picture->files, file); k++) {
		start_file(picture, &picture->present, file, k);
		if (look_at(picture, &picture->present)) {
			check_decoded(picture, &picture->present);
		}
	}
}

void verify_picture_check(struct verify_picture *picture, const struct rv_picture *what)
{
	struct verify_file *const maps = picture->maps;
	rv_arena_clear(&picture->arena);
	picture->picture = what;
	picture->all_notes = rv_arena_alloc(&picture->arena, RV_COUNTOF(labels), sizeof(*picture->all_notes));
	picture->partner_file = NULL;
	picture->index = load_map(picture, INDEX) ? &maps[INDEX].decoded.image : NULL;
	picture->depth = load_map(picture, DEPTH) ? &maps[DEPTH].decoded.planes[0].image : NULL;
	for (size_t i = 0; i < RV_COUNTOF(map_roles); i++) {
		if (i == INDEX ? picture->index : picture->depth) {
			check_decoded(picture, &maps[i]);
		}
	}
	for (size_t i = 0; i < what->n_files; i++) {
		check_others(picture, &what->files[i]);
	}
	for (size_t i = 0; i < RV_COUNTOF(labels); i++) {
		if (labels[i]->whole) {
			picture->notes = &picture->all_notes[i];
			labels[i]->whole(picture);
		}
	}
}

void verify_picture_check_file(struct verify_picture *picture, const struct rv_file *file)
{
	struct verify_file *const present = &picture->present;
	struct rv_err err = RV_ERR_INIT;
	for (size_t k = 0; k < file->n_paths && picture->files->has(picture->files, file); k++) {
		start_file(picture, present, file, k);
		if (open_sized(picture, present) && decode_file(present, false, &err) < 0) {
			verify_problems_add_undecoded(picture->problems, present->name.ptr, &err);
		}
	}
}

/* ---- for picture/ ------------------------------------------------------------------------------------------------ */

const struct verify_decoded *verify_picture_partner(struct verify_picture *picture, enum rv_role_id role)
{
	return verify_picture_partner_of(picture, rv_roles[role].name);
}

const struct verify_decoded *verify_picture_partner_of(struct verify_picture *picture, const char *role)
{
	return verify_picture_partner_in(picture, picture->picture, role);
}

const struct verify_decoded *verify_picture_partner_in(struct verify_picture *picture, const struct rv_picture *other,
                                                       const char *role)
{
	const struct rv_file *const file = rv_picture_files(other, role);
	struct verify_file *const partner = &picture->partner;
	struct rv_str text = RV_STR_INIT;
	uint32_t width = 0, height = 0;
	if (file && picture->partner_file == file) {
		return &partner->decoded;
	}
	picture->partner_file = NULL;
	if (!file || file->n_paths != 1 || !picture->files->has(picture->files, file)) {
		return NULL;
	}
	start_file(picture, partner, file, 0);
	bool is_right = open_file(picture, partner, NULL) == 0;
	if (is_right) {
		verify_decode_size(&partner->source, file->paths[0], &width, &height);
		is_right = width > 0 && has_size(picture, width, height) &&
		           has_kind(file->row, verify_decode_kind(file->paths[0])) &&
		           decode_file(partner, true, NULL) == 0 && has_form(file->row, &partner->decoded, &text);
	}
	rv_str_release(&text);
	picture->partner_file = is_right ? file : NULL;
	return is_right ? &partner->decoded : NULL;
}

void verify_picture_blame(struct verify_picture *picture, enum verify_check check, const char *name, size_t pixel,
                          double value, const char *what)
{
	verify_problems_add(picture->problems, check, name, "pixel (%zu,%zu) is %.9g, %s", pixel % picture->width,
	                    pixel / picture->width, value, what);
}

const char *verify_picture_subject(struct verify_picture *picture)
{
	const char *const record = picture->files->record ? picture->files->record : "annotations";
	return rv_picture_file(picture->picture, RV_ROLE_INDEX) ? picture->maps[INDEX].name.ptr : record;
}

size_t verify_picture_pixels(const struct verify_picture *picture)
{
	return (size_t)picture->width * picture->height;
}
