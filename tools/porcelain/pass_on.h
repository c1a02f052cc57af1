/* SPDX-License-Identifier: MIT */
/*
 * Options of `rv render` that it does not know itself: those of the tools that it runs. Each tool is asked for its
 * table (`TOOL --completions`), so that what a tool takes stands in the tool alone. Of several that have an option of
 * one name, the first of the list below gets it. Names are given whole; only the command's own may be abbreviated.
 */
#ifndef RV_PORCELAIN_PASS_ON_H
#define RV_PORCELAIN_PASS_ON_H

#include "options.h"
#include "porcelain/words.h"

enum porcelain_pass_on_tool { PORCELAIN_BLEND, PORCELAIN_MASK, PORCELAIN_MUX, PORCELAIN_SEED, PORCELAIN_PASS_ON_TOOLS };

struct porcelain_passed {
	struct porcelain_words words[PORCELAIN_PASS_ON_TOOLS]; /* options with their values */
};

/* Takes out of a command line all options that are not `own`'s, after those that an earlier call has put into *passed.
 * RV_E_USAGE for one that nobody has. */
int porcelain_pass_on(const struct rv_program *own, struct porcelain_words *words, struct porcelain_passed *passed,
                      struct rv_err *err) RV_MUST_USE;
void porcelain_passed_release(struct porcelain_passed *passed);

#endif
