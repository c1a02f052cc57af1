/* SPDX-License-Identifier: MIT */
/* The roles of the files that rv-mask writes: what each is called on disk, and which are asked for. */
#ifndef RV_MASK_ROLE_H
#define RV_MASK_ROLE_H

#include "options.h"
#include "str.h"

#define MASK_ROLE_MASK "mask_" /* and the name of a semantic channel */
#define MASK_INSTANCES_DIR "instances"

/* Appends the name of a role's file in a still: "Depth.exr", "Mask_shiny.png". A role that is not known is a pass; its
 * words are joined: "volume_direct" becomes VolumeDirect.exr. */
void mask_role_file(const char *role, struct rv_str *name);
/* Appends the name of a role's file in a sequence: "depth/000001.exr". */
void mask_role_frame_file(const char *role, const char *frame, struct rv_str *name);

/* What --outputs may name: roles as above, MASK_ROLE_MASK with any name behind it, or the same without its underscore
 * for all of these. RV_E_USAGE with the nearest name. */
int mask_role_check(const char *role, struct rv_err *err) RV_MUST_USE;
/* Splits lists of roles at their commas and checks them; *roles then owns its items. */
int mask_role_parse(const struct rv_option_list *given, struct rv_option_list *roles, struct rv_err *err) RV_MUST_USE;
void mask_role_release(struct rv_option_list *roles);
/* True when the list is empty, or has the role. */
bool mask_role_is_wanted(const struct rv_option_list *roles, const char *role);

/* True for a name in a sample's directory that only rv-mask gives: a file of a still or a folder of a sequence.
 * Passes that are not known to mask_role_check are not among them. */
bool mask_role_is_ours(const char *name);

#endif
