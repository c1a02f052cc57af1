/* SPDX-License-Identifier: MIT */
/* The list of products: who writes and who reads what, and how the list is told. */
#include "mask/product.h"

#include <string.h>

#define PRODUCT(name) extern const struct mask_product mask_product_##name;
#include "mask/list.def"
#undef PRODUCT

#define PRODUCT(name) &mask_product_##name,
const struct mask_product *const mask_products[] = {
#include "mask/list.def"
};
#undef PRODUCT
const size_t mask_product_count = RV_COUNTOF(mask_products);

static const struct mask_role no_roles[] = { { .id = RV_ROLES } };

static const struct mask_role *roles_of(const struct mask_product *product)
{
	return product->roles ? product->roles : no_roles;
}

size_t mask_product_find(const char *name)
{
	for (size_t i = 0; i < mask_product_count; i++) {
		if (strcmp(mask_products[i]->name, name) == 0) {
			return i;
		}
	}
	return MASK_NO_PRODUCT;
}

const struct mask_role *mask_product_role(const struct mask_product *product, const char *role)
{
	for (const struct mask_role *r = roles_of(product); r->id != RV_ROLES; r++) {
		if (rv_role_is(role, r->id)) {
			return r;
		}
	}
	return NULL;
}

/* A pass that may be kept as it is: of a row for files of floats, or of a Blender that is newer than the rows. */
static bool is_rest(const char *role)
{
	const struct rv_role *const row = rv_role_find(role);
	return row ? row->kind == RV_FILE_EXR && row->writer == RV_WRITER_MASK : rv_role_may_be_pass(role);
}

size_t mask_product_of_role(const char *role)
{
	size_t rest = MASK_NO_PRODUCT;
	for (size_t i = 0; i < mask_product_count; i++) {
		if (mask_product_role(mask_products[i], role)) {
			return i;
		}
		rest = mask_products[i]->takes_rest && is_rest(role) ? i : rest;
	}
	return rest;
}

size_t mask_product_of_word(const char *word)
{
	return rv_role_find(word) ? mask_product_of_role(word) : mask_product_find(word);
}

bool mask_product_keeps(const char *pass)
{
	bool keeps = false;
	for (size_t i = 0; !keeps && i < mask_product_count; i++) {
		keeps = mask_products[i]->keeps && mask_products[i]->keeps(pass);
	}
	return keeps;
}

bool mask_product_is_asked(const struct mask_product *product, enum rv_role_id role)
{
	return (!product->asked || *product->asked) && (!product->chosen || *product->chosen != 0) &&
	       (!product->is_asked || product->is_asked(role));
}

bool mask_product_is_chosen(const struct mask_product *product)
{
	bool is_chosen = false;
	for (const struct rv_option *o = product->options; !is_chosen && o && o->kind != RV_OPT_END; o++) {
		is_chosen = (o->kind == RV_OPT_FLAG && *(const bool *)o->value) ||
		            (o->kind == RV_OPT_CHOICES && *(const unsigned int *)o->value != 0);
	}
	return is_chosen;
}

bool mask_product_needs(const struct mask_product *product, enum rv_role_id pass)
{
	bool needs = product->by_vertices && pass == RV_ROLE_VECTOR;
	for (const struct mask_read *r = product->reads; !needs && r && r->pass != RV_ROLES; r++) {
		needs = r->pass == pass && (r->asked ? *r->asked : !r->is_optional);
	}
	return needs;
}

bool mask_read_is_asked(const struct mask_read *read)
{
	return !read->asked || *read->asked;
}

const char *mask_product_kept_pass(const char *role)
{
	return rv_role_is(role, RV_ROLE_KEPT) ? role + strlen(rv_roles[RV_ROLE_KEPT].name) - 1 : NULL;
}

bool mask_product_keeps_passes(const struct mask_product *product)
{
	return !product->reads;
}

bool mask_product_reads(const char *pass, unsigned int *n_channels)
{
	if (rv_role_is_hand_over(pass)) { /* a file of numbers, which are no channels of another */
		return false;
	}
	for (size_t i = 0; i < mask_product_count; i++) {
		for (const struct mask_read *r = mask_products[i]->reads; r && r->pass != RV_ROLES; r++) {
			if (rv_role_is(pass, r->pass)) {
				*n_channels = r->n_channels;
				return true;
			}
		}
	}
	/* A picture is made of one channel, a file of floats of any number. */
	const struct rv_role *const row = rv_role_find(pass);
	const size_t writer = mask_product_of_role(pass);
	*n_channels = row && row->kind == RV_FILE_PNG ? 1 : 0;
	return writer != MASK_NO_PRODUCT && mask_product_keeps_passes(mask_products[writer]);
}

