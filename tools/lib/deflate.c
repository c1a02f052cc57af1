/* SPDX-License-Identifier: MIT */
/* A deflate encoder for label images. */
#include "deflate.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define MATCH_MIN 3
#define MATCH_MAX 258
#define LITLEN_SYMBOLS 286
#define DISTANCE_SYMBOLS 30
#define END_SYMBOL 256
#define CODE_BITS_MAX 15
#define LENGTH_SYMBOLS 19 /* of the code in which the codes' lengths are written */
#define LENGTH_BITS_MAX 7
#define BYTES_PER_TOKEN 16 /* fewer on average: a general encoder does better */
#define FREE_TOKENS 512    /* small images may have this many in any case */

/* A literal (len 1) or a repetition of any length, which is split when it is written. */
struct token {
	uint32_t len;
	uint16_t distance; /* 0: a literal; 1: near; 2: far */
	uint8_t literal;
};

struct tokens {
	struct token *items;
	size_t len, cap;
};

struct code {
	uint8_t lengths[LITLEN_SYMBOLS];
	uint16_t bits[LITLEN_SYMBOLS]; /* reversed, as they are written */
};

struct bits {
	struct rv_str *out;
	uint64_t held;
	unsigned int n;
};

/* ---- finding --------------------------------------------------------------------------------------------------- */

/* How many bytes from `at` on are the same as those `distance` before. */
static size_t match_length(const unsigned char *bytes, size_t at, size_t len, size_t distance)
{
	size_t i = at;
	for (; i + 8 <= len; i += 8) {
		uint64_t here, before;
		memcpy(&here, bytes + i, 8);
		memcpy(&before, bytes + i - distance, 8);
		if (here != before) {
			break;
		}
	}
	while (i < len && bytes[i] == bytes[i - distance]) {
		i++;
	}
	return i - at;
}

static bool find_tokens(const unsigned char *bytes, size_t len, const size_t distance[3], struct tokens *tokens)
{
	const size_t limit = len / BYTES_PER_TOKEN + FREE_TOKENS;
	for (size_t at = 0; at < len;) {
		struct token best = { .len = 1, .literal = bytes[at] };
		for (unsigned int k = 2; k >= 1 && best.len < MATCH_MAX; k--) {
			if (distance[k] && at >= distance[k]) {
				const size_t found = match_length(bytes, at, RV_MIN(len, at + UINT32_MAX), distance[k]);
				if (found >= MATCH_MIN && found > best.len) {
					best.len = (uint32_t)found;
					best.distance = (uint16_t)k;
				}
			}
		}
		if (tokens->len == limit) {
			return false;
		}
		RV_GROW(tokens->items, tokens->len, tokens->cap);
		tokens->items[tokens->len++] = best;
		at += best.len;
	}
	return true;
}

/* ---- symbols --------------------------------------------------------------------------------------------------- */

/* Symbol, number of extra bits and their value of a match length (RFC 1951, 3.2.5). */
static void length_symbol(uint32_t len, unsigned int *symbol, unsigned int *extra, uint32_t *value)
{
	if (len == MATCH_MAX) {
		*symbol = 285;
		*extra = 0;
		*value = 0;
		return;
	}
	const uint32_t x = len - MATCH_MIN;
	const unsigned int top = x < 8 ? 2 : 31 - (unsigned int)__builtin_clz(x);
	*extra = top - 2;
	*symbol = x < 8 ? 257 + x : 257 + 4 * *extra + (x >> *extra);
	*value = x & ((1u << *extra) - 1);
}

static void distance_symbol(size_t distance, unsigned int *symbol, unsigned int *extra, uint32_t *value)
{
	const uint32_t x = (uint32_t)distance - 1;
	const unsigned int top = x < 4 ? 1 : 31 - (unsigned int)__builtin_clz(x);
	*extra = top - 1;
	*symbol = x < 4 ? x : 2 * *extra + (x >> *extra);
	*value = x & ((1u << *extra) - 1);
}

/* The next piece of a repetition: never one that leaves fewer than MATCH_MIN bytes behind. */
static uint32_t piece(uint32_t left)
{
	return left <= MATCH_MAX ? left : left - MATCH_MAX < MATCH_MIN ? left - MATCH_MIN : MATCH_MAX;
}

static void count_symbols(const struct tokens *tokens, const size_t distance[3], uint32_t *litlen, uint32_t *far_near)
{
	for (size_t i = 0; i < tokens->len; i++) {
		const struct token *const t = &tokens->items[i];
		unsigned int symbol, extra;
		uint32_t value;
		if (t->distance == 0) {
			litlen[t->literal]++;
			continue;
		}
		distance_symbol(distance[t->distance], &symbol, &extra, &value);
		const unsigned int at = symbol;
		for (uint32_t left = t->len, part; left > 0; left -= part) {
			part = piece(left);
			length_symbol(part, &symbol, &extra, &value);
			litlen[symbol]++;
			far_near[at]++;
		}
	}
	litlen[END_SYMBOL]++;
}

