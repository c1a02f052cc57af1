/* SPDX-License-Identifier: MIT */
/*
 * What rv-mask was asked for: which roles, which of them for people, what is kept. Whatever belongs to one label alone
 * is an option of its product (product.h); this module puts the rows of all of them into one table.
 */
#ifndef RV_MASK_SETTINGS_H
#define RV_MASK_SETTINGS_H

#include "json.h"
#include "options.h"

/* What says which object a pixel shows: the index at its centre, or the most of Cryptomatte's coverage. */
enum mask_source { MASK_FROM_INDEX, MASK_FROM_CRYPTO };

struct mask_settings {
	bool no_preview;
	int masks_from;                /* enum mask_source */
	bool foreign_exr;              /* passes of every form, not only those that Blender writes for rv-blend */
	bool trusts_sizes;             /* a file that has its size is as it was */
	double wait_s;                 /* for another that is at work in a sample */
	bool keeps_passes;             /* --keep passes. After mask_settings_check */
	struct rv_option_list keeps;   /* passes that --keep names one by one. After mask_settings_check */
	struct rv_option_list outputs; /* roles to write; none: all. After mask_settings_check */

	struct rv_option_list given; /* private, as is what follows: --outputs as it was given */
	struct rv_option_list kept;  /* --keep as it was given */
	struct rv_option *rows;
	size_t n_rows;
	struct rv_str *fresh; /* of the rows that decide labels: the values that they begin with */
	size_t n_fresh;
};

/* The options that decide labels, then those of `more` (NULL: none), as one table. Before options are parsed. */
const struct rv_option *mask_settings_init(struct mask_settings *settings, const struct rv_option *more);
void mask_settings_release(struct mask_settings *settings);
/* After it: takes --outputs and --keep apart, lets each product check its own options. Fails with RV_E_USAGE. */
int mask_settings_check(struct mask_settings *settings, struct rv_err *err) RV_MUST_USE;

/* True when --keep names this pass. */
bool mask_settings_keeps(const struct mask_settings *settings, const char *pass);
/* True when --outputs names the role, the label whose role it is, or "mask" for all semantic masks; *is_named tells
 * whether it names any. */
bool mask_settings_name(const struct mask_settings *settings, const char *role, bool *is_named);
/* Appends the passes, besides depth and index, without which nothing can be made of what was asked for by name: "" or
 * "crypto_object,normal". After mask_settings_check. */
void mask_settings_needs(const struct mask_settings *settings, struct rv_str *names);
/* Writes the options that were given a value, as an array of words that give it to another rv-mask. */
void mask_settings_put(const struct mask_settings *settings, struct rv_json_out *out, const char *key);

#endif