/* ---- the list ---- */

/* Calls `visit` for each row of roles.def that a product writes. */
static void for_each_role(const struct mask_product *product, void (*visit)(const struct rv_role *row, void *to),
                          void *to)
{
	for (size_t i = 0; i < RV_ROLES; i++) {
		const size_t writer = mask_product_of_role(rv_roles[i].name);
		if (writer != MASK_NO_PRODUCT && mask_products[writer] == product) {
			visit(&rv_roles[i], to);
		}
	}
}

static void put_role(const struct rv_role *row, void *to)
{
	struct rv_str *const text = to;
	rv_str_printf(text, "  role    %s  %s: %s\n", row->name, row->file, row->text);
}

void mask_product_list(struct rv_str *text)
{
	for (size_t i = 0; i < mask_product_count; i++) {
		const struct mask_product *const product = mask_products[i];
		rv_str_printf(text, "%s%s\n  %s\n", i > 0 ? "\n" : "", product->name, product->summary);
		for (const struct mask_read *r = product->reads; r && r->pass != RV_ROLES; r++) {
			rv_str_printf(text, "  of      %s%s\n", rv_roles[r->pass].name,
			              r->is_optional ? ", where it was rendered" : "");
		}
		for_each_role(product, put_role, text);
		for (const char *const *member = product->members; member && *member; member++) {
			rv_str_printf(text, "  member  %s\n", *member);
		}
		for (const struct rv_option *o = product->options; o && o->kind != RV_OPT_END; o++) {
			rv_str_printf(text, "  option  --%s%s%s  ", o->name, o->argument ? "=" : "",
			              o->argument ? o->argument : "");
			rv_option_text(o, text);
			rv_str_putc(text, '\n');
		}
	}
}

static void put_role_name(const struct rv_role *row, void *to)
{
	rv_json_put_string(to, NULL, row->name);
}

static void put_label_json(const struct mask_product *product, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "name", product->name);
	rv_json_put_string(out, "summary", product->summary);
	rv_json_put_u64(out, "version", product->version);
	rv_json_open(out, "passes", '[');
	for (const struct mask_read *r = product->reads; r && r->pass != RV_ROLES; r++) {
		rv_json_put_string(out, NULL, rv_roles[r->pass].name);
	}
	if (mask_product_keeps_passes(product)) {
		for_each_role(product, put_role_name, out);
	}
	rv_json_close(out, ']');
	rv_json_open(out, "roles", '[');
	for_each_role(product, put_role_name, out);
	rv_json_close(out, ']');
	rv_json_open(out, "members", '[');
	for (const char *const *member = product->members; member && *member; member++) {
		rv_json_put_string(out, NULL, *member);
	}
	rv_json_close(out, ']');
	rv_options_put(product->options, out);
	rv_json_close(out, '}');
}

static void put_role_json(const struct rv_role *row, struct rv_json_out *out)
{
	static const char *const kinds[] = {
		[RV_FILE_PNG] = "png", [RV_FILE_EXR] = "exr",   [RV_FILE_FLO] = "flo",     [RV_FILE_NPY] = "npy",
		[RV_FILE_NPZ] = "npz", [RV_FILE_JSON] = "json", [RV_FILE_BLEND] = "blend", [RV_FILE_FOLDER] = "folder",
	};
	static const char *const writers[] = {
		[RV_WRITER_BLEND] = "rv-blend", [RV_WRITER_MASK] = "rv-mask", [RV_WRITER_LATER] = ""
	};
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "name", row->name);
	rv_json_put_string(out, "file", row->file);
	rv_json_put_string(out, "kind", kinds[row->kind]);
	rv_json_put_string(out, "channels", row->channels);
	rv_json_put_u64(out, "bits", row->bits);
	rv_json_put_string(out, "background", row->background);
	rv_json_put_string(out, "writer", writers[row->writer]);
	rv_json_put_string(out, "text", row->text);
	rv_json_close(out, '}');
}

void mask_product_list_json(struct rv_str *text)
{
	struct rv_json_out out;
	rv_str_puts(text, "{\"labels\":[\n");
	for (size_t i = 0; i < mask_product_count; i++) {
		rv_str_puts(text, i > 0 ? ",\n" : "");
		rv_json_out_init(&out, text);
		put_label_json(mask_products[i], &out);
	}
	rv_str_puts(text, "\n],\"roles\":[\n");
	for (size_t i = 0; i < RV_ROLES; i++) {
		rv_str_puts(text, i > 0 ? ",\n" : "");
		rv_json_out_init(&out, text);
		put_role_json(&rv_roles[i], &out);
	}
	rv_str_puts(text, "\n]}\n");
}
