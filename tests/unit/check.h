/* SPDX-License-Identifier: MIT */
/*
 * The frame of the C unit tests. A module's tests are one file; nothing else is to be changed to add one:
 *
 *	#include "check.h"
 *	#include "rng.h"
 *
 *	static void draws(void)
 *	{
 *		struct rv_rng rng;
 *		rv_rng_init(&rng, 1, "a");
 *		CHECK(rv_rng_unit(&rng) < 1.0);
 *	}
 *
 *	CHECK_MODULE(rng)
 *	{
 *		check_case("draws lie in their range", draws);
 *	}
 *
 * A case is one line of TAP ("ok 3 - rng: draws lie in their range"). A check that fails is shown with file, line and
 * values; the case goes on and is "not ok". Every check macro is an expression that is true when the check held, so
 * `if (!CHECK(p)) { return; }` leaves early. Checks are made by one thread.
 *
 * `rv-unit` runs all modules, `rv-unit rng str` those, `rv-unit --list` names them.
 */
#ifndef RV_CHECK_H
#define RV_CHECK_H

#include "err.h"
#include "str.h"

struct check_module {
	const char *name;
	void (*run)(void);
	struct check_module *next;
};

void check_register(struct check_module *module);

#define CHECK_MODULE(module_name) \
	static void check_run_##module_name(void); \
	__attribute__((constructor)) static void check_register_##module_name(void) \
	{ \
		static struct check_module module = { .name = #module_name, .run = check_run_##module_name }; \
		check_register(&module); \
	} \
	static void check_run_##module_name(void)

void check_case(const char *what, void (*run)(void));
/* Says on the case's line why it cannot be run here; call and return. */
void check_skip(const char *reason);

/* True once a check of the running case has failed: for a child process that runs checks. */
bool check_has_failed(void);

#define CHECK(condition) check_true(__FILE__, __LINE__, #condition, (condition))
#define CHECK_U64(got, wanted) check_u64(__FILE__, __LINE__, #got, (got), (wanted))
#define CHECK_I64(got, wanted) check_i64(__FILE__, __LINE__, #got, (got), (wanted))
#define CHECK_NEAR(got, wanted, tolerance) check_near(__FILE__, __LINE__, #got, (got), (wanted), (tolerance))
#define CHECK_STR(got, wanted) check_str(__FILE__, __LINE__, #got, (got), (wanted))
/* got is a struct rv_str, compared with all its bytes to a C string. */
#define CHECK_TEXT(got, wanted) check_bytes(__FILE__, __LINE__, #got, (got).ptr, (got).len, (wanted), strlen(wanted))
#define CHECK_BYTES(got, got_len, wanted, wanted_len) \
	check_bytes(__FILE__, __LINE__, #got, (got), (got_len), (wanted), (wanted_len))
/* A call of the library that ends with `&err`: succeeded (0 or more); or failed with that code and with `part` in its
 * message. */
#define CHECK_OK(call, err) check_ok(__FILE__, __LINE__, #call, (call), (err))
#define CHECK_FAILS(call, err, code, part) check_fails(__FILE__, __LINE__, #call, (call), (err), (code), (part))

bool check_true(const char *file, int line, const char *what, bool held);
bool check_u64(const char *file, int line, const char *what, uint64_t got, uint64_t wanted);
bool check_i64(const char *file, int line, const char *what, int64_t got, int64_t wanted);
bool check_near(const char *file, int line, const char *what, double got, double wanted, double tolerance);
bool check_str(const char *file, int line, const char *what, const char *got, const char *wanted);
bool check_bytes(const char *file, int line, const char *what, const void *got, size_t got_len, const void *wanted,
                 size_t wanted_len);
bool check_ok(const char *file, int line, const char *what, int result, const struct rv_err *err);
bool check_fails(const char *file, int line, const char *what, int result, const struct rv_err *err,
                 enum rv_err_code code, const char *part);

/* A fresh, empty scratch directory for the running case, removed after it; absolute. Borrowed. */
const char *check_dir(void);
/* "DIR/NAME" in that directory. Borrowed until the case ends. */
const char *check_path(const char *name);
/* Checks that the file of that name in it has exactly this text. */
void check_holds(const char *name, const char *text);
/* A file of the source tree's tests/ ("data/rng.json"). Borrowed until the case ends. */
const char *check_data(const char *name);

#endif
