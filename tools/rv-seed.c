/* SPDX-License-Identifier: MIT */
/* rv-seed: begins a pipeline: emits a record for each sample, with an id, a seed and parameters drawn from it. */
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "diag.h"
#include "filter.h"
#include "output.h"
#include "parse.h"
#include "seed/plan.h"
#include "sig.h"

#define HEAD_MAX 256                   /* bytes of a line before its parameters */
#define TAIL_MAX 64                    /* and behind them */
#define BLOCK_BYTES ((size_t)64 << 10) /* of lines made at a time */
#define COUNTERS_MAX (SEED_NAMING_PARTS_MAX + 2)
#define LIST_LINE_MAX 100 /* bytes of a seed in a list, blanks around it not counted */
#define COUNTED_MIN 100   /* fewer lines are not worth counting up as text */

/* ---- options ---------------------------------------------------------------------------------------------------- */

static struct seed_plan_options asked = { .key = SEED_PLAN_NOT_GIVEN, .id = "%08d" };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_GROUP, .name = "Which samples" },
	{ .kind = RV_OPT_U64,
	  .name = "start",
	  .value = &asked.start,
	  .argument = "N",
	  .help = "first index, with seq the first seed too",
	  .min = 0,
	  .max = 9007199254740991 },
	{ .kind = RV_OPT_STRING,
	  .name = "range",
	  .value = &asked.range,
	  .argument = "A-B",
	  .help = "only the indices A to B of the whole, both included" },
	{ .kind = RV_OPT_STRING,
	  .name = "shard",
	  .value = &asked.shard,
	  .argument = "I/N",
	  .help = "only part I (from 0) of N contiguous parts; I%N: every N-th from the I-th on" },
	{ .kind = RV_OPT_U64,
	  .letter = 'k',
	  .name = "key",
	  .value = &asked.key,
	  .argument = "K",
	  .help = "make rand reproducible: the seeds of this key",
	  .min = 0,
	  .max = 9007199254740991 },
	{ .kind = RV_OPT_STRING,
	  .name = "id",
	  .value = &asked.id,
	  .argument = "FORMAT",
	  .help = "%d or %0Nd: the index; {index}, {seed}" },
	{ .kind = RV_OPT_GROUP, .name = "Parameters" },
	{ .kind = RV_OPT_LIST,
	  .letter = 'p',
	  .name = "param",
	  .value = &asked.params,
	  .argument = "NAME=DIST",
	  .help = "draw from uniform(a,b) int(a,b) loguniform(a,b) normal(m,s) choice(a,b,...) bool(p) const(x)" },
	{ .kind = RV_OPT_LIST,
	  .letter = 'g',
	  .name = "grid",
	  .value = &asked.grids,
	  .argument = "NAME=A,B,C",
	  .help = "all N samples with each value; several grids: each combination" },
	{ .kind = RV_OPT_FLAG,
	  .name = "sobol",
	  .value = &asked.sobol,
	  .help = "spread the numeric parameters evenly (Sobol points) in place of drawing them" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv-seed",
	.usage = "[OPTION]... seq N|inf\n[OPTION]... rand N|inf\n[OPTION]... fixed SEED [N|inf]\n[OPTION]... list",
	.purpose = "Emit a record for each sample: id, index, seed and parameters.",
	.options = options,
	.common = RV_COMMON_SOURCE,
	.examples = "rv-seed seq 100 | rv-blend scene.py | rv-mask | rv-mux\n"
	            "rv-seed rand 1000 --key 7 --param 'size=loguniform(0.1,10)' --param 'n=int(3,9)'\n"
	            "rv-seed seq 50 --grid light=sun,lamp --grid fog=true,false --shard 0/4\n"
	            "rv-seed rand 1000 --key 7 --range 200-299\n"
	            "printf '%s\\n' 12 99 7 | rv-seed list\n",
};

/* A list's seeds are the user's choice: `fixed`. */
static const char *const seed_modes[] = { "seq", "rand", "fixed", "fixed" };

/* ---- records ---------------------------------------------------------------------------------------------------- */

struct output {
	struct rv_output records;
	struct rv_filters *filters; /* NULL: none */
	struct rv_record record;    /* only with filters or for people */
	char tail[TAIL_MAX];        /* of each line: how many there are, where that is known */
	size_t tail_len;
};

/* "00000000  seed 0  {"size":3}" in place of the record. */
static void describe(const struct rv_record *record, struct rv_str *line)
{
	static const struct {
		const char *key, *before;
	} shown[] = { { "id", "" }, { "seed", "  seed " }, { "params", "  " } };
	for (size_t i = 0; i < RV_COUNTOF(shown); i++) {
		struct rv_span value;
		if (rv_record_get(record, shown[i].key, &value)) {
			rv_str_puts(line, shown[i].before);
			if (i > 0 || !rv_scan_string(value, line)) {
				rv_str_append(line, value.ptr, value.len);
			}
		}
	}
	rv_output_disarm(line, 0);
}

