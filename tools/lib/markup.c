/* SPDX-License-Identifier: MIT */
/* Text within markup: see markup.h. */
#include "markup.h"

#include <string.h>

#include "scan.h"

void rv_markup_put(const char *text, struct rv_str *markup)
{
	static const char special[] = "<>&\"", *const escapes[] = { "&lt;", "&gt;", "&amp;", "&quot;" };
	for (size_t len; *text; text += len) {
		const char *const found = strchr(special, *text);
		const size_t valid = rv_scan_utf8(text, strlen(text));
		len = valid > 0 ? valid : 1;
		if (found) {
			rv_str_puts(markup, escapes[found - special]);
		} else if (valid == 0 || (unsigned char)*text < ' ' || *text == 0x7f) {
			rv_str_putc(markup, '?');
		} else {
			rv_str_append(markup, text, len);
		}
	}
}
