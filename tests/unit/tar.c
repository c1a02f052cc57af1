/* SPDX-License-Identifier: MIT */
#include "tar.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "file.h"

/* From tar --format=ustar --mtime=@0 --owner=:0 --group=:0 --mode=644 of a file "a.txt" with "hello\n". */
static const char wanted_name[] = "a.txt";
/* clang-format off */
static const char wanted_fields[] = "0000644\0" "0000000\0" "0000000\0" "00000000006\0" "00000000000\0" "010162\0 " "0";
static const char wanted_magic[] = "ustar\0" "00";
/* clang-format on */

static int append(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	(void)err;
	rv_str_append(to, bytes, len);
	return 0;
}

static void header_fields(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT;
	CHECK_OK(rv_tar_member(append, &tar, "a.txt", "hello\n", 6, &err), &err);
	CHECK_U64(tar.len, 1024);
	CHECK_U64(rv_tar_member_size("a.txt", 6), 1024);
	CHECK_BYTES(tar.ptr, sizeof(wanted_name), wanted_name, sizeof(wanted_name));
	CHECK_BYTES(tar.ptr + 100, sizeof(wanted_fields) - 1, wanted_fields, sizeof(wanted_fields) - 1);
	CHECK_BYTES(tar.ptr + 257, 8, wanted_magic, 8);
	CHECK_BYTES(tar.ptr + 512, 8, "hello\n\0", 8);
	rv_str_release(&tar);
}

/* A name of `len` letters. Borrowed until the next call. */
static const char *long_name(size_t len)
{
	static char name[RV_TAR_NAME_MAX + 2];
	memset(name, 'n', len);
	name[len] = '\0';
	return name;
}

static void sizes(void)
{
	CHECK_U64(rv_tar_member_size("a", 0), 512);
	CHECK_U64(rv_tar_member_size("a", 1), 1024);
	CHECK_U64(rv_tar_member_size("a", 512), 1024);
	CHECK_U64(rv_tar_member_size("a", 513), 1536);
	CHECK_U64(rv_tar_member_size(long_name(100), 1), 1024);
	CHECK_U64(rv_tar_member_size(long_name(101), 1), 2048);
	CHECK_U64(rv_tar_member_size(long_name(502), 1), 2048); /* "512 path=" and the newline fill the block */
	CHECK_U64(rv_tar_member_size(long_name(503), 1), 2560);
}

/* Lists members as "name size contents;". */
struct listing {
	struct rv_str text;
	bool first;
};

static int list_member(void *context, const char *name, uint64_t size, struct rv_err *err)
{
	struct listing *listing = context;
	(void)err;
	rv_str_printf(&listing->text, "%s%s %" PRIu64 " ", listing->first ? "" : ";", name, size);
	listing->first = false;
	return 0;
}

static int list_data(void *context, const void *bytes, size_t len, struct rv_err *err)
{
	struct listing *listing = context;
	(void)err;
	rv_str_append(&listing->text, bytes, len);
	return 0;
}

static int read_tar(const char *bytes, size_t len, size_t step, struct rv_str *out, struct rv_err *err)
{
	struct listing listing = { .text = RV_STR_INIT, .first = true };
	struct rv_tar_reader *reader = rv_tar_reader_new(list_member, list_data, &listing);
	int result = 0;
	for (size_t at = 0; at < len && result == 0; at += step) {
		result = rv_tar_reader_add(reader, bytes + at, RV_MIN(step, len - at), err);
	}
	int end = rv_tar_reader_end(reader, err);
	CHECK(result == 0 || end < 0);
	rv_str_release(out);
	*out = listing.text;
	return end;
}

static int put_file(struct rv_str *tar, const char *name, const char *path, struct rv_err *err)
{
	struct rv_source source;
	if (rv_source_open(&source, path, err) < 0) {
		return -1;
	}
	const int status = rv_tar_source(append, tar, name, &source, err);
	rv_source_close(&source);
	return status;
}

static void make_tar(struct rv_str *tar)
{
	struct rv_err err = RV_ERR_INIT;
	const char *path = check_path("file");
	CHECK_OK(rv_file_write(path, "from a file", 11, &err), &err);
	CHECK_OK(rv_tar_member(append, tar, "a.json", "{}", 2, &err), &err);
	CHECK_OK(put_file(tar, "a.txt", path, &err), &err);
	CHECK_OK(rv_tar_member(append, tar, "empty", NULL, 0, &err), &err);
	CHECK_OK(rv_tar_end(append, tar, &err), &err);
}

