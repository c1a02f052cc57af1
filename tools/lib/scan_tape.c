/* SPDX-License-Identifier: MIT */
/* The nodes of a text: those of complete values wait on a stack until their container ends, then move out together. */
#include "scan_tape.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "scan_private.h"

void rv_tape_begin(struct rv_tape *tape, const char *text, size_t len)
{
	*tape = (struct rv_tape)RV_TAPE_INIT;
	/* A string with its quotes is longer than its bytes and a NUL, so all of them need no more room than the text.
	 */
	tape->text = rv_alloc(2 * len + 1);
	tape->strings = tape->text + len + 1;
	memcpy(tape->text, text, len);
	tape->text[len] = '\0';
}

void rv_tape_release(struct rv_tape *tape)
{
	free(tape->text);
	free(tape->nodes);
	*tape = (struct rv_tape)RV_TAPE_INIT;
}

void rv_tape_add(struct rv_tape *tape, const char *text, size_t at, size_t len)
{
	struct rv_node node = { .at = (uint32_t)at, .len = (uint32_t)len };
	if (text[at] == '"') {
		char *const bytes = tape->strings + tape->strings_len;
		node.first = (uint32_t)tape->strings_len;
		node.count = (uint32_t)rv_scan_resolve(text + at + 1, len - 2, bytes);
		bytes[node.count] = '\0';
		tape->strings_len += node.count + 1;
	}
	RV_GROW(tape->open, tape->n_open, tape->cap_open);
	tape->open[tape->n_open++] = node;
}

/* ---- keys ---- */

/* The order that lookups halve: shorter keys first. */
static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len ? memcmp(a, b, a_len) : a_len < b_len ? -1 : 1;
}

static int compare_keys(const struct rv_tape *tape, const struct rv_node *a, const struct rv_node *b)
{
	return compare_bytes(tape->strings + a->first, a->count, tape->strings + b->first, b->count);
}

struct members {
	const struct rv_tape *tape;
	const struct rv_node *nodes;
};

static int compare_members(const void *left, const void *right, void *context)
{
	const struct members *const members = context;
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	const int order = compare_keys(members->tape, &members->nodes[2 * a], &members->nodes[2 * b]);
	return order != 0 ? order : a < b ? -1 : a > b;
}

/* Member `late` has the key of `early`, which takes its value; a key of no text is one that goes. */
static void give_value(struct rv_node *nodes, size_t early, size_t late)
{
	nodes[2 * early + 1] = nodes[2 * late + 1];
	nodes[2 * late].len = 0;
}

static size_t drop_marked(struct rv_node *nodes, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (nodes[2 * i].len > 0) {
			memmove(&nodes[2 * kept++], &nodes[2 * i], 2 * sizeof(*nodes));
		}
	}
	return kept;
}

/* Returns how many members are left; two neighbours in `order` with one key: the first of them stays. */
static size_t order_many(const struct rv_tape *tape, struct rv_node *nodes, size_t n, uint32_t *order)
{
	struct members members = { .tape = tape, .nodes = nodes };
	size_t first = 0;
	bool twice = false;
	for (size_t i = 0; i < n; i++) {
		order[i] = (uint32_t)i;
	}
	qsort_r(order, n, sizeof(*order), compare_members, &members);
	for (size_t i = 1; i < n; i++) {
		if (compare_keys(tape, &nodes[2 * order[first]], &nodes[2 * order[i]]) == 0) {
			give_value(nodes, order[first], order[i]);
			twice = true;
		} else {
			first = i;
		}
	}
	return twice ? drop_marked(nodes, n) : n;
}

static size_t settle_few(const struct rv_tape *tape, struct rv_node *nodes, size_t n)
{
	bool twice = false;
	for (size_t i = 1; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (nodes[2 * j].count == nodes[2 * i].count && nodes[2 * j].len > 0 &&
			    compare_keys(tape, &nodes[2 * j], &nodes[2 * i]) == 0) {
				give_value(nodes, j, i);
				twice = true;
				break;
			}
		}
	}
	return twice ? drop_marked(nodes, n) : n;
}

/* Each key once; the order of many is noted. Returns how many members are left. */
static size_t settle_keys(const struct rv_tape *tape, struct rv_node *nodes, size_t n)
{
	if (n <= RV_TAPE_FEW) {
		return settle_few(tape, nodes, n);
	}
	uint32_t *const order = rv_alloc(n * sizeof(*order));
	size_t left = order_many(tape, nodes, n, order);
	if (left < n) {
		left = order_many(tape, nodes, left, order); /* anew: the numbers have moved */
	}
	for (size_t i = 0; i < left && left > RV_TAPE_FEW; i++) {
		nodes[2 * i].at = order[i];
	}
	free(order);
	return left;
}

static const struct rv_node *find_few(const struct rv_tape *tape, const struct rv_node *object, const char *key,
                                      size_t len)
{
	const struct rv_node *const keys = tape->nodes + object->first;
	for (size_t i = 0; i < object->count; i++) {
		if (keys[2 * i].count == len && memcmp(tape->strings + keys[2 * i].first, key, len) == 0) {
			return &keys[2 * i + 1];
		}
	}
	return NULL;
}

const struct rv_node *rv_tape_member(const struct rv_tape *tape, const struct rv_node *object, const char *key,
                                     size_t len)
{
	if (object->count <= RV_TAPE_FEW) {
		return find_few(tape, object, key, len);
	}
	const struct rv_node *const keys = tape->nodes + object->first;
	size_t low = 0, high = object->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct rv_node *const found = &keys[2 * (size_t)keys[2 * middle].at];
		const int order = compare_bytes(tape->strings + found->first, found->count, key, len);
		if (order == 0) {
			return found + 1;
		}
		*(order < 0 ? &low : &high) = middle + (order < 0);
	}
	return NULL;
}

/* ---- containers ---- */

/* Moves the nodes on the stack from `mark` on out together; returns where they begin. */
static size_t move_out(struct rv_tape *tape, size_t mark, size_t n)
{
	const size_t first = tape->len;
	if (tape->cap - tape->len < n) {
		tape->cap = RV_MAX(2 * tape->cap, tape->len + n);
		tape->nodes = rv_realloc(tape->nodes, tape->cap, sizeof(*tape->nodes));
	}
	if (n > 0) {
		memcpy(tape->nodes + first, tape->open + mark, n * sizeof(*tape->nodes));
	}
	tape->len += n;
	tape->n_open = mark;
	return first;
}

void rv_tape_close(struct rv_tape *tape, bool is_object, size_t mark, size_t at, size_t len)
{
	size_t count = tape->n_open - mark;
	if (is_object && count > 0) {
		count = settle_keys(tape, tape->open + mark, count / 2);
	}
	const struct rv_node node = {
		.at = (uint32_t)at,
		.len = (uint32_t)len,
		.first = (uint32_t)move_out(tape, mark, is_object ? 2 * count : count),
		.count = (uint32_t)count,
	};
	RV_GROW(tape->open, tape->n_open, tape->cap_open);
	tape->open[tape->n_open++] = node;
}

void rv_tape_end(struct rv_tape *tape)
{
	move_out(tape, 0, tape->n_open);
	free(tape->open);
	tape->open = NULL;
}
