/* SPDX-License-Identifier: MIT */
/* The first line of a manifest, which says what the dataset is: dataset.h shows it. */
#ifndef RV_SINK_HEAD_H
#define RV_SINK_HEAD_H

#include "format/format.h"
#include "str.h"

struct sink_head {
	char *version;                 /* of the rv that made it */
	char *specs[FORMAT_IDS];       /* as --format takes them; NULL: a format that the dataset does not have */
	uint64_t left_out[FORMAT_IDS]; /* samples that a format of the dataset does not have */
	uint64_t lost[FORMAT_IDS];     /* objects that it could not carry (lossy.h) */
	uint64_t n_samples, n_errors;
};

/* Appends the line. */
void sink_head_put(const struct sink_head *head, struct rv_str *line);
/* Fails with RV_E_BAD_FILE on a line that is none. *head is to be released in every case. */
int sink_head_read(const char *line, size_t len, struct sink_head *head, struct rv_err *err) RV_MUST_USE;
void sink_head_release(struct sink_head *head);

#endif