/* A line through the filters; one that --where leaves out is written as it is. Nothing is when a signal came. */
static void put_filtered(struct output *out, const struct rv_str *line)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_record_parse(&out->record, line->ptr, line->len, &err) < 0) {
		rv_bug("a line that is no record: %s", err.text);
	}
	if (out->filters && rv_filters_apply(out->filters, &out->record, &err) < 0) {
		if (err.code == RV_E_CANCELLED) {
			return;
		}
		rv_output_fail(&out->records, &out->record, &err);
	}
	rv_output_put(&out->records, &out->record);
}

/* A signal asks for the end, or nobody reads what is written. */
static bool is_over(const struct output *out)
{
	return rv_sig_stop() || rv_output_is_broken(&out->records);
}

#define PUT(at, literal) (memcpy((at), (literal), sizeof(literal) - 1), (at) + sizeof(literal) - 1)

/* The line up to its parameters, without a closing brace. */
static size_t put_head(const struct seed_plan *plan, uint64_t index, uint64_t seed, char head[HEAD_MAX])
{
	char *at = PUT(head, "{\"id\":\"");
	at += seed_naming_put(&plan->naming, index, seed, at);
	at = PUT(at, "\",\"index\":");
	at += seed_put_digits(at, index, 0);
	at = PUT(at, ",\"seed\":");
	at += seed_put_digits(at, seed, 0);
	at = PUT(at, ",\"seed_mode\":\"");
	at = stpcpy(at, seed_modes[plan->mode]);
	*at++ = '"';
	return (size_t)(at - head);
}

static void put_record(struct output *out, const struct seed_plan *plan, uint64_t place, uint64_t seed,
                       struct rv_str *line)
{
	char head[HEAD_MAX];
	const uint64_t count = plan->count;
	rv_str_clear(line);
	rv_str_append(line, head, put_head(plan, plan->start + place, seed, head));
	if (!seed_space_is_empty(&plan->space)) {
		rv_str_puts(line, ",\"params\":");
		seed_space_put(&plan->space, place / count, seed, plan->start + place % count, line);
	}
	rv_str_append(line, out->tail, out->tail_len);
	if (out->filters || out->records.for_people) {
		put_filtered(out, line);
	} else {
		rv_output_put_lines(&out->records, line->ptr, line->len);
	}
}

/* Where two lines of neighbouring indices differ: the last digits of the numbers that count up. */
static size_t find_counters(const char *a, const char *b, size_t len, size_t ends[COUNTERS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < len && n < COUNTERS_MAX; i++) {
		if (a[i] != b[i]) {
			ends[n++] = i;
		}
	}
	return n;
}

/* Lines that differ in counters alone, copied and counted up as text. From an index that ends in 0 on: the first two
 * lines then differ in one digit per counter. Returns the place of the first line that was not made: the next one has
 * another length. */
static uint64_t put_counted(struct output *out, const struct seed_plan *plan, uint64_t place, struct rv_str *block)
{
	char line[HEAD_MAX + TAIL_MAX + 1], next[HEAD_MAX];
	size_t ends[COUNTERS_MAX];
	uint64_t index = plan->start + place;
	size_t len = put_head(plan, index, index, line);
	size_t n = len == put_head(plan, index + 1, index + 1, next) ? find_counters(line, next, len, ends) : 0;
	memcpy(line + len, out->tail, out->tail_len);
	len += out->tail_len;
	line[len++] = '\n';
	while (n > 0 && place < plan->part.to && !is_over(out)) {
		rv_str_clear(block);
		rv_str_reserve(block, BLOCK_BYTES);
		char *at = block->ptr;
		for (; place < plan->part.to && at + len <= block->ptr + BLOCK_BYTES && n > 0; place++, at += len) {
			memcpy(at, line, len);
			for (size_t i = 0; i < n; i++) {
				char *digit = line + ends[i];
				while (*digit == '9') {
					*digit-- = '0';
				}
				if (*digit < '0' || *digit > '9') {
					n = 0; /* one digit more is needed */
					break;
				}
				++*digit;
			}
		}
		rv_output_put_lines(&out->records, block->ptr, (size_t)(at - block->ptr) - 1);
	}
	return place;
}

/* A stream's readers learn from each record how many are to come: of this part. */
static void make_tail(struct output *out, const struct seed_plan *plan)
{
	char *at = out->tail;
	if (!plan->part.is_open) {
		at = PUT(at, ",\"run\":{\"of\":");
		at += seed_put_digits(at, seed_part_count(&plan->part), 0);
		*at++ = '}';
	}
	*at++ = '}';
	out->tail_len = (size_t)(at - out->tail);
}

/* Number k of the seeds of `rand`: the k-th value of stream "seed" of the key, or the system's. */
static uint64_t random_seed(const struct seed_plan *plan, uint64_t k)
{
	if (plan->os_random) {
		uint64_t bits;
		while (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits)) {
		}
		return bits >> 11;
	}
	struct rv_rng rng;
	rv_rng_init(&rng, plan->key, "seed");
	rng.position = k;
	return rv_rng_u64(&rng) >> 11;
}