/* ---- codes ----------------------------------------------------------------------------------------------------- */

struct node {
	uint32_t weight;
	uint16_t order; /* ties are broken by it: the same counts give the same code */
	int16_t parent;
};

static int by_weight(const void *a, const void *b)
{
	const struct node *const left = a, *const right = b;
	const int by_order = (left->order > right->order) - (left->order < right->order);
	return left->weight != right->weight ? (left->weight > right->weight ? 1 : -1) : by_order;
}

/* Huffman's lengths for these weights, or false when one is above max_bits. */
static bool huffman_lengths(const uint32_t *weights, size_t n, unsigned int max_bits, uint8_t *lengths)
{
	struct node nodes[2 * LITLEN_SYMBOLS];
	size_t leaves = 0;
	memset(lengths, 0, n);
	for (size_t i = 0; i < n; i++) {
		if (weights[i]) {
			nodes[leaves++] = (struct node) { .weight = weights[i], .order = (uint16_t)i, .parent = -1 };
		}
	}
	if (leaves == 1) {
		lengths[nodes[0].order] = 1;
	}
	if (leaves < 2) {
		return true;
	}
	qsort(nodes, leaves, sizeof(*nodes), by_weight);
	size_t leaf = 0, inner = leaves, end = leaves;
	while (end < 2 * leaves - 1) { /* joins the two lightest; inner nodes come out in ascending order */
		uint32_t weight = 0;
		for (int k = 0; k < 2; k++) {
			const bool take_leaf =
			        leaf < leaves && (inner == end || nodes[leaf].weight <= nodes[inner].weight);
			struct node *const child = &nodes[take_leaf ? leaf++ : inner++];
			weight += child->weight;
			child->parent = (int16_t)end;
		}
		nodes[end++] = (struct node) { .weight = weight, .parent = -1 };
	}
	uint8_t depth[2 * LITLEN_SYMBOLS] = { 0 };
	for (size_t i = end - 1; i-- > 0;) {
		depth[i] = (uint8_t)(depth[nodes[i].parent] + 1);
		if (i < leaves) {
			if (depth[i] > max_bits) {
				return false;
			}
			lengths[nodes[i].order] = depth[i];
		}
	}
	return true;
}

/* A code for these counts, its lengths limited: the counts are made more alike until they fit. */
static void make_code(const uint32_t *counts, size_t n, unsigned int max_bits, struct code *code)
{
	uint32_t weights[LITLEN_SYMBOLS];
	memcpy(weights, counts, n * sizeof(*weights));
	while (!huffman_lengths(weights, n, max_bits, code->lengths)) {
		for (size_t i = 0; i < n; i++) {
			weights[i] = weights[i] ? weights[i] / 2 + 1 : 0;
		}
	}
	uint16_t next = 0;
	for (unsigned int len = 1; len <= max_bits; len++) { /* canonical, RFC 1951, 3.2.2 */
		next = (uint16_t)(next << 1);
		for (size_t i = 0; i < n; i++) {
			if (code->lengths[i] == len) {
				uint16_t reversed = 0;
				for (unsigned int bit = 0; bit < len; bit++) {
					reversed = (uint16_t)(reversed << 1 | (next >> bit & 1));
				}
				code->bits[i] = reversed;
				next++;
			}
		}
	}
}

/* ---- writing --------------------------------------------------------------------------------------------------- */

static void put_bits(struct bits *b, uint32_t value, unsigned int n)
{
	b->held |= (uint64_t)value << b->n;
	b->n += n;
	while (b->n >= 8) {
		rv_str_putc(b->out, (char)b->held);
		b->held >>= 8;
		b->n -= 8;
	}
}

static void put_symbol(struct bits *b, const struct code *code, unsigned int symbol)
{
	put_bits(b, code->bits[symbol], code->lengths[symbol]);
}

/* Code lengths as symbols of the length code: 0..15 themselves, 16 repeats the last, 17 and 18 are zeros. */
struct length_token {
	uint8_t symbol, extra, value;
};

static size_t pack_lengths(const uint8_t *lengths, size_t n, struct length_token *out)
{
	size_t n_out = 0;
	for (size_t i = 0; i < n;) {
		size_t run = 1;
		while (i + run < n && lengths[i + run] == lengths[i]) {
			run++;
		}
		if (lengths[i] == 0 && run >= 3) {
			run = RV_MIN(run, (size_t)138);
			out[n_out++] = run > 10 ? (struct length_token) { 18, 7, (uint8_t)(run - 11) }
			                        : (struct length_token) { 17, 3, (uint8_t)(run - 3) };
		} else if (run >= 4) {
			run = RV_MIN(run, (size_t)7);
			out[n_out++] = (struct length_token) { lengths[i], 0, 0 };
			out[n_out++] = (struct length_token) { 16, 2, (uint8_t)(run - 4) };
		} else {
			run = 1;
			out[n_out++] = (struct length_token) { lengths[i], 0, 0 };
		}
		i += run;
	}
	return n_out;
}

