/* SPDX-License-Identifier: MIT */
/*
 * The generator program of a run, which answers requests: started anew for each (it reads one JSON object to the end of
 * its input, and writes one), or persistent: started when it is first needed, it reads a request a line and writes an
 * answer a line, for as long as its input is open. A persistent one that fails, takes too long or answers nonsense is
 * ended, and another is started for the next request. Several threads may ask at the same time, each a process of its
 * own.
 *
 *	struct gen_program *program = gen_program_new(&setup);
 *	... gen_program_ask(program, &request, &output, &errors, err) ...
 *	gen_program_free(program);
 */
#ifndef GEN_PROGRAM_H
#define GEN_PROGRAM_H

#include "err.h"
#include "str.h"

struct gen_program_setup {
	const char *const *argv; /* borrowed, NULL-ended */
	double timeout_s;        /* of a request; <= 0: none */
	uint64_t memory_bytes;   /* that a process may have of its own (RLIMIT_DATA); 0: any */
	bool is_persistent;
	const char *what; /* borrowed: what messages call it; NULL: "generator" */
};

struct gen_program; /* opaque */

struct gen_program *gen_program_new(const struct gen_program_setup *setup);
/* Ends the processes that wait for requests. */
void gen_program_free(struct gen_program *program);

/* `request` is a line with its newline. 0 with the answer in *output. -1 with RV_E_GENERATOR, RV_E_TIMEOUT, RV_E_LIMIT
 * or RV_E_CANCELLED; the message then ends with what the program said last, and with what to install when it is known
 * what is missing. *errors is the tail of its standard error in any case. */
int gen_program_ask(struct gen_program *program, const struct rv_str *request, struct rv_str *output,
                    struct rv_str *errors, struct rv_err *err) RV_MUST_USE;

/* Puts what the program said last behind the message. */
void gen_program_add_words(struct rv_err *err, const struct rv_str *said);
/* What to do about a program, "uv", that is not there; NULL: nothing is known. */
const char *gen_program_advice(const char *name);

#endif
