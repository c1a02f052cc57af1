/* SPDX-License-Identifier: MIT */
/* sink/yaml.h: what YAML does not print, or takes for the end of a line, is escaped. */
#include "sink/yaml.h"

#include "check.h"

static void strings(void)
{
	static const char *const rows[][2] = {
		{ "", "\"\"" },
		{ "a: \"b\" \\ #", "\"a: \\\"b\\\" \\\\ #\"" },
		{ "\n\x1f\x7f", "\"\\n\\u001f\\u007f\"" },
		{ "\u00e9 \xc2\x85 \u00a0", "\"\u00e9 \\u0085 \u00a0\"" },
		{ "\u2028\u2029\u2030", "\"\\u2028\\u2029\u2030\"" },
		{ "\ufeff\ufffd\uffff", "\"\\ufeff\ufffd\\uffff\"" },
		{ "\U0001f600", "\"\U0001f600\"" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_str yaml = RV_STR_INIT;
		sink_yaml_string(&yaml, rows[i][0]);
		CHECK_STR(yaml.ptr, rows[i][1]);
		rv_str_release(&yaml);
	}
}

CHECK_MODULE(sink_yaml)
{
	check_case("strings are YAML's, whatever they hold", strings);
}
