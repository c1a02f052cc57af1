/* SPDX-License-Identifier: MIT */
/* Where the numbers come from. */
#include "mask/planes.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "png.h"

#define BACKGROUND 1e10f /* depth where there is no surface, in every unit */

const char *mask_channel_name(const struct mask_pass *pass, size_t i)
{
	const bool is_crypto = rv_role_is(pass->role, RV_ROLE_CRYPTO_OBJECT) ||
	                       rv_role_is(pass->role, RV_ROLE_CRYPTO_MATERIAL) ||
	                       rv_role_is(pass->role, RV_ROLE_CRYPTO_ASSET);
	const int n_parts = is_crypto ? 2 : 1;
	const char *at = pass->channels[i] + strlen(pass->channels[i]);
	for (int parts = 0; at > pass->channels[i] && !(at[-1] == '.' && ++parts == n_parts);) {
		at--;
	}
	return pass->n_channels == 1 ? "V" : at;
}

const struct mask_value *mask_value(const struct mask_values *values, const char *role)
{
	for (size_t i = 0; i < values->len; i++) {
		if (strcmp(values->items[i].role, role) == 0) {
			return &values->items[i];
		}
	}
	return NULL;
}

bool mask_value_is_raw(const struct mask_value *value)
{
	return !value->kept || mask_product_kept_pass(value->kept);
}

/* ---- which ones ------------------------------------------------------------------------------------------------ */

struct search {
	const struct mask_request *request;
	const struct mask_view *view;
	const struct mask_state *state;
	bool has_passes;
	struct rv_arena *arena;
	struct mask_values *values;
	size_t cap;
};

static void add_value(struct search *search, struct mask_value value)
{
	struct mask_values *const values = search->values;
	if (mask_value(values, value.role)) {
		return;
	}
	if (values->len == search->cap) {
		search->cap = RV_MAX(2 * search->cap, (size_t)16);
		struct mask_value *const more = rv_arena_alloc(search->arena, search->cap, sizeof(*more));
		if (values->len > 0) {
			memcpy(more, values->items, values->len * sizeof(*more));
		}
		values->items = more;
	}
	values->items[values->len++] = value;
}

/* True when a label of the sample holds the role's numbers for all pictures of the view. */
static bool is_kept(const struct search *search, const char *role)
{
	const size_t product = mask_product_of_role(role);
	struct rv_str path = RV_STR_INIT;
	bool kept =
	        product != MASK_NO_PRODUCT && mask_products[product]->holds_numbers && search->state->is_valid[product];
	for (size_t i = 0; kept && i < search->view->n_pictures; i++) {
		rv_str_clear(&path);
		mask_path(search->view, &search->view->pictures[i], role, &path);
		const struct mask_listed *const file = mask_state_find(search->state, path.ptr);
		kept = file && file->product == product && file->is_there;
	}
	rv_str_release(&path);
	return kept;
}

/* From the file of `kept`. The channels in it are those of the pass, or the letters of the row. */
static void add_kept(struct search *search, const char *role, const char *kept)
{
	const struct mask_pass *const pass = mask_pass(search->view, role);
	const struct rv_role *const row = rv_role_find(kept);
	const size_t n = pass ? pass->n_channels : row ? strlen(row->channels) : 0;
	if (row && row->kind == RV_FILE_PNG) {
		add_value(search, (struct mask_value) { .role = role, .kept = kept, .n_channels = 1 });
		return;
	}
	const char **const names = rv_arena_alloc(search->arena, n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		names[i] = pass ? mask_channel_name(pass, i) : rv_arena_strndup(search->arena, row->channels + i, 1);
	}
	add_value(search, (struct mask_value) { .role = role, .kept = kept, .channels = names, .n_channels = n });
}

