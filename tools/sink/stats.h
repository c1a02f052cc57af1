/* SPDX-License-Identifier: MIT */
/*
 * Figures of a stream of samples (--stats): its portrait as JSON, and as a page with plots (plot.h).
 *
 *	{"rv_stats":1,"samples":..,"pictures":..,"objects":..,"without_category":..,
 *	 "splits":{"train":..,"val":..,"test":..,"none":..},"categories":{NAME:OBJECTS,..},
 *	 "quantities":[{"name":..,"unit":..,"least":..,"greatest":..,"values":N,"bins":[..]},..],
 *	 "params":{NAME:{"numbers":N,"least":..,"greatest":..,"width":..,"bins":[[START,N],..],
 *	                 "texts":N,"counts":[[TEXT,N],..]},..}}
 *
 * Quantities that no sample tells are not there, nor are the numbers or texts of a parameter that has none; `width` 0:
 * each number stands for itself; `counts` is null where there are too many texts (values.h). Categories and parameters
 * are sorted by name.
 */
#ifndef RV_SINK_STATS_H
#define RV_SINK_STATS_H

#include "options.h"
#include "portrait.h"

/* Each of the files ends in .json or .html; RV_E_USAGE else. */
int sink_stats_check(const struct rv_option_list *files, struct rv_err *err) RV_MUST_USE;
/* Writes them; each appears whole. */
int sink_stats_write(const struct rv_portrait *portrait, const struct rv_option_list *files,
                     struct rv_err *err) RV_MUST_USE;

#endif
