/* SPDX-License-Identifier: MIT */
/*
 * --set and --where: jq programs on records, through libjq. filter.c is the only file that knows it.
 *
 * What a program gives depends on the record alone. It sees no file (no ~/.jq, no library path, no import and include),
 * no environment (`env` and `$ENV` are empty), no clock, no time zone and no other record: a program that calls `now`,
 * `localtime`, `strflocaltime`, `mktime`, `strftime`, `fromdate`, `input`, `inputs` and their like is refused. `debug`
 * and `stderr` print nothing.
 */
#ifndef RV_FILTER_H
#define RV_FILTER_H

#include "err.h"
#include "record.h"

/* Both programs, compiled. To be used by the main thread, which signals come to (sig.h): one ends a program that is
 * running. */
struct rv_filters;

/* Either may be NULL. NULL with RV_E_USAGE when a program does not compile; the message names the option. To be called
 * before there are threads. */
struct rv_filters *rv_filters_new(const char *set, const char *where, struct rv_err *err);
void rv_filters_free(struct rv_filters *filters);

/*
 * 1: the record is taken, and is what --set made of it: the rest of the text keeps each byte, at every level of
 * objects; what --set dropped is unset. 0: --where, which sees what --set makes, leaves it out: not a byte has changed.
 * A --where that does not ask about the record, `false`, only says that the tool is to work on none: then it is what
 * --set made of it. -1: it has not changed either, and *err tells why: RV_E_FILTER when a program fails, gives no
 * result (--set) or no object (--set); RV_E_LIMIT when --set makes what no line may hold (scan.h, RV_LINE_MAX);
 * RV_E_CANCELLED when a signal came.
 */
int rv_filters_apply(struct rv_filters *filters, struct rv_record *record, struct rv_err *err) RV_MUST_USE;

/*
 * A jq program that says something of a record, such as --split-by's. Under the same rules; NULL with RV_E_USAGE when
 * it does not compile, in a message that names `option` (borrowed).
 */
struct rv_expression;
struct rv_expression *rv_expression_new(const char *option, const char *text, struct rv_err *err);
void rv_expression_free(struct rv_expression *expression); /* NULL is allowed */
/* Replaces *json by its first result for a record, as compact JSON with sorted keys. Fails as rv_filters_apply does;
 * no result is RV_E_FILTER. */
int rv_expression_value(const struct rv_expression *expression, const struct rv_record *record, struct rv_str *json,
                        struct rv_err *err) RV_MUST_USE;

#endif
