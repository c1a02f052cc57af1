/* SPDX-License-Identifier: MIT */
/* What a worker's reply says (see blender/PROTOCOL.md), for all who ask one. */
#ifndef RV_BLEND_REPLY_H
#define RV_BLEND_REPLY_H

#include "err.h"
#include "record.h"

/* 0: the reply says that all went well. -1: *err is the error that it tells, or RV_E_CRASH when it breaks the
 * protocol. */
int blend_reply_check(const struct rv_record *reply, struct rv_err *err) RV_MUST_USE;
/* The same of a hello; RV_E_NO_BLENDER. */
int blend_reply_check_hello(const struct rv_str *hello, struct rv_err *err) RV_MUST_USE;

/* Whether the worker must not be given another request (its `run.spoiled`). */
bool blend_reply_spoils(const struct rv_str *reply);

#endif
