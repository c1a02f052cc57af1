/* SPDX-License-Identifier: MIT */
/*
 * How pictures are rendered, as options say it: settings.def as options, and what was given of them as the JSON object
 * that is sent to every worker and is part of every sample's key. A setting that was not given is not in it, but for
 * choices, which always hold; --blend is in it as it is, as `blend`, and wins over the others like a record's own.
 */
#ifndef BLEND_SETTINGS_H
#define BLEND_SETTINGS_H

#include "blend/script.h"
#include "options.h"

/* Their tables: the picture itself, and what is done to a scene before. */
extern const struct rv_option blend_settings_picture[], blend_settings_before[];

/* Whether they are only to be listed; appends the list, for people or as JSON: an array of objects, one a line. */
bool blend_settings_are_asked_for(void);
void blend_settings_list(bool as_json, struct rv_str *text);

/* Once the options are parsed: appends the settings as one JSON object. RV_E_USAGE. */
int blend_settings_put(struct rv_str *text, struct rv_err *err) RV_MUST_USE;
/* Whether what they name is there, but for patterns. RV_E_USAGE. */
int blend_settings_check_paths(const struct blend_script *script, struct rv_err *err) RV_MUST_USE;
const char *blend_settings_device(void);
bool blend_settings_may_use_gpus(void);
bool blend_settings_dry_run(void);
void blend_settings_release(void);

#endif
