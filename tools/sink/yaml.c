/* SPDX-License-Identifier: MIT */
/* Texts for YAML files. */
#include "sink/yaml.h"

#include <string.h>

#include "json.h"

/*
 * A JSON string is a YAML string, but for characters that YAML does not print or takes for the end of a line:
 * U+0080..U+009F, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF. In UTF-8 they have two or three bytes.
 */
static unsigned int code_to_escape(const unsigned char *at)
{
	if (at[0] == 0xc2 && at[1] <= 0x9f) {
		return at[1];
	}
	if (at[0] >= 0xe0 && at[0] <= 0xef) {
		const unsigned int code = (at[0] & 0xfu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
		return code == 0x2028 || code == 0x2029 || code == 0xfeff || code >= 0xfffe ? code : 0;
	}
	return 0;
}

void sink_yaml_string(struct rv_str *yaml, const char *text)
{
	struct rv_str json = RV_STR_INIT;
	rv_str_json(&json, text, strlen(text));
	for (size_t i = 0; i < json.len; i++) {
		const unsigned int code = code_to_escape((const unsigned char *)json.ptr + i);
		if (code == 0) {
			rv_str_putc(yaml, json.ptr[i]);
		} else {
			rv_str_printf(yaml, "\\u%04x", code);
			i += code < 0x800 ? 1 : 2;
		}
	}
	rv_str_release(&json);
}
