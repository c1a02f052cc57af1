/* SPDX-License-Identifier: MIT */
/* hash.h against the examples of FIPS 180-4 and the standard's padding edges. */
#include "hash.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "check.h"
#include "file.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void vectors(void)
{
	char hex[RV_HASH_HEX_LEN + 1];
	rv_hash_bytes("", 0, hex);
	CHECK_STR(hex, EMPTY);
	rv_hash_bytes("abc", 3, hex);
	CHECK_STR(hex, ABC);
	rv_hash_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
	CHECK_STR(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void stream(void)
{
	char hex[RV_HASH_HEX_LEN + 1];
	char block[1000];
	memset(block, 'a', sizeof(block));
	struct rv_hash *hash = rv_hash_new();
	for (int i = 0; i < 1000; i++) {
		rv_hash_add(hash, block, sizeof(block));
	}
	rv_hash_hex(hash, hex);
	CHECK_STR(hex, MILLION_A);
	rv_hash_add(hash, "abc", 3); /* as new after the digest was taken */
	rv_hash_hex(hash, hex);
	CHECK_STR(hex, ABC);
	rv_hash_free(hash);
	rv_hash_free(NULL);
}

static void files(void)
{
	struct rv_err err = RV_ERR_INIT;
	char hex[RV_HASH_HEX_LEN + 1];
	uint64_t size = 1;
	char *million = rv_alloc(1000000);
	memset(million, 'a', 1000000);
	CHECK_OK(rv_file_write(check_path("a"), million, 1000000, &err), &err);
	CHECK_OK(rv_hash_file(AT_FDCWD, check_path("a"), hex, &size, &err), &err);
	CHECK_STR(hex, MILLION_A);
	CHECK_U64(size, 1000000);
	CHECK_OK(rv_file_write(check_path("empty"), "", 0, &err), &err);
	CHECK_OK(rv_hash_file(AT_FDCWD, check_path("empty"), hex, &size, &err), &err);
	CHECK_STR(hex, EMPTY);
	CHECK_U64(size, 0);
	CHECK_FAILS(rv_hash_file(AT_FDCWD, check_path("none"), hex, NULL, &err), &err, RV_E_MISSING_FILE, "none");
	CHECK_FAILS(rv_hash_file(AT_FDCWD, check_dir(), hex, NULL, &err), &err, RV_E_BAD_FILE, "regular file");
	const int dir_fd = open(check_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(symlink("a", check_path("link")) == 0);
	CHECK(rv_hash_fits(dir_fd, "a", 1000000, MILLION_A) && rv_hash_fits(dir_fd, "a", 1000000, NULL));
	CHECK(!rv_hash_fits(dir_fd, "a", 1000000, ABC) && !rv_hash_fits(dir_fd, "a", 999999, NULL));
	CHECK(!rv_hash_fits(dir_fd, "link", 1000000, NULL) && !rv_hash_fits(dir_fd, "none", 0, NULL));
	close(dir_fd);
	free(million);
}

CHECK_MODULE(hash)
{
	check_case("published vectors", vectors);
	check_case("a stream in pieces, and again after the digest", stream);
	check_case("files", files);
}
