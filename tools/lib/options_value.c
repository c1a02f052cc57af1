/* SPDX-License-Identifier: MIT */
/* Values of options as texts. */
#include "json.h"
#include "options.h"

static void put_choices(const struct rv_option *option, struct rv_str *text)
{
	const unsigned int chosen = *(const unsigned int *)option->value;
	const char *comma = "";
	for (size_t i = 0; option->choices[i]; i++) {
		if (chosen & 1U << i) {
			rv_str_printf(text, "%s%s", comma, option->choices[i]);
			comma = ",";
		}
	}
}

void rv_option_put(const struct rv_option *option, struct rv_str *text)
{
	switch (option->kind) {
	case RV_OPT_FLAG:
		rv_str_puts(text, *(const bool *)option->value ? "true" : "");
		break;
	case RV_OPT_STRING:
		rv_str_puts(text, *(const char **)option->value ? *(const char **)option->value : "");
		break;
	case RV_OPT_U64:
	case RV_OPT_SIZE:
		rv_str_put_u64(text, *(const uint64_t *)option->value);
		break;
	case RV_OPT_DOUBLE:
		rv_str_double(text, *(const double *)option->value);
		break;
	case RV_OPT_CHOICE:
		rv_str_puts(text, option->choices[*(const int *)option->value]);
		break;
	case RV_OPT_CHOICES:
		put_choices(option, text);
		break;
	default:
		break;
	}
}
