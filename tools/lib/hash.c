/* SPDX-License-Identifier: MIT */
/* SHA-256 through libcrypto, which uses the processor's SHA instructions where there are any. */
#include "hash.h"

#include <openssl/evp.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"

#define DIGEST_BYTES 32

struct rv_hash {
	EVP_MD_CTX *context;
};

/* libcrypto fails here only without memory or without any SHA-256: nothing a caller could act on. */
static void check(int ok)
{
	if (ok != 1) {
		rv_bug("libcrypto has no SHA-256");
	}
}

struct rv_hash *rv_hash_new(void)
{
	struct rv_hash *hash = rv_alloc(sizeof(*hash));
	hash->context = EVP_MD_CTX_new();
	check(hash->context != NULL);
	check(EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL));
	return hash;
}

void rv_hash_add(struct rv_hash *hash, const void *bytes, size_t len)
{
	check(EVP_DigestUpdate(hash->context, bytes, len));
}

void rv_hash_hex(struct rv_hash *hash, char hex[RV_HASH_HEX_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[DIGEST_BYTES];
	check(EVP_DigestFinal_ex(hash->context, digest, NULL));
	check(EVP_DigestInit_ex(hash->context, NULL, NULL));
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[RV_HASH_HEX_LEN] = '\0';
}

void rv_hash_free(struct rv_hash *hash)
{
	if (hash) {
		EVP_MD_CTX_free(hash->context);
		free(hash);
	}
}

static int add_bytes(void *to, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	rv_hash_add(to, bytes, len);
	return 0;
}

int rv_hash_source(const struct rv_source *source, char hex[RV_HASH_HEX_LEN + 1], struct rv_err *err)
{
	struct rv_hash *const hash = rv_hash_new();
	const int status = rv_source_copy(source, add_bytes, hash, err);
	rv_hash_hex(hash, hex);
	rv_hash_free(hash);
	return status;
}

int rv_hash_file(int dir_fd, const char *path, char hex[RV_HASH_HEX_LEN + 1], uint64_t *size, struct rv_err *err)
{
	struct rv_source source;
	if (rv_source_open_at(&source, dir_fd, path, err) < 0) {
		return -1;
	}
	const int status = rv_hash_source(&source, hex, err);
	if (size) {
		*size = source.len;
	}
	rv_source_close(&source);
	return status;
}

bool rv_hash_fits(int dir_fd, const char *relative, uint64_t bytes, const char *sha256)
{
	struct rv_source source;
	char hex[RV_HASH_HEX_LEN + 1];
	if (rv_source_open_beneath(&source, dir_fd, relative, NULL) < 0) {
		return false;
	}
	const bool fits = source.len == bytes &&
	                  (!sha256 || (rv_hash_source(&source, hex, NULL) == 0 && strcmp(hex, sha256) == 0));
	rv_source_close(&source);
	return fits;
}

void rv_hash_bytes(const void *bytes, size_t len, char hex[RV_HASH_HEX_LEN + 1])
{
	struct rv_hash *hash = rv_hash_new();
	rv_hash_add(hash, bytes, len);
	rv_hash_hex(hash, hex);
	rv_hash_free(hash);
}