/* False when it cannot be had. */
static bool want(struct search *search, const char *role)
{
	const struct mask_pass *const pass = mask_pass(search->view, role);
	if (search->has_passes && pass) {
		add_value(search, (struct mask_value) { .role = role,
		                                        .file = pass->file,
		                                        .channels = pass->channels,
		                                        .n_channels = pass->n_channels });
		return !search->request->named || !rv_role_is(role, RV_ROLE_INDEX) ||
		       want(search, rv_roles[RV_ROLE_CRYPTO_OBJECT].name);
	}
	const char *const raw = rv_arena_printf(search->arena, "kept_%s", role);
	const char *const kept = is_kept(search, role) ? role : is_kept(search, raw) ? raw : NULL;
	if (search->has_passes || !kept) {
		return false;
	}
	add_kept(search, role, kept);
	return true;
}

/* All that a product is made of. What is optional must be had where it was rendered: without, the label would be
 * another. */
static bool want_reads(struct search *search, const struct mask_product *product)
{
	bool all = true;
	for (const struct mask_read *r = product->reads; all && r && r->pass != RV_ROLES; r++) {
		bool is_there = false;
		for (size_t i = 0; all && mask_read_is_asked(r) && i < search->view->n_passes; i++) {
			if (rv_role_is(search->view->passes[i].role, r->pass)) {
				is_there = true;
				all = want(search, search->view->passes[i].role);
			}
		}
		all = all && (is_there || r->is_optional);
	}
	return all;
}

static bool want_output(struct search *search, const struct mask_output *output)
{
	const struct mask_product *const product = mask_products[output->product];
	if (mask_product_keeps_passes(product)) {
		return want(search, output->role);
	}
	if (product->keeps) {
		return search->has_passes && want(search, mask_product_kept_pass(output->role));
	}
	const bool has_from = !search->has_passes && output->kind && output->kind->from != RV_ROLE_IMAGE &&
	                      is_kept(search, rv_roles[output->kind->from].name);
	return has_from ? want(search, rv_roles[output->kind->from].name) : want_reads(search, product);
}

/* The place of a file in rv_hand_overs; RV_HAND_OVERS for another. */
static size_t hand_over(enum rv_role_id file)
{
	size_t i = 0;
	while (i < RV_HAND_OVERS && rv_hand_overs[i] != file) {
		i++;
	}
	return i;
}

/* Gives each its planes: those of one file follow each other, those of none come last. */
static void place_planes(struct mask_values *values)
{
	for (size_t k = 0; k <= RV_HAND_OVERS; k++) {
		for (size_t i = 0; i < values->len; i++) {
			struct mask_value *const value = &values->items[i];
			if (hand_over(value->file) == k) {
				value->first = values->n_planes;
				values->n_planes += value->n_channels;
			}
		}
	}
}

int mask_values_find(const struct mask_request *request, const struct mask_view *view, const struct mask_state *state,
                     bool has_passes, bool annotates, struct rv_arena *arena, struct mask_values *values)
{
	struct search search = { .request = request,
		                 .view = view,
		                 .state = state,
		                 .has_passes = has_passes,
		                 .arena = arena,
		                 .values = values };
	*values = (struct mask_values) { .are_kept = !has_passes };
	bool all = true;
	for (size_t i = 0; all && i < view->n_outputs; i++) {
		all = !view->outputs[i].is_made || want_output(&search, &view->outputs[i]);
	}
	for (size_t i = 0; all && annotates && i < mask_product_count; i++) {
		all = !mask_annotates(request, view, i) || want_reads(&search, mask_products[i]);
	}
	place_planes(values);
	return all ? 0 : -1;
}

/* What outputs of a view read of the pictures of the search's. */
static bool want_others(struct search *search, const struct mask_view *reader)
{
	bool all = true;
	for (size_t i = 0; all && i < reader->n_outputs; i++) {
		const struct mask_product *const product = mask_products[reader->outputs[i].product];
		const bool reads = reader == search->view ? product->reads_others : product->reads_views;
		all = !reader->outputs[i].is_made || !reads || want_reads(search, product);
	}
	return all;
}

