/* SPDX-License-Identifier: MIT */
/* Fuzzes the strict reader of manifest.jsonl: the lines of files that it takes are what their values give. An input
 * that begins with '+' gets the right digest, so that more than the digest is looked at. */
#include "fuzz.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "verify/manifest.h"

static void seal(struct rv_str *text)
{
	char hex[RV_HASH_HEX_LEN + 1];
	struct rv_hash *const hash = rv_hash_new();
	rv_hash_add(hash, text->ptr, text->len);
	rv_hash_hex(hash, hex);
	rv_hash_free(hash);
	rv_str_printf(text, "{\"manifest_sha256\":\"%s\"}\n", hex);
}

static void put_file(const struct verify_manifest_file *file, struct rv_str *text)
{
	rv_str_puts(text, "{\"path\":");
	rv_str_json(text, file->path, strlen(file->path));
	rv_str_printf(text, ",\"bytes\":%" PRIu64 ",\"sha256\":\"%s\"}\n", file->bytes, file->sha256);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const size_t is_sealed = len > 0 && data[0] == '+';
	struct rv_str text = RV_STR_INIT, again = RV_STR_INIT;
	struct rv_source source = RV_SOURCE_INIT;
	struct verify_manifest_head head;
	struct verify_manifest_file file;
	struct rv_err err = RV_ERR_INIT;
	int got = -1;
	rv_str_append(&text, data + is_sealed, len - is_sealed);
	if (is_sealed) {
		seal(&text);
	}
	rv_source_open_memory(&source, "manifest", text.ptr, text.len);
	struct verify_manifest *const manifest = verify_manifest_open(&source, &head, &err);
	if (manifest) {
		rv_str_append(&again, text.ptr, (size_t)((char *)memchr(text.ptr, '\n', text.len) + 1 - text.ptr));
	}
	while (manifest && (got = verify_manifest_next(manifest, &file, &err)) > 0) {
		put_file(&file, &again);
	}
	if (got == 0) {
		seal(&again);
		FUZZ_CHECK(again.len == text.len && memcmp(again.ptr, text.ptr, again.len) == 0);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	verify_manifest_close(manifest);
	rv_source_close(&source);
	rv_str_release(&again);
	rv_str_release(&text);
	return 0;
}