static void read_in_portions(void)
{
	static const size_t steps[] = { 1, 7, 511, 512, 513, 100000 };
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT, text = RV_STR_INIT;
	make_tar(&tar);
	CHECK_U64(tar.len, 512 + 512 + 512 + 512 + 512 + RV_TAR_END_SIZE);
	for (size_t i = 0; i < RV_COUNTOF(steps); i++) {
		CHECK_OK(read_tar(tar.ptr, tar.len, steps[i], &text, &err), &err);
		CHECK_TEXT(text, "a.json 2 {};a.txt 11 from a file;empty 0 ");
	}
	rv_str_release(&tar);
	rv_str_release(&text);
}

static void damaged_archives(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT, text = RV_STR_INIT;
	make_tar(&tar);
	static const size_t lens[] = { 0, 1, 512, 514, 1024, 2560, 2561, 3072, 3583 };
	for (size_t i = 0; i < RV_COUNTOF(lens); i++) {
		CHECK_FAILS(read_tar(tar.ptr, lens[i], 512, &text, &err), &err, RV_E_BAD_FILE, "cut short");
	}
	tar.ptr[0] ^= 1;
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "checksum at byte 0");
	tar.ptr[0] ^= 1;
	tar.ptr[1024 + 257] ^= 1;
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "no ustar header at byte 1024");
	tar.ptr[1024 + 257] ^= 1;
	tar.ptr[512 + 2] ^= 1;
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "padding");
	tar.ptr[512 + 2] ^= 1;
	tar.ptr[tar.len - 1] ^= 1;
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "after the end");
	tar.ptr[tar.len - 1] ^= 1;
	make_tar(&tar);
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "after the end");
	rv_str_release(&tar);
	rv_str_release(&text);
}

/* Changes a header field and makes the checksum right again. */
static void patch_header(struct rv_str *tar, size_t at, char value)
{
	unsigned int sum = 0;
	tar->ptr[at] = value;
	memset(tar->ptr + 148, ' ', 8);
	for (size_t i = 0; i < RV_TAR_BLOCK; i++) {
		sum += (unsigned char)tar->ptr[i];
	}
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%06o", sum);
	memcpy(tar->ptr + 148, text.ptr, 7);
	rv_str_release(&text);
}

static void strange_members(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT, text = RV_STR_INIT;
	make_tar(&tar);
	patch_header(&tar, 156, '2'); /* a link */
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "no regular file");
	patch_header(&tar, 156, '0');
	patch_header(&tar, 124, 'x'); /* the size */
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "size field");
	patch_header(&tar, 124, '0');
	patch_header(&tar, 345, 'p'); /* the prefix */
	CHECK_OK(read_tar(tar.ptr, tar.len, 512, &text, &err), &err);
	CHECK(strncmp(text.ptr, "p/a.json 2 {};", 14) == 0);
	rv_str_release(&tar);
	rv_str_release(&text);
}

/* The first is named by its own header, the second by a pax header, the third by its own again. */
static void long_names(void)
{
	static const size_t steps[] = { 1, 511, 513, 100000 };
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT, text = RV_STR_INIT, wanted = RV_STR_INIT;
	const size_t lens[] = { 100, 101, 3 };
	uint64_t size = RV_TAR_END_SIZE;
	for (size_t i = 0; i < RV_COUNTOF(lens); i++) {
		const char *const name = long_name(lens[i]);
		CHECK_OK(rv_tar_member(append, &tar, name, "text", 4, &err), &err);
		rv_str_printf(&wanted, "%s%s 4 text", i > 0 ? ";" : "", name);
		size += rv_tar_member_size(name, 4);
	}
	CHECK_OK(rv_tar_end(append, &tar, &err), &err);
	CHECK_U64(tar.len, size);
	/* After the two blocks of the first: as tar --format=pax writes it but for times. */
	CHECK_BYTES(tar.ptr + 1024, 18, "././@PaxHeader\0\0\0\0", 18);
	CHECK(tar.ptr[1024 + 156] == 'x');
	CHECK_BYTES(tar.ptr + 1536, 11, "111 path=nn", 11);
	CHECK_BYTES(tar.ptr + 1536 + 108, 4, "nn\n\0", 4);
	CHECK_BYTES(tar.ptr + 2048, 100, long_name(100), 100);
	for (size_t i = 0; i < RV_COUNTOF(steps); i++) {
		CHECK_OK(read_tar(tar.ptr, tar.len, steps[i], &text, &err), &err);
		CHECK_BYTES(text.ptr, text.len, wanted.ptr, wanted.len);
	}
	for (size_t len = 9; len <= 1300; len++) { /* the length of the record counts its own digits */
		rv_str_clear(&tar);
		CHECK_OK(rv_tar_member(append, &tar, long_name(len), "", 0, &err), &err);
		CHECK_OK(rv_tar_end(append, &tar, &err), &err);
		CHECK_OK(read_tar(tar.ptr, tar.len, 4096, &text, &err), &err);
		CHECK_BYTES(text.ptr, text.len - 3, long_name(len), len);
	}
	rv_str_release(&tar);
	rv_str_release(&text);
	rv_str_release(&wanted);
}

