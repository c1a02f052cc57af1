/* SPDX-License-Identifier: MIT */
/* What rv-mask was asked for. */
#include "mask/settings.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "mask/product.h"
#include "parse.h"

#define ALL_MASKS "mask" /* in --outputs: every mask_NAME */

/* ---- the table ---- */

static size_t count(const struct rv_option *rows)
{
	size_t n = 0;
	while (rows && rows[n].kind != RV_OPT_END) {
		n++;
	}
	return n;
}

static void add(struct mask_settings *settings, const struct rv_option *rows, size_t n)
{
	settings->rows = rv_realloc(settings->rows, settings->n_rows + n + 1, sizeof(*settings->rows));
	if (n > 0) {
		memcpy(settings->rows + settings->n_rows, rows, n * sizeof(*rows));
	}
	settings->n_rows += n;
	settings->rows[settings->n_rows] = (struct rv_option) { .kind = RV_OPT_END };
}

const struct rv_option *mask_settings_init(struct mask_settings *settings, const struct rv_option *more)
{
	static const char *const sources[] = { [MASK_FROM_INDEX] = "index", [MASK_FROM_CRYPTO] = "crypto", NULL };
	static const char *const kept[] = { "passes", NULL };
	const struct rv_option general[] = {
		{ .kind = RV_OPT_LIST,
		  .name = "outputs",
		  .value = &settings->given,
		  .argument = "ROLE,...",
		  .help = "write these files only, and the index map: depth, normal, mask, flow_forward, ...",
		  .unset = "all that was rendered" },
		{ .kind = RV_OPT_FLAG,
		  .name = "no-preview",
		  .value = &settings->no_preview,
		  .help = "write no pictures for people (PreviewIndexOB.png, DepthPreview.png, ...)" },
		{ .kind = RV_OPT_CHOICE,
		  .name = "masks-from",
		  .value = &settings->masks_from,
		  .argument = "index|crypto",
		  .help = "what says which object a pixel shows: the index at its centre, or what covers most of it by "
		          "Cryptomatte",
		  .choices = sources },
		{ .kind = RV_OPT_LIST,
		  .name = "keep",
		  .value = &settings->kept,
		  .argument = "ROLE,...",
		  .help = "keep what other labels can be made of later: passes, all that was rendered; or passes one "
		          "by one (index, depth, mask_NAME, ...), without loss",
		  .choices = kept },
		{ .kind = RV_OPT_FLAG,
		  .name = "foreign-exr",
		  .value = &settings->foreign_exr,
		  .help = "read passes in every form of OpenEXR, not only those that rv-blend writes" },
	};
	*settings = (struct mask_settings) { .rows = NULL };
	for (size_t i = 0; i < mask_product_count; i++) {
		add(settings, mask_products[i]->options, count(mask_products[i]->options));
	}
	add(settings, general, RV_COUNTOF(general));
	settings->n_fresh = settings->n_rows;
	settings->fresh = rv_alloc_zero(settings->n_fresh, sizeof(*settings->fresh));
	for (size_t i = 0; i < settings->n_fresh; i++) {
		rv_str_init(&settings->fresh[i]);
		rv_option_put(&settings->rows[i], &settings->fresh[i]);
	}
	add(settings, more, count(more));
	return settings->rows;
}

static void release_words(struct rv_option_list *words)
{
	for (size_t i = 0; i < words->len; i++) {
		free((void *)(uintptr_t)words->items[i]);
	}
	rv_option_list_release(words);
}

void mask_settings_release(struct mask_settings *settings)
{
	for (size_t i = 0; i < settings->n_fresh; i++) {
		rv_str_release(&settings->fresh[i]);
	}
	release_words(&settings->outputs);
	release_words(&settings->keeps);
	rv_option_list_release(&settings->given);
	rv_option_list_release(&settings->kept);
	free(settings->fresh);
	free(settings->rows);
	*settings = (struct mask_settings) { .rows = NULL };
}

/* ---- --outputs ---- */

static int check_role(const char *role, struct rv_err *err)
{
	const char *names[RV_ROLES + 2];
	size_t n = 0;
	const size_t label = mask_product_find(role);
	if (strcmp(role, ALL_MASKS) == 0 || (rv_role_find(role) && mask_product_of_role(role) != MASK_NO_PRODUCT) ||
	    (label != MASK_NO_PRODUCT && mask_products[label]->roles)) {
		return 0;
	}
	for (size_t i = 0; i < RV_ROLES; i++) {
		if (mask_product_of_role(rv_roles[i].name) != MASK_NO_PRODUCT) {
			names[n++] = rv_roles[i].name;
		}
	}
	names[n++] = ALL_MASKS;
	names[n] = NULL;
	const char *const near = rv_nearest_name(role, names);
	return rv_fail(err, RV_E_USAGE, "--outputs: unknown role '%s'%s%s%s", role, near ? ", did you mean '" : "",
	               near ? near : "", near ? "'?" : "");
}

