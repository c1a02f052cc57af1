/* SPDX-License-Identifier: MIT */
/* Which labels are wanted of a view, and the digest of all that decides what each of them is. */
#include <stdatomic.h>
#include <string.h>

#include "diag.h"
#include "mask/request_private.h"

/* ---- what is wanted -------------------------------------------------------------------------------------------- */

/* Every pass that the product is made of was rendered, and what it needs besides is there. */
static bool is_possible(const struct mask_product *product, const struct mask_view *view)
{
	bool possible = !product->is_possible || product->is_possible(view);
	for (const struct mask_read *r = product->reads; possible && r && r->pass != RV_ROLES; r++) {
		possible = r->is_optional || mask_pass(view, rv_roles[r->pass].name);
	}
	return possible;
}

/* Tells once for each label that options name why there is none. */
static void warn_of(const struct mask_request *request, const struct mask_view *view, size_t product)
{
	static atomic_uint_fast64_t warned; /* bit i: mask_products[i] */
	const struct mask_read *missing = mask_products[product]->reads;
	while (missing && missing->pass != RV_ROLES &&
	       (missing->is_optional || mask_pass(view, rv_roles[missing->pass].name))) {
		missing++;
	}
	const uint_fast64_t bit = (uint_fast64_t)1 << product;
	if (!view->name && missing && missing->pass != RV_ROLES && mask_product_is_chosen(mask_products[product]) &&
	    !(atomic_fetch_or(&warned, bit) & bit)) {
		const bool is_amodal = missing->pass == RV_ROLE_AMODAL_RUNS;
		rv_warn("'%s': no %s, since %s was not rendered: rv-blend %s%s", request->sample.dir,
		        mask_products[product]->name, rv_roles[missing->pass].name,
		        is_amodal ? "--amodal" : "--passes ", is_amodal ? "" : rv_roles[missing->pass].name);
	}
}

static bool is_asked(const struct mask_request *request, const struct mask_view *view,
                     const struct mask_product *product, const char *role, const struct mask_role *kind)
{
	const struct mask_settings *const settings = request->settings;
	bool is_named;
	if (product->keeps) {
		return mask_settings_keeps(settings, mask_product_kept_pass(role)) ||
		       mask_settings_name(settings, role, &is_named);
	}
	if ((kind && kind->is_always) || (mask_settings_keeps(settings, role) && !mask_product_keeps(role))) {
		return true;
	}
	if (kind && kind->is_preview && settings->no_preview) {
		return false;
	}
	return mask_settings_name(settings, role, &is_named) ||
	       (!is_named && (!kind || mask_pass(view, role) || mask_product_is_asked(product, kind->id)));
}

static void add_output(struct mask_request *request, struct mask_view *view, size_t product, const char *role)
{
	const struct mask_role *const kind = mask_product_role(mask_products[product], role);
	const struct rv_role *const row = rv_role_find(role);
	if (is_asked(request, view, mask_products[product], role, kind)) {
		view->outputs[view->n_outputs++] = (struct mask_output) {
			.product = product,
			.role = role,
			.kind = kind,
			.is_folder = row && row->kind == RV_FILE_FOLDER,
			.is_of_view = row && row->kind == RV_FILE_NPZ,
		};
		request->is_wanted[product] = true;
	}
}

/* Files of passes that no label keeps whole. */
static void add_kept(struct mask_request *request, struct mask_view *view, size_t product)
{
	for (size_t i = 0; i < view->n_passes; i++) {
		const char *const pass = view->passes[i].role;
		if (mask_products[product]->keeps(pass)) {
			add_output(request, view, product, rv_arena_printf(&request->arena, "kept_%s", pass));
		}
	}
}

int mask_request_outputs(struct mask_request *request, struct mask_view *view, struct rv_err *err)
{
	view->outputs = rv_arena_alloc(&request->arena, RV_ROLES + 2 * view->n_passes, sizeof(*view->outputs));
	for (size_t i = 0; i < mask_product_count; i++) {
		const struct mask_product *const product = mask_products[i];
		const bool possible = is_possible(product, view);
		if (!possible) {
			warn_of(request, view, i);
		}
		for (size_t k = 0; mask_product_keeps_passes(product) && k < view->n_passes; k++) {
			if (mask_product_of_role(view->passes[k].role) == i) {
				add_output(request, view, i, view->passes[k].role);
			}
		}
		if (product->keeps) {
			add_kept(request, view, i);
			continue;
		}
		for (const struct mask_role *r = product->roles;
		     !mask_product_keeps_passes(product) && r && r->id != RV_ROLES; r++) {
			if (possible) {
				add_output(request, view, i, rv_roles[r->id].name);
			} else if (r->is_always) {
				return rv_fail(err, RV_E_BAD_RECORD,
				               "field 'channels.%s' is missing: labels are made from it",
				               rv_roles[product->reads->pass].name);
			}
		}
		request->is_wanted[i] |=
		        !product->roles && !product->takes_rest && possible && mask_product_is_asked(product, RV_ROLES);
	}
	return 0;
}

