/* SPDX-License-Identifier: MIT */
/* How a picture is rendered, as options say it: what is sent to every worker and is part of every sample's key. */
#ifndef BLEND_SETTINGS_H
#define BLEND_SETTINGS_H

#include "options.h"

/* Their tables: the picture itself, and what is done to a scene before (operations.h). */
extern const struct rv_option blend_settings_picture[], blend_settings_before[];

/* Once the options are parsed: appends the settings as one JSON object. RV_E_USAGE. */
int blend_settings_put(struct rv_str *text, struct rv_err *err) RV_MUST_USE;
const char *blend_settings_device(void);
bool blend_settings_may_use_gpus(void);
bool blend_settings_dry_run(void);
void blend_settings_release(void);

#endif