static void pax_headers(void)
{
	static const struct {
		const char *records;
		const char *name; /* of the member that follows, which is called "a"; NULL: it is refused */
	} rows[] = {
		{ "9 path=b\n", "b" },
		{ "11 mtime=1\n9 path=b\n", "b" },
		{ "11 mtime=1\n", "a" },
		{ "8 path=b\n", NULL },
		{ "11 path=b\n", NULL },
		{ "9 path=b", NULL },
		{ "99999999999999999999 path=b\n", NULL },
		{ "9 path b\n", NULL },
		{ "8 path=\n", NULL },
		{ "9 size=7\n", NULL },
		{ "x", NULL },
		{ "0 ", NULL },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_err err = RV_ERR_INIT;
		struct rv_str tar = RV_STR_INIT, text = RV_STR_INIT;
		CHECK_OK(rv_tar_member(append, &tar, "pax", rows[i].records, strlen(rows[i].records), &err), &err);
		CHECK_OK(rv_tar_member(append, &tar, "a", "", 0, &err), &err);
		CHECK_OK(rv_tar_end(append, &tar, &err), &err);
		patch_header(&tar, 156, 'x');
		if (!rows[i].name) {
			CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE,
			            "wrong pax header");
		} else if (CHECK_OK(read_tar(tar.ptr, tar.len, 512, &text, &err), &err)) {
			CHECK(strncmp(text.ptr, rows[i].name, 1) == 0 && strcmp(text.ptr + 1, " 0 ") == 0);
		}
		rv_str_release(&tar);
		rv_str_release(&text);
	}
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT, text = RV_STR_INIT;
	CHECK_OK(rv_tar_member(append, &tar, "pax", "9 path=b\n", 9, &err), &err);
	CHECK_OK(rv_tar_end(append, &tar, &err), &err);
	patch_header(&tar, 156, 'x');
	CHECK_FAILS(read_tar(tar.ptr, tar.len, 512, &text, &err), &err, RV_E_BAD_FILE, "no member follows");
	rv_str_release(&tar);
	rv_str_release(&text);
}

static void names_and_files(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str tar = RV_STR_INIT;
	CHECK_OK(rv_tar_member(append, &tar, long_name(RV_TAR_NAME_MAX), "", 0, &err), &err);
	CHECK_FAILS(rv_tar_member(append, &tar, long_name(RV_TAR_NAME_MAX + 1), "", 0, &err), &err, RV_E_LIMIT,
	            "has 4096 bytes, allowed 1..4095");
	CHECK_FAILS(rv_tar_member(append, &tar, "", "", 0, &err), &err, RV_E_LIMIT, "allowed 1..4095");
	const char *big = check_path("big");
	CHECK_OK(rv_file_write(big, "", 0, &err), &err);
	if (CHECK(truncate(big, (off_t)RV_TAR_SIZE_MAX + 1) == 0)) {
		CHECK_FAILS(put_file(&tar, "a", big, &err), &err, RV_E_LIMIT, "8589934592 bytes");
	}
	rv_str_release(&tar);
}

CHECK_MODULE(tar)
{
	check_case("a header is that of GNU tar's ustar", header_fields);
	check_case("member sizes include header and padding", sizes);
	check_case("an archive reads back in any portions", read_in_portions);
	check_case("damaged and cut archives are refused", damaged_archives);
	check_case("links and wrong sizes are refused, prefixes joined", strange_members);
	check_case("long names stand in pax headers", long_names);
	check_case("pax headers that are wrong are refused", pax_headers);
	check_case("names and files are held to their limits", names_and_files);
}