bool mask_annotates(const struct mask_request *request, const struct mask_view *view, size_t product)
{
	bool has_output = !mask_products[product]->roles;
	for (size_t i = 0; !has_output && i < view->n_outputs; i++) {
		has_output = view->outputs[i].product == product;
	}
	return has_output && mask_products[product]->annotate && request->is_wanted[product];
}

/* ---- keys ------------------------------------------------------------------------------------------------------ */

/* What all labels of the sample depend on: the rendering, and what the pictures are called. */
static void put_pictures(const struct mask_request *request, struct rv_json_out *out)
{
	rv_json_put_string(out, "blend", request->blend_key);
	rv_json_put_bool(out, "sequence", request->sample.is_sequence);
	if (request->unit_scale != 1.0) {
		rv_json_put_double(out, "unit_scale", request->unit_scale);
	}
	rv_json_open(out, "views", '[');
	for (size_t i = 0; i < request->n_views; i++) {
		const struct mask_view *const view = &request->views[i];
		rv_json_put_string(out, NULL, view->prefix);
		for (size_t k = 0; request->sample.is_sequence && k < view->n_pictures; k++) {
			rv_json_put_string(out, NULL, view->pictures[k].frame_name);
		}
	}
	rv_json_close(out, ']');
}

static void put_pass(const struct mask_pass *pass, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '[');
	rv_json_put_string(out, NULL, pass->role);
	for (size_t i = 0; i < pass->n_channels; i++) {
		rv_json_put_string(out, NULL, pass->channels[i]);
	}
	rv_json_close(out, ']');
}

/* What stands in the place of the index. */
static void put_named(const struct mask_request *request, const struct mask_view *view, struct rv_json_out *out)
{
	put_pass(mask_pass(view, rv_roles[RV_ROLE_CRYPTO_OBJECT].name), out);
	for (size_t i = 0; i < request->n_named; i++) {
		rv_json_put_u64(out, NULL, request->named[i].id);
		rv_json_put_u64(out, NULL, request->named[i].index);
	}
}

/* The channels that a product is made of, view by view. */
static void put_passes(const struct mask_request *request, size_t product, struct rv_json_out *out)
{
	const bool keeps = mask_product_keeps_passes(mask_products[product]);
	rv_json_open(out, "passes", '[');
	for (size_t i = 0; i < request->n_views; i++) {
		const struct mask_view *const view = &request->views[i];
		rv_json_open(out, NULL, '[');
		for (const struct mask_read *r = mask_products[product]->reads; r && r->pass != RV_ROLES; r++) {
			for (size_t k = 0; mask_read_is_asked(r) && k < view->n_passes; k++) {
				if (rv_role_is(view->passes[k].role, r->pass)) {
					put_pass(&view->passes[k], out);
				}
			}
			if (r->pass == RV_ROLE_INDEX && request->named) {
				put_named(request, view, out);
			}
		}
		for (size_t k = 0; keeps && k < view->n_passes; k++) {
			if (mask_product_of_role(view->passes[k].role) == product) {
				put_pass(&view->passes[k], out);
			}
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

void mask_request_key(struct mask_request *request, size_t place, const struct mask_product *product)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "label", product->name);
	rv_json_put_u64(&out, "version", product->version);
	rv_json_put_string(&out, "pictures", request->pictures);
	put_passes(request, place, &out);
	for (const char *const *name = product->stands_on; name && *name; name++) {
		rv_json_put_string(&out, *name, request->keys[mask_product_find(*name)]);
	}
	rv_json_open(&out, "data", '[');
	if (product->key) {
		product->key(request, request->data[place], &out);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_hash_bytes(text.ptr, text.len, request->keys[place]);
	rv_str_release(&text);
}

static void find_pictures(struct mask_request *request)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	put_pictures(request, &out);
	rv_json_close(&out, '}');
	rv_hash_bytes(text.ptr, text.len, request->pictures);
	rv_str_release(&text);
}

int mask_request_keys(struct mask_request *request, struct rv_err *err)
{
	find_pictures(request);
	for (size_t i = 0; i < mask_product_count; i++) {
		const struct mask_product *const product = mask_products[i];
		if (product->take && product->take(request, &request->arena, &request->data[i], err) < 0) {
			return -1;
		}
		mask_request_key(request, i, product);
	}
	return 0;
}
