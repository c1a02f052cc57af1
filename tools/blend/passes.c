/* SPDX-License-Identifier: MIT */
/* The passes that --passes may name. */
#include "passes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "parse.h"
#include "vocabulary.h"

/* Equal but for case and underscores: DIFFUSE_COLOR is DiffuseColor. */
static bool same_pass(const char *a, const char *b)
{
	while (true) {
		a += strspn(a, "_");
		b += strspn(b, "_");
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
			return false;
		}
		if (!*a) {
			return true;
		}
		a++;
		b++;
	}
}

static int fail_unknown(const char *name, struct rv_err *err)
{
	struct rv_str known = RV_STR_INIT;
	const char *const near = rv_nearest_name(name, rv_setting_passes);
	for (size_t i = 0; rv_setting_passes[i]; i++) {
		rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", rv_setting_passes[i]);
	}
	rv_fail(err, RV_E_USAGE, "--passes: there is no pass '%s'%s%s%s: the passes are %s", name,
	        near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", known.ptr);
	rv_str_release(&known);
	return -1;
}

int blend_passes_put(struct rv_json_out *out, const char *key, const char *text, struct rv_err *err)
{
	uint64_t wanted = 0; /* bit i: rv_setting_passes[i] */
	int result = 0;
	char *list = rv_strdup(text);
	char *rest = list;
	for (char *name; result == 0 && (name = strsep(&rest, ","));) {
		size_t i = 0;
		while (rv_setting_passes[i] && !same_pass(rv_setting_passes[i], name)) {
			i++;
		}
		wanted |= (uint64_t)1 << i;
		if (!rv_setting_passes[i] && *name) {
			result = fail_unknown(name, err);
		}
	}
	rv_json_open(out, key, '[');
	for (size_t i = 0; rv_setting_passes[i]; i++) {
		if (wanted >> i & 1) {
			rv_json_put_string(out, NULL, rv_setting_passes[i]);
		}
	}
	rv_json_close(out, ']');
	free(list);
	return result;
}
