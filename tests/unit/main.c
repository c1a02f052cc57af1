/* SPDX-License-Identifier: MIT */
/* rv-unit: runs the unit tests of the C library (see check.h) and prints TAP. */
#include "check.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"

#define SHOWN_BYTES 200 /* of a text that differs */

/* Sizes that no memory holds are asked for on purpose: malloc returns NULL under the sanitizers, too. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static struct check_module *modules; /* sorted by name */
static const char *module_name;
static unsigned int n_cases, n_failed;
static bool case_failed;
static const char *skip_reason;
static char *scratch;
static struct {
	char **items;
	size_t len, cap;
} paths;

void check_register(struct check_module *module)
{
	struct check_module **at = &modules;
	while (*at && strcmp((*at)->name, module->name) < 0) {
		at = &(*at)->next;
	}
	module->next = *at;
	*at = module;
}

/* ---- scratch ---------------------------------------------------------------------------------------------------- */

static const char *keep_path(char *path)
{
	RV_GROW(paths.items, paths.len, paths.cap);
	return paths.items[paths.len++] = path;
}

const char *check_dir(void)
{
	if (!scratch) {
		const char *base = getenv("TMPDIR");
		struct rv_str name = RV_STR_INIT;
		rv_str_printf(&name, "%s/rv-unit-XXXXXX", base && *base ? base : "/tmp");
		char *relative = rv_str_detach(&name);
		if (!mkdtemp(relative)) {
			perror(relative);
			exit(3);
		}
		scratch = rv_path_absolute(relative);
		free(relative);
	}
	return scratch;
}

const char *check_path(const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", check_dir(), name);
	return keep_path(rv_str_detach(&path));
}

void check_holds(const char *name, const char *text)
{
	struct rv_err err;
	struct rv_str got = RV_STR_INIT;
	if (CHECK_OK(rv_file_read(check_path(name), 1 << 20, &got, &err), &err)) {
		CHECK_TEXT(got, text);
	}
	rv_str_release(&got);
}

const char *check_data(const char *name)
{
	const char *root = getenv("RV_ROOT");
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/tests/%s", root && *root ? root : ".", name);
	return keep_path(rv_str_detach(&path));
}

static void release_scratch(void)
{
	struct rv_err err;
	if (scratch && rv_remove_tree(scratch, &err) < 0) {
		printf("# %s\n", err.text);
		case_failed = true;
	}
	free(scratch);
	scratch = NULL;
	rv_names_free(paths.items, paths.len);
	memset(&paths, 0, sizeof(paths));
}

/* ---- cases ------------------------------------------------------------------------------------------------------ */

bool check_has_failed(void)
{
	return case_failed;
}

void check_case(const char *what, void (*run)(void))
{
	case_failed = false;
	skip_reason = NULL;
	run();
	release_scratch();
	n_cases++;
	n_failed += case_failed;
	printf("%s %u - %s: %s", case_failed ? "not ok" : "ok", n_cases, module_name, what);
	if (skip_reason) {
		printf(" # SKIP %s", skip_reason);
	}
	printf("\n");
	fflush(stdout); /* so that a crash in the next one loses nothing, and no child writes it a second time */
}

void check_skip(const char *reason)
{
	skip_reason = reason;
}

/* ---- checks ----------------------------------------------------------------------------------------------------- */

static bool judge(bool held, const char *file, int line, const char *what)
{
	if (!held) {
		case_failed = true;
		printf("# %s:%d: %s\n", file, line, what);
	}
	return held;
}

bool check_true(const char *file, int line, const char *what, bool held)
{
	return judge(held, file, line, what);
}

bool check_u64(const char *file, int line, const char *what, uint64_t got, uint64_t wanted)
{
	if (!judge(got == wanted, file, line, what)) {
		printf("#   is %" PRIu64 ", should be %" PRIu64 "\n", got, wanted);
	}
	return got == wanted;
}

bool check_i64(const char *file, int line, const char *what, int64_t got, int64_t wanted)
{
	if (!judge(got == wanted, file, line, what)) {
		printf("#   is %" PRId64 ", should be %" PRId64 "\n", got, wanted);
	}
	return got == wanted;
}

bool check_near(const char *file, int line, const char *what, double got, double wanted, double tolerance)
{
	bool held = fabs(got - wanted) <= tolerance; /* false for NaN */
	if (!judge(held, file, line, what)) {
		printf("#   is %.17g, should be within %g of %.17g\n", got, tolerance, wanted);
	}
	return held;
}

static void show_bytes(const char *label, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	printf("#   %s \"", label);
	for (size_t i = 0; i < RV_MIN(len, (size_t)SHOWN_BYTES); i++) {
		if (at[i] < 0x20 || at[i] == 0x7F || at[i] == '\\') {
			printf("\\x%02x", at[i]);
		} else {
			putchar(at[i]);
		}
	}
	printf("\"%s (%zu bytes)\n", len > SHOWN_BYTES ? "..." : "", len);
}

bool check_bytes(const char *file, int line, const char *what, const void *got, size_t got_len, const void *wanted,
                 size_t wanted_len)
{
	bool held = got_len == wanted_len && (got_len == 0 || memcmp(got, wanted, got_len) == 0);
	if (!judge(held, file, line, what)) {
		show_bytes("is       ", got, got_len);
		show_bytes("should be", wanted, wanted_len);
	}
	return held;
}

bool check_str(const char *file, int line, const char *what, const char *got, const char *wanted)
{
	if (!got || !wanted) {
		if (!judge(got == wanted, file, line, what)) {
			printf("#   is %s, should be %s\n", got ? got : "NULL", wanted ? wanted : "NULL");
		}
		return got == wanted;
	}
	return check_bytes(file, line, what, got, strlen(got), wanted, strlen(wanted));
}

bool check_ok(const char *file, int line, const char *what, int result, const struct rv_err *err)
{
	if (!judge(result >= 0, file, line, what)) {
		printf("#   failed: %s: %s\n", rv_err_code_text(err->code), err->text);
	}
	return result >= 0;
}

bool check_fails(const char *file, int line, const char *what, int result, const struct rv_err *err,
                 enum rv_err_code code, const char *part)
{
	if (!judge(result < 0, file, line, what)) {
		printf("#   did not fail\n");
		return false;
	}
	bool held = err->code == code && strstr(err->text, part);
	if (!judge(held, file, line, what)) {
		printf("#   failed with %s: %s\n#   should be   %s: ...%s...\n", rv_err_code_text(err->code), err->text,
		       rv_err_code_text(code), part);
	}
	return held;
}

/* ---- the program ------------------------------------------------------------------------------------------------ */

static struct check_module *find_module(const char *name)
{
	struct check_module *module = modules;
	while (module && strcmp(module->name, name) != 0) {
		module = module->next;
	}
	return module;
}

static void run_module(const struct check_module *module)
{
	module_name = module->name;
	module->run();
}

int main(int argc, char **argv)
{
	rv_diag_init("rv-unit");
	signal(SIGPIPE, SIG_IGN); /* as every tool does */
	if (argc > 1 && strcmp(argv[1], "--list") == 0) {
		for (const struct check_module *module = modules; module; module = module->next) {
			printf("%s\n", module->name);
		}
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		if (!find_module(argv[i])) {
			rv_error("no module '%s' (--list names them)", argv[i]);
			return 2;
		}
	}
	for (int i = 1; i < argc; i++) {
		run_module(find_module(argv[i]));
	}
	for (const struct check_module *module = modules; module && argc == 1; module = module->next) {
		run_module(module);
	}
	printf("1..%u\n", n_cases);
	return n_failed ? 1 : 0;
}
