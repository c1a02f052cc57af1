/* SPDX-License-Identifier: MIT */
/*
 * Texts of options that become more than a number or a text in JSON: each function appends the member `key` (NULL: an
 * item of the array that is open). `what` names the option in messages. RV_E_USAGE for a text that cannot be right;
 * whether Blender can do what it says is for the worker to tell.
 */
#ifndef RV_BLEND_FORMS_H
#define RV_BLEND_FORMS_H

#include "json.h"

/* "640,480": [640,480]. */
int blend_form_resolution(struct rv_json_out *out, const char *key, const char *what, const char *text,
                          struct rv_err *err) RV_MUST_USE;
/* "2" or "2,-10", frame f becomes 2 * f - 10: an item {"scale":2,"shift":-10}. */
int blend_form_retime(struct rv_json_out *out, const char *what, const char *text, struct rv_err *err) RV_MUST_USE;
/* "PNG:16:RGB": {"format":"PNG","depth":16,"color":"RGB"}; what is left out at the end is so there, too. */
int blend_form_image(struct rv_json_out *out, const char *key, const char *what, const char *text,
                     struct rv_err *err) RV_MUST_USE;
/* "8", "8,2.5" or "8,2.5,30": {"n":8,"radius":2.5,"elevation":30}; what is left out at the end is so there, too. */
int blend_form_orbit(struct rv_json_out *out, const char *key, const char *what, const char *text,
                     struct rv_err *err) RV_MUST_USE;
/* A JSON object, its blanks taken out. */
int blend_form_object(struct rv_json_out *out, const char *key, const char *what, const char *text,
                      struct rv_err *err) RV_MUST_USE;

#endif