int mask_values_find_others(const struct mask_request *request, const struct mask_view *view,
                            const struct mask_state *state, bool has_passes, struct rv_arena *arena,
                            struct mask_values *values)
{
	struct search search = { .request = request,
		                 .view = view,
		                 .state = state,
		                 .has_passes = has_passes,
		                 .arena = arena,
		                 .values = values };
	*values = (struct mask_values) { .are_kept = !has_passes };
	bool all = true;
	for (size_t v = 0; all && v < request->n_views; v++) {
		all = want_others(&search, &request->views[v]);
	}
	place_planes(values);
	return all ? 0 : -1;
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

void mask_opened_close(struct mask_opened *opened)
{
	for (size_t i = 0; i < RV_HAND_OVERS; i++) {
		rv_exr_close(opened->files[i].exr);
		rv_source_close(&opened->files[i].source);
	}
}

const struct rv_exr *mask_opened_exr(const struct mask_opened *opened, const struct mask_pass *pass)
{
	return opened->files[hand_over(pass->file)].exr;
}

/* The values of one file; nothing is opened where there are none. */
static int read_passes(const struct mask_values *values, enum rv_role_id file, const struct mask_request *request,
                       const struct rv_picture *picture, struct rv_image *planes, struct mask_opened *opened,
                       struct rv_err *err)
{
	const enum rv_exr_forms forms = request->settings->foreign_exr ? RV_EXR_ALL_FORMS : RV_EXR_BLENDERS_FORMS;
	struct rv_source *const source = &opened->files[hand_over(file)].source;
	struct rv_exr **const exr = &opened->files[hand_over(file)].exr;
	const char **const names = rv_alloc_zero(values->n_planes + 1, sizeof(*names));
	size_t first = values->n_planes, n = 0;
	for (size_t i = 0; i < values->len; i++) {
		const struct mask_value *const value = &values->items[i];
		if (value->file == file) {
			first = RV_MIN(first, value->first);
			memcpy(names + n, value->channels, value->n_channels * sizeof(*names));
			n += value->n_channels;
		}
	}
	int status = 0;
	if (n > 0) {
		status = mask_open(request, rv_picture_file(picture, file), source, err) < 0 ||
		                         rv_exr_open(source, forms, exr, err) < 0
		                 ? -1
		                 : rv_exr_read(*exr, names, n, planes + first, err);
	}
	free(names);
	return status;
}

/* Files that belong together have one size. */
static int check_size(const struct mask_values *values, const struct rv_image *planes, const char *path,
                      struct rv_err *err)
{
	for (size_t i = 1; i < values->n_planes; i++) {
		if (planes[i].width != planes[0].width || planes[i].height != planes[0].height) {
			return rv_fail(err, RV_E_BAD_FILE, "'%s': not of the size of the sample's other labels", path);
		}
	}
	return 0;
}

/* Passes are in Blender's unit, labels in metres. */
static void to_metres(const struct mask_values *values, double unit_scale, struct rv_image *planes)
{
	static const enum rv_role_id lengths[] = { RV_ROLE_DEPTH, RV_ROLE_DISTANCE, RV_ROLE_POSITION };
	for (size_t i = 0; unit_scale != 1.0 && i < RV_COUNTOF(lengths); i++) {
		const struct mask_value *const value = mask_value(values, rv_roles[lengths[i]].name);
		for (size_t k = 0; value && k < value->n_channels; k++) {
			struct rv_image *const plane = &planes[value->first + k];
			const size_t n = (size_t)plane->width * plane->height;
			for (size_t at = 0; at < n; at++) {
				const float length = plane->f32[at];
				plane->f32[at] = length < BACKGROUND ? (float)(length * unit_scale) : length;
			}
		}
	}
}

/* A map of whole numbers. */
static int read_png(const struct rv_source *source, struct rv_image *plane, struct rv_err *err)
{
	struct rv_image map = RV_IMAGE_INIT;
	int status = rv_png_read_from(source, &map, err);
	if (status == 0 && (map.channels != 1 || map.pixel != RV_PIXEL_U16)) {
		status = rv_fail(err, RV_E_BAD_FILE, "'%s' is no grey picture of 16 bits", source->name);
	}
	if (status == 0) {
		status = rv_image_init(plane, map.width, map.height, 1, RV_PIXEL_F32, err);
	}
	const size_t n = status == 0 ? (size_t)map.width * map.height : 0;
	for (size_t i = 0; i < n; i++) {
		plane->f32[i] = map.u16[i];
	}
	rv_image_release(&map);
	return status;
}

static int read_exr(const struct rv_source *source, const struct mask_value *value, struct rv_image *planes,
                    struct rv_err *err)
{
	struct rv_exr *exr = NULL;
	const int status = rv_exr_open(source, RV_EXR_BLENDERS_FORMS, &exr, err) < 0
	                           ? -1
	                           : rv_exr_read(exr, value->channels, value->n_channels, planes, err);
	rv_exr_close(exr);
	return status;
}

static int read_kept(const struct mask_values *values, const struct mask_request *request, const struct mask_view *view,
                     const struct rv_picture *picture, struct rv_image *planes, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; status == 0 && i < values->len; i++) {
		const struct mask_value *const value = &values->items[i];
		struct rv_source source = RV_SOURCE_INIT;
		rv_str_clear(&path);
		mask_path(view, picture, value->kept, &path);
		status = mask_open(request, path.ptr, &source, err);
		if (status == 0) {
			status = value->channels ? read_exr(&source, value, planes + value->first, err)
			                         : read_png(&source, planes + value->first, err);
		}
		rv_source_close(&source);
	}
	if (status == 0) {
		status = check_size(values, planes, path.ptr, err);
	}
	rv_str_release(&path);
	return status;
}

