/* SPDX-License-Identifier: MIT */
/* Files that are alike. */
#include "sink/sames.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

struct sink_same {
	char *path, sha256[RV_HASH_HEX_LEN + 1];
	const char *part;
};

void sink_sames_release(struct sink_sames *sames)
{
	for (size_t i = 0; i < sames->len; i++) {
		free(sames->items[i].path);
	}
	free(sames->items);
	*sames = (struct sink_sames)SINK_SAMES_INIT;
}

int sink_sames_take(struct sink_sames *sames, const char *path, const char *sha256, const char *part, const char *cure,
                    struct rv_err *err)
{
	for (size_t i = 0; i < sames->len; i++) {
		const struct sink_same *const same = &sames->items[i];
		if (strcmp(same->path, path) == 0) {
			return strcmp(same->sha256, sha256) == 0
			               ? 0
			               : rv_fail(err, RV_E_USAGE,
			                         "parts of unlike settings: '%s' of '%s' and of '%s' differ%s", path,
			                         same->part, part, cure);
		}
	}
	struct sink_same same = { .path = rv_strdup(path), .part = part };
	memcpy(same.sha256, sha256, sizeof(same.sha256));
	RV_GROW(sames->items, sames->len, sames->cap);
	sames->items[sames->len++] = same;
	return 1;
}