static void run_counted(const struct seed_plan *plan, struct output *out)
{
	struct rv_str line = RV_STR_INIT;
	uint64_t count = plan->count;
	const struct seed_part *const part = &plan->part;
	const bool plain = plan->mode == SEED_PLAN_SEQ && part->step == 1 && seed_space_is_empty(&plan->space) &&
	                   !out->filters && !out->records.for_people;
	for (uint64_t place = part->from; place < part->to && !is_over(out); place += part->step) {
		if (plain && (plan->start + place) % 10 == 0 && part->to - place >= COUNTED_MIN) {
			place = put_counted(out, plan, place, &line) - 1;
			continue;
		}
		uint64_t k = plan->start + place % count;
		uint64_t seed = plan->mode == SEED_PLAN_FIXED ? plan->seed
		                : plan->mode == SEED_PLAN_SEQ ? k
		                                              : random_seed(plan, k);
		put_record(out, plan, place, seed, &line);
	}
	rv_str_release(&line);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* What is wrong with a line of the list; 0 with the seed when nothing is. */
static int parse_seed(struct rv_span line, uint64_t *seed, struct rv_err *err)
{
	char text[LIST_LINE_MAX + 1];
	while (line.len > 0 && is_blank(*line.ptr)) {
		line.ptr++;
		line.len--;
	}
	while (line.len > 0 && is_blank(line.ptr[line.len - 1])) {
		line.len--;
	}
	if (line.len > LIST_LINE_MAX) {
		return rv_fail(err, RV_E_USAGE, "too long for a seed: '%.*s...'", LIST_LINE_MAX, line.ptr);
	}
	memcpy(text, line.ptr, line.len);
	text[line.len] = '\0';
	if (memchr(text, '\0', line.len)) {
		return rv_fail(err, RV_E_USAGE, "a NUL byte");
	}
	return rv_parse_u64(text, "seed", 0, RV_SEED_MAX, seed, err);
}

/* One seed a line; blank lines are skipped. A line that is no seed ends the run: the rest would get other indices. The
 * list is read to its end for a part of it, too: who writes it sees no difference. */
static void run_list(const struct seed_plan *plan, struct output *out)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_reader *reader = rv_reader_new(STDIN_FILENO, "the list");
	struct rv_span line = { .ptr = "", .len = 0 };
	uint64_t number = 0, place = 0, seed;
	int got = 1;
	rv_reader_on_wait(reader, rv_output_wait, &out->records);
	while (!is_over(out) && (got = rv_reader_line(reader, &line, &number, &err)) != 0) {
		if (got < 0) {
			if (!rv_sig_stop()) {
				rv_tool_fail(out->records.tool, &err);
			}
			break;
		}
		if (got == 2) {
			rv_fail(&err, RV_E_TOO_LONG, "longer than %zu bytes", RV_LINE_MAX);
		}
		if (got == 2 || parse_seed(line, &seed, &err) < 0) {
			rv_fail_prefix(&err, "line %" PRIu64, number);
			rv_report(&err);
			rv_tool_status(out->records.tool, 2);
			break;
		}
		if (seed_part_has(&plan->part, place)) {
			put_record(out, plan, place, seed, &text);
		}
		place++;
	}
	if (got == 0 && !plan->part.is_open && place < plan->part.to) {
		rv_error("the list ends at index %" PRIu64 ", the range at %" PRIu64, plan->start + place - 1,
		         plan->start + plan->part.to - 1);
		rv_tool_status(out->records.tool, 2);
	}
	rv_reader_free(reader);
	rv_str_release(&text);
}

static int open_filters(struct output *out, const struct rv_common *common, struct rv_err *err)
{
	if (!common->set && !common->where) {
		return 0;
	}
	out->filters = rv_filters_new(common->set, common->where, err);
	return out->filters ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_err err = RV_ERR_INIT;
	struct seed_plan plan = SEED_PLAN_INIT;
	int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	struct output out = { .record = RV_RECORD_INIT };
	if (seed_plan_init(&plan, &asked, argc, argv, &err) < 0 || open_filters(&out, &tool.common, &err) < 0) {
		rv_tool_usage(&tool, "%s", err.text);
		goto out;
	}
	if (plan.mode == SEED_PLAN_LIST && isatty(STDIN_FILENO)) {
		rv_tool_usage(&tool, "standard input is a terminal: seeds come from a pipe or a file, one a line");
		goto out;
	}
	make_tail(&out, &plan);
	rv_output_open(&out.records, &tool);
	out.records.describe = describe;
	out.records.has_rows = true;
	(plan.mode == SEED_PLAN_LIST ? run_list : run_counted)(&plan, &out);
	rv_output_close(&out.records);
out:
	rv_filters_free(out.filters);
	rv_record_release(&out.record);
	seed_plan_release(&plan);
	rv_option_list_release(&asked.params);
	rv_option_list_release(&asked.grids);
	return rv_tool_end(&tool);
}
