/* SPDX-License-Identifier: MIT */
/*
 * A JSON text as a flat array of nodes, made in the scanner's one pass: what stands behind json.h.
 *
 * The nodes of a container's children lie next to each other: the elements of an array, and of an object key, value,
 * key, value in the order of the text. A key that comes twice is there once: in the place of the first, with the value
 * of the last. The root is the last node.
 */
#ifndef RV_SCAN_TAPE_H
#define RV_SCAN_TAPE_H

#include "err.h"
#include "scan.h"

struct rv_node {
	uint32_t at, len; /* the value's text without blanks around it. Of a key: see `at` below */
	uint32_t first;   /* of a string or key: where its bytes are in `strings`. Of a container: its first child */
	uint32_t count;   /* of a string or key: its bytes. Of a container: elements, or members (two nodes each) */
};

/* Objects with more members than this are looked up by halving: `at` of key number i is then the number of the member
 * whose key is the i-th when they are sorted by length and bytes. */
#define RV_TAPE_FEW 16

struct rv_tape {
	char *text;    /* a copy with a NUL behind it */
	char *strings; /* with their escapes resolved, a NUL behind each; in one block with the text */
	struct rv_node *nodes;
	size_t len, cap;
	/* While it is made: the nodes of values that are complete, and whose container is not. */
	struct rv_node *open;
	size_t n_open, cap_open;
	size_t strings_len;
};
#define RV_TAPE_INIT \
	{ \
		.text = NULL \
	}

/* Makes the tape of a text that is one JSON value, else fails as rv_scan_value does. Also on more than 4 GiB. */
int rv_scan_tape(const char *text, size_t len, struct rv_tape *tape, struct rv_err *err) RV_MUST_USE;
void rv_tape_release(struct rv_tape *tape);
/* The value of a member, NULL when it is not there. */
const struct rv_node *rv_tape_member(const struct rv_tape *tape, const struct rv_node *object, const char *key,
                                     size_t len);

/* For the scanner: the start, a scalar or a key, a container whose children are those since n_open was `mark`, and the
 * end, whether the text was good or not. */
void rv_tape_begin(struct rv_tape *tape, const char *text, size_t len);
void rv_tape_add(struct rv_tape *tape, const char *text, size_t at, size_t len);
void rv_tape_close(struct rv_tape *tape, bool is_object, size_t mark, size_t at, size_t len);
void rv_tape_end(struct rv_tape *tape);

#endif
