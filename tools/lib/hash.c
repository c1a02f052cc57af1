/* SPDX-License-Identifier: MIT */
/* SHA-256 through libcrypto, which uses the processor's SHA instructions where there are any. */
#include "hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"

#define DIGEST_BYTES 32
#define READ_BYTES ((size_t)256 << 10)

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

int rv_hash_file(int dir_fd, const char *path, char hex[RV_HASH_HEX_LEN + 1], uint64_t *size, struct rv_err *err)
{
	int status = -1;
	const int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", path);
	}
	struct rv_hash *hash = rv_hash_new();
	unsigned char *buffer = rv_alloc(READ_BYTES);
	uint64_t total = 0;
	for (;;) {
		const ssize_t n = rv_read_all(fd, buffer, READ_BYTES);
		if (n < 0) {
			rv_fail_errno(err, "cannot read '%s'", path);
			goto out;
		}
		rv_hash_add(hash, buffer, (size_t)n);
		total += (uint64_t)n;
		if ((size_t)n < READ_BYTES) {
			break;
		}
	}
	rv_hash_hex(hash, hex);
	if (size) {
		*size = total;
	}
	status = 0;
out:
	free(buffer);
	rv_hash_free(hash);
	close(fd);
	return status;
}

static int add(void *hash, const void *bytes, size_t len, struct rv_err *err RV_UNUSED)
{
	rv_hash_add(hash, bytes, len);
	return 0;
}

int rv_hash_source(const struct rv_source *source, char hex[RV_HASH_HEX_LEN + 1], struct rv_err *err)
{
	struct rv_hash *const hash = rv_hash_new();
	const int status = rv_source_copy(source, add, hash, err);
	rv_hash_hex(hash, hex);
	rv_hash_free(hash);
	return status;
}

void rv_hash_bytes(const void *bytes, size_t len, char hex[RV_HASH_HEX_LEN + 1])
{
	struct rv_hash *hash = rv_hash_new();
	rv_hash_add(hash, bytes, len);
	rv_hash_hex(hash, hex);
	rv_hash_free(hash);
}
