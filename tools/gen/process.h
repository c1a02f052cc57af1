/* SPDX-License-Identifier: MIT */
/* A persistent generator: one process that answers a line with a line. */
#ifndef GEN_PROCESS_H
#define GEN_PROCESS_H

#include "err.h"
#include "str.h"

struct gen_process; /* opaque */

/* NULL when it cannot be started. */
struct gen_process *gen_process_start(const char *const *argv, struct rv_err *err);
/* Sends `request` (with its newline) and waits for a line, which *output gets, replaced; *errors gets the last
 * RV_STDERR_TAIL bytes that it wrote to its standard error meanwhile. -1 with RV_E_GENERATOR when it ended or wrote
 * more than a line, RV_E_TIMEOUT, RV_E_LIMIT or RV_E_CANCELLED: it is of no more use then. */
int gen_process_ask(struct gen_process *process, const struct rv_str *request, size_t output_max, double timeout_s,
                    struct rv_str *output, struct rv_str *errors, struct rv_err *err) RV_MUST_USE;
/* Whether it has written nothing since its answer. What comes before the next request would be taken for the answer to
 * that: such a process is of no more use. */
bool gen_process_is_quiet(const struct gen_process *process);
/* Closes its input, gives it a moment, kills it and what it started. */
void gen_process_end(struct gen_process *process);

#endif
