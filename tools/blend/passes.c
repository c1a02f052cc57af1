/* SPDX-License-Identifier: MIT */
/* The passes that --passes may name. */
#include "passes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "parse.h"

/* clang-format off */
static const char *const pass_names[] = {
	"Z", "Vector", "Mist", "Position", "Normal", "UV", "ObjectIndex", "MaterialIndex", "Shadow", "AO", "Emission",
	"Environment", "ShadowCatcher", "DiffuseColor", "DiffuseDirect", "DiffuseIndirect", "GlossyColor",
	"GlossyDirect", "GlossyIndirect", "TransmissionColor", "TransmissionDirect", "TransmissionIndirect",
	"CryptoObject", "CryptoMaterial", "CryptoAsset", NULL
};
/* clang-format on */

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
	const char *const near = rv_nearest_name(name, pass_names);
	for (size_t i = 0; pass_names[i]; i++) {
		rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", pass_names[i]);
	}
	rv_fail(err, RV_E_USAGE, "--passes: there is no pass '%s'%s%s%s: the passes are %s", name,
	        near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", known.ptr);
	rv_str_release(&known);
	return -1;
}

int blend_passes_put(struct rv_json_out *out, const char *key, const char *text, struct rv_err *err)
{
	bool wanted[RV_COUNTOF(pass_names)] = { false };
	int result = 0;
	char *list = rv_strdup(text);
	char *rest = list;
	for (char *name; result == 0 && (name = strsep(&rest, ","));) {
		size_t i = 0;
		while (pass_names[i] && !same_pass(pass_names[i], name)) {
			i++;
		}
		wanted[i] = true;
		if (!pass_names[i] && *name) {
			result = fail_unknown(name, err);
		}
	}
	rv_json_open(out, key, '[');
	for (size_t i = 0; pass_names[i]; i++) {
		if (wanted[i]) {
			rv_json_put_string(out, NULL, pass_names[i]);
		}
	}
	rv_json_close(out, ']');
	free(list);
	return result;
}
