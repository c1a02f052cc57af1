/* SPDX-License-Identifier: MIT */
/* What rv-blend and rv-mask were asked for, as the markers of a sample hold it, back into options of these tools. */
#ifndef RV_PORCELAIN_SETTINGS_H
#define RV_PORCELAIN_SETTINGS_H

#include "porcelain/words.h"
#include "record.h"

/* Adds the options that a marker tells: those that its `settings` stand for, or its `options` as they are. Fails with
 * RV_E_USAGE on a setting that this rv does not know. */
int porcelain_settings_add(struct porcelain_words *argv, const struct rv_record *marker,
                           struct rv_err *err) RV_MUST_USE;

#endif