/* The head of a block with codes of its own (RFC 1951, 3.2.7). */
static void put_codes(struct bits *b, const struct code *litlen, const struct code *distances)
{
	static const uint8_t order[LENGTH_SYMBOLS] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
	};
	uint8_t lengths[LITLEN_SYMBOLS + DISTANCE_SYMBOLS];
	struct length_token packed[LITLEN_SYMBOLS + DISTANCE_SYMBOLS];
	size_t n_litlen = LITLEN_SYMBOLS, n_distances = DISTANCE_SYMBOLS;
	while (n_litlen > 257 && !litlen->lengths[n_litlen - 1]) {
		n_litlen--;
	}
	while (n_distances > 1 && !distances->lengths[n_distances - 1]) {
		n_distances--;
	}
	memcpy(lengths, litlen->lengths, n_litlen);
	memcpy(lengths + n_litlen, distances->lengths, n_distances);
	const size_t n = pack_lengths(lengths, n_litlen + n_distances, packed);
	uint32_t counts[LENGTH_SYMBOLS] = { 0 };
	for (size_t i = 0; i < n; i++) {
		counts[packed[i].symbol]++;
	}
	struct code code;
	make_code(counts, LENGTH_SYMBOLS, LENGTH_BITS_MAX, &code);
	size_t n_order = LENGTH_SYMBOLS;
	while (n_order > 4 && !code.lengths[order[n_order - 1]]) {
		n_order--;
	}
	put_bits(b, 1 | 2 << 1, 3); /* the last block, with codes of its own */
	put_bits(b, (uint32_t)n_litlen - 257, 5);
	put_bits(b, (uint32_t)n_distances - 1, 5);
	put_bits(b, (uint32_t)n_order - 4, 4);
	for (size_t i = 0; i < n_order; i++) {
		put_bits(b, code.lengths[order[i]], 3);
	}
	for (size_t i = 0; i < n; i++) {
		put_symbol(b, &code, packed[i].symbol);
		put_bits(b, packed[i].value, packed[i].extra);
	}
}

static void put_tokens(struct bits *b, const struct tokens *tokens, const size_t distance[3], const struct code *litlen,
                       const struct code *distances)
{
	for (size_t i = 0; i < tokens->len; i++) {
		const struct token *const t = &tokens->items[i];
		unsigned int symbol, extra, far_symbol, far_extra;
		uint32_t value, far_value;
		if (t->distance == 0) {
			put_symbol(b, litlen, t->literal);
			continue;
		}
		distance_symbol(distance[t->distance], &far_symbol, &far_extra, &far_value);
		for (uint32_t left = t->len, part; left > 0; left -= part) {
			part = piece(left);
			length_symbol(part, &symbol, &extra, &value);
			put_symbol(b, litlen, symbol);
			put_bits(b, value, extra);
			put_symbol(b, distances, far_symbol);
			put_bits(b, far_value, far_extra);
		}
	}
	put_symbol(b, litlen, END_SYMBOL);
}

bool rv_deflate_labels(const unsigned char *bytes, size_t len, size_t near, size_t far, struct rv_str *out)
{
	const size_t distance[3] = { 0, near <= RV_DEFLATE_DISTANCE_MAX ? near : 0,
		                     far <= RV_DEFLATE_DISTANCE_MAX ? far : 0 };
	struct tokens tokens = { .items = NULL };
	const bool repeats = find_tokens(bytes, len, distance, &tokens);
	if (repeats) {
		uint32_t litlen_counts[LITLEN_SYMBOLS] = { 0 }, distance_counts[DISTANCE_SYMBOLS] = { 0 };
		struct code litlen, distances;
		struct bits b = { .out = out };
		count_symbols(&tokens, distance, litlen_counts, distance_counts);
		make_code(litlen_counts, LITLEN_SYMBOLS, CODE_BITS_MAX, &litlen);
		make_code(distance_counts, DISTANCE_SYMBOLS, CODE_BITS_MAX, &distances);
		rv_str_append(out, "\x78\x01", 2);
		put_codes(&b, &litlen, &distances);
		put_tokens(&b, &tokens, distance, &litlen, &distances);
		put_bits(&b, 0, (8 - b.n) % 8);
		const uint32_t sum = libdeflate_adler32(1, bytes, len);
		for (int shift = 24; shift >= 0; shift -= 8) {
			rv_str_putc(out, (char)(sum >> shift));
		}
	}
	free(tokens.items);
	return repeats;
}
