/* SPDX-License-Identifier: MIT */
/* Private to scan*.c: an object's keys are compared with their escapes resolved. */
#ifndef RV_SCAN_KEYS_H
#define RV_SCAN_KEYS_H

#include "scan.h"

/* Fails (RV_E_BAD_JSON, with the column) when a key of a text that was scanned comes twice. */
int rv_scan_distinct(const char *text, const struct rv_members *members, struct rv_err *err) RV_MUST_USE;

#endif