/* Puts what Cryptomatte says in the place of the index, which is empty where no pass has it. */
static int find_index(const struct mask_values *values, const struct mask_request *request, struct rv_image *planes,
                      struct rv_err *err)
{
	const struct mask_value *const index = mask_value(values, rv_roles[RV_ROLE_INDEX].name);
	const struct mask_value *const crypto = mask_value(values, rv_roles[RV_ROLE_CRYPTO_OBJECT].name);
	if (!request->named || !index) {
		return 0;
	}
	const struct rv_image *const coverage = &planes[crypto->first];
	struct rv_image *const map = &planes[index->first];
	if (hand_over(index->file) == RV_HAND_OVERS) {
		if (rv_image_init(map, coverage->width, coverage->height, 1, RV_PIXEL_F32, err) < 0) {
			return -1;
		}
		memset(map->f32, 0, (size_t)map->width * map->height * sizeof(*map->f32));
	}
	mask_coverage_share(&planes[crypto->first], crypto->n_channels);
	mask_coverage_to_index(coverage, crypto->n_channels, request->named, request->n_named, map);
	return 0;
}

int mask_values_read(const struct mask_values *values, const struct mask_request *request, const struct mask_view *view,
                     const struct rv_picture *picture, struct rv_image *planes, struct mask_opened *opened,
                     struct rv_err *err)
{
	*opened = (struct mask_opened) { 0 };
	for (size_t i = 0; i < RV_HAND_OVERS; i++) {
		opened->files[i].source = (struct rv_source)RV_SOURCE_INIT;
	}
	if (values->are_kept) {
		return read_kept(values, request, view, picture, planes, err);
	}
	for (size_t i = 0; i < RV_HAND_OVERS; i++) {
		if (read_passes(values, rv_hand_overs[i], request, picture, planes, opened, err) < 0) {
			return -1;
		}
	}
	to_metres(values, request->unit_scale, planes);
	return find_index(values, request, planes, err) < 0
	               ? -1
	               : check_size(values, planes, rv_picture_file(picture, RV_ROLE_PASSES), err);
}
