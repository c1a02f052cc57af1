/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of .env: whatever stands in it, no name comes into the environment that may decide what is run, and
 * what is set stays. */
#include "fuzz.h"

#include <fnmatch.h>
#include <string.h>

#include "diag.h"
#include "porcelain/dotenv.h"
#include "str.h"

extern char **environ;

static bool is_harmless(const char *variable)
{
	static const char *const harmful[] = { "LD_*",   "PYTHON*", "BLENDER_*", "RV_*",  "PATH=*",
		                               "BASH_*", "ENV=*",   "GIT_*",     "IFS=*", "HOME=*" };
	bool is = true;
	for (size_t i = 0; is && i < RV_COUNTOF(harmful); i++) {
		is = fnmatch(harmful[i], variable, 0) != 0 || fnmatch("*_TOKEN=*", variable, 0) == 0 ||
		     fnmatch("*_SECRET=*", variable, 0) == 0 || fnmatch("*_KEY=*", variable, 0) == 0 ||
		     fnmatch("*_KEY_ID=*", variable, 0) == 0;
	}
	return is;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str text = RV_STR_INIT;
	char **const before = environ;
	char *own[] = { (char[]) { "SCENE_SET=mine" }, NULL };
	environ = own;
	rv_diag_set_level(0);
	rv_str_append(&text, (const char *)data, len);
	porcelain_dotenv_take(text.ptr);
	FUZZ_CHECK(strcmp(getenv("SCENE_SET"), "mine") == 0);
	for (char **variable = environ; *variable; variable++) {
		FUZZ_CHECK(is_harmless(*variable) && strncmp(*variable, "LD_", 3) != 0);
	}
	clearenv();
	environ = before;
	rv_str_release(&text);
	return 0;
}