/* A pass that rv does not know may be one of a newer Blender, but not with nearly the name of one that it knows. */
static int check_kept(const char *word, struct rv_err *err)
{
	const char *names[RV_ROLES + 2];
	unsigned int n_channels;
	size_t n = 0;
	const bool may_be_pass = mask_product_reads(word, &n_channels);
	if (rv_role_is(word, RV_ROLE_PASSES) || (may_be_pass && rv_role_find(word))) {
		return 0;
	}
	names[n++] = rv_roles[RV_ROLE_PASSES].name;
	for (size_t i = 0; i < RV_ROLES; i++) {
		if (mask_product_reads(rv_roles[i].name, &n_channels)) {
			names[n++] = rv_roles[i].name;
		}
	}
	names[n] = NULL;
	const char *const near = rv_nearest_name(word, names);
	if (near) {
		return rv_fail(err, RV_E_USAGE, "--keep: unknown pass '%s', did you mean '%s'?", word, near);
	}
	return may_be_pass ? 0
	                   : rv_fail(err, RV_E_USAGE, "--keep: '%s' is neither passes nor a pass, as depth is", word);
}

/* Calls `check` for each word of the lists that were given, and puts it into *words. */
static int split(const struct rv_option_list *given, int (*check)(const char *word, struct rv_err *err),
                 struct rv_option_list *words, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < given->len; i++) {
		char *const text = rv_strdup(given->items[i]);
		char *rest = text;
		for (char *word; status == 0 && (word = strsep(&rest, ","));) {
			status = check(word, err);
			RV_GROW(words->items, words->len, words->cap);
			words->items[words->len++] = rv_strdup(word);
		}
		free(text);
	}
	return status;
}

static bool has_word(const struct rv_option_list *words, const char *word)
{
	bool has = false;
	for (size_t i = 0; !has && i < words->len; i++) {
		has = strcmp(words->items[i], word) == 0;
	}
	return has;
}

int mask_settings_check(struct mask_settings *settings, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < mask_product_count; i++) {
		status = mask_products[i]->check ? mask_products[i]->check(err) : 0;
	}
	if (status < 0 || split(&settings->given, check_role, &settings->outputs, err) < 0 ||
	    split(&settings->kept, check_kept, &settings->keeps, err) < 0) {
		return -1;
	}
	settings->keeps_passes = has_word(&settings->keeps, rv_roles[RV_ROLE_PASSES].name);
	return 0;
}

bool mask_settings_keeps(const struct mask_settings *settings, const char *pass)
{
	return has_word(&settings->keeps, pass);
}

bool mask_settings_name(const struct mask_settings *settings, const char *role, bool *is_named)
{
	const struct rv_option_list *const list = &settings->outputs;
	*is_named = list->len > 0;
	const size_t label = mask_product_of_role(role);
	for (size_t i = 0; i < list->len; i++) {
		const char *const word = list->items[i];
		const bool is_label = label != MASK_NO_PRODUCT && strcmp(word, mask_products[label]->name) == 0;
		if (strcmp(word, role) == 0 || (is_label && !rv_role_find(word)) ||
		    (strcmp(word, ALL_MASKS) == 0 && rv_role_is(role, RV_ROLE_SEMANTIC_MASK))) {
			return true;
		}
	}
	return false;
}

/* ---- what has to be rendered for it ---- */

static bool is_asked_for(const struct mask_settings *settings, size_t product)
{
	bool is_named = mask_product_is_chosen(mask_products[product]);
	for (size_t i = 0; !is_named && i < settings->outputs.len; i++) {
		is_named = mask_product_of_word(settings->outputs.items[i]) == product;
	}
	return is_named;
}

static bool is_needed(const struct mask_settings *settings, enum rv_role_id pass)
{
	unsigned int n_channels;
	const char *const name = rv_roles[pass].name;
	bool is_needed = mask_product_reads(name, &n_channels) &&
	                 (has_word(&settings->outputs, name) || has_word(&settings->keeps, name));
	for (size_t i = 0; !is_needed && i < mask_product_count; i++) {
		is_needed = mask_product_needs(mask_products[i], pass) && is_asked_for(settings, i);
	}
	return is_needed;
}

void mask_settings_needs(const struct mask_settings *settings, struct rv_str *names)
{
	const size_t start = names->len;
	for (size_t i = 0; i < RV_ROLES; i++) {
		const char *const name = rv_roles[i].name;
		const bool is_option =
		        i != RV_ROLE_DEPTH && i != RV_ROLE_INDEX && !strchr(name, '*') && !rv_role_is_hand_over(name);
		if (is_option && is_needed(settings, (enum rv_role_id)i)) {
			rv_str_printf(names, "%s%s", names->len > start ? "," : "", name);
		}
	}
}

/* ---- as words ---- */

void mask_settings_put(const struct mask_settings *settings, struct rv_json_out *out, const char *key)
{
	struct rv_str value = RV_STR_INIT, word = RV_STR_INIT;
	rv_json_open(out, key, '[');
	for (size_t i = 0; i < settings->n_fresh; i++) {
		const struct rv_option *const row = &settings->rows[i];
		rv_str_clear(&value);
		rv_str_clear(&word);
		rv_option_put(row, &value);
		if (strcmp(value.ptr, settings->fresh[i].ptr) != 0) {
			rv_str_printf(&word, "--%s", row->name);
			rv_str_printf(&word, "%s%s", row->kind == RV_OPT_FLAG ? "" : "=",
			              row->kind == RV_OPT_FLAG ? "" : value.ptr);
			rv_json_put_string(out, NULL, word.ptr);
		}
	}
	rv_json_close(out, ']');
	rv_str_release(&value);
	rv_str_release(&word);
}
