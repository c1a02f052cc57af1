/* SPDX-License-Identifier: MIT */
/* lines: what is a line and what is not, waiting, the writer's failures. */
#include "lines.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "file.h"

/* A reader of a file that holds the bytes; *fd is to be closed after it is freed. */
static struct rv_reader *reader_of(const void *bytes, size_t len, int *fd)
{
	*fd = open(check_path("lines"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (!CHECK(*fd >= 0) || !CHECK(rv_write_all(*fd, bytes, len) == 0) || !CHECK(lseek(*fd, 0, SEEK_SET) == 0)) {
		return NULL;
	}
	return rv_reader_new(*fd, "the test");
}

static void close_reader(struct rv_reader *reader, int fd)
{
	rv_reader_free(reader);
	close(fd);
}

static void expect_record(struct rv_reader *reader, struct rv_record *record, const char *text, uint64_t line)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_I64(rv_reader_next(reader, record, &err), 1);
	CHECK_TEXT(record->text, text);
	CHECK_U64(record->line, line);
}

static void expect_bad(struct rv_reader *reader, struct rv_record *record, enum rv_err_code code, const char *part,
                       uint64_t line)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_I64(rv_reader_next(reader, record, &err), 2);
	CHECK_FAILS(-1, &err, code, part);
	CHECK_TEXT(record->text, "{}");
	CHECK_U64(record->line, line);
}

static void expect_end(struct rv_reader *reader, struct rv_record *record)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_I64(rv_reader_next(reader, record, &err), 0);
	CHECK_I64(rv_reader_next(reader, record, &err), 0); /* and stays there */
}

static void reading(void)
{
	static const char text[] = "{\"a\":1}\n\n \t\r\n{\"b\":2}\r\nx\n[]\n{\"c\":\"\0\"}\n\"\"\n { \"d\" : 4 } ";
	struct rv_record record = RV_RECORD_INIT;
	int fd;
	struct rv_reader *reader = reader_of(text, sizeof(text) - 1, &fd);
	expect_record(reader, &record, "{\"a\":1}", 1);
	expect_record(reader, &record, "{\"b\":2}\r", 4);
	expect_bad(reader, &record, RV_E_BAD_JSON, "line 5: ", 5);
	expect_bad(reader, &record, RV_E_BAD_JSON, "line 6: ", 6);
	expect_bad(reader, &record, RV_E_BAD_JSON, "line 7: ", 7);
	expect_bad(reader, &record, RV_E_BAD_JSON, "line 8: ", 8);
	expect_record(reader, &record, " { \"d\" : 4 } ", 9);
	expect_end(reader, &record);
	close_reader(reader, fd);
	static const char *const empty[] = { "", "\n", "\n\n", " ", "\r\n " };
	for (size_t i = 0; i < RV_COUNTOF(empty); i++) {
		reader = reader_of(empty[i], strlen(empty[i]), &fd);
		expect_end(reader, &record);
		close_reader(reader, fd);
	}
	rv_record_release(&record);
}

/* `len` bytes that are an object with one member, a newline after them. */
static void put_long(struct rv_str *text, size_t len)
{
	rv_str_puts(text, "{\"a\":\"");
	rv_str_reserve(text, len + 1);
	memset(text->ptr + text->len, 'x', len - 8);
	text->len += len - 8;
	rv_str_puts(text, "\"}\n");
}

static void long_lines(void)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	int fd;
	put_long(&text, RV_LINE_MAX);
	put_long(&text, RV_LINE_MAX + 1);
	rv_str_puts(&text, "{\"b\":1}\n");
	put_long(&text, RV_LINE_MAX + (1 << 20));
	text.len--; /* the last one without its newline */
	struct rv_reader *const reader = reader_of(text.ptr, text.len, &fd);
	CHECK_I64(rv_reader_next(reader, &record, &err), 1);
	CHECK_U64(record.text.len, RV_LINE_MAX);
	CHECK(memcmp(record.text.ptr, text.ptr, RV_LINE_MAX) == 0);
	expect_bad(reader, &record, RV_E_TOO_LONG, "line 2: longer than 67108864 bytes", 2);
	expect_record(reader, &record, "{\"b\":1}", 3);
	expect_bad(reader, &record, RV_E_TOO_LONG, "line 4: ", 4);
	expect_end(reader, &record);
	close_reader(reader, fd);
	rv_str_release(&text);
	rv_record_release(&record);
}

/* Lines of every length around the size of a read: none is cut where the buffer ends. */
static void buffer_ends(void)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	size_t n = 0;
	int fd;
	for (size_t len = 8; len < 2200; len++) {
		put_long(&text, len);
	}
	struct rv_reader *const reader = reader_of(text.ptr, text.len, &fd);
	const char *at = text.ptr;
	while (rv_reader_next(reader, &record, &err) == 1) {
		if (!CHECK_U64(record.text.len, 8 + n) || !CHECK(memcmp(record.text.ptr, at, record.text.len) == 0)) {
			break;
		}
		at += record.text.len + 1;
		n++;
	}
	CHECK_U64(n, 2192);
	close_reader(reader, fd);
	rv_str_release(&text);
	rv_record_release(&record);
}

static void put(int fd, const char *text)
{
	CHECK(rv_write_all(fd, text, strlen(text)) == 0);
}

static void would_block(void)
{
	struct rv_record record = RV_RECORD_INIT;
	int ends[2];
	if (!CHECK(pipe2(ends, O_CLOEXEC) == 0)) {
		return;
	}
	struct rv_reader *const reader = rv_reader_new(ends[0], "the test");
	CHECK(rv_reader_would_block(reader));
	put(ends[1], "{\"a\"");
	CHECK(rv_reader_would_block(reader));
	put(ends[1], ":1}\n{\"b\":2}\n{");
	CHECK(!rv_reader_would_block(reader));
	expect_record(reader, &record, "{\"a\":1}", 1);
	CHECK(!rv_reader_would_block(reader));
	expect_record(reader, &record, "{\"b\":2}", 2);
	CHECK(rv_reader_would_block(reader));
	put(ends[1], "}");
	CHECK(rv_reader_would_block(reader));
	close(ends[1]);
	CHECK(!rv_reader_would_block(reader));
	expect_record(reader, &record, "{}", 3);
	CHECK(!rv_reader_would_block(reader));
	expect_end(reader, &record);
	close_reader(reader, ends[0]);
	rv_record_release(&record);
}

struct waits {
	int writer, n_waits, n_ends;
};

/* Input comes once the reader waits. */
static void on_wait(void *context, bool waiting)
{
	struct waits *const waits = context;
	if (waiting) {
		waits->n_waits++;
		put(waits->writer, "{\"b\":2}\n");
	} else {
		waits->n_ends++;
	}
}

static void waiting(void)
{
	struct rv_record record = RV_RECORD_INIT;
	int ends[2];
	if (!CHECK(pipe2(ends, O_CLOEXEC) == 0)) {
		return;
	}
	struct waits waits = { .writer = ends[1] };
	struct rv_reader *const reader = rv_reader_new(ends[0], "the test");
	rv_reader_on_wait(reader, on_wait, &waits);
	put(ends[1], "{\"a\":1}\n");
	expect_record(reader, &record, "{\"a\":1}", 1);
	CHECK_I64(waits.n_waits, 0);
	expect_record(reader, &record, "{\"b\":2}", 2);
	CHECK_I64(waits.n_waits, 1);
	CHECK_I64(waits.n_ends, 1);
	close(ends[1]);
	expect_end(reader, &record);
	CHECK_I64(waits.n_waits, 1);
	close_reader(reader, ends[0]);
	rv_record_release(&record);
}

static void failed_reading(void)
{
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err;
	const int fd = open(check_dir(), O_RDONLY | O_CLOEXEC);
	struct rv_reader *const reader = rv_reader_new(fd, "the test");
	CHECK_FAILS(rv_reader_next(reader, &record, &err), &err, RV_E_IO, "cannot read the test: Is a directory");
	close_reader(reader, fd);
	rv_record_release(&record);
}

static void writing(void)
{
	struct rv_err err;
	struct rv_str back = RV_STR_INIT;
	const int fd = open(check_path("out"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct rv_writer *writer = rv_writer_new(fd);
	struct rv_str wanted = RV_STR_INIT;
	CHECK_OK(rv_writer_put(writer, "{\"a\":1}", 7, &err), &err);
	CHECK_I64(lseek(fd, 0, SEEK_CUR), 0); /* held back */
	CHECK_OK(rv_writer_flush(writer, &err), &err);
	CHECK_I64(lseek(fd, 0, SEEK_CUR), 8);
	rv_str_puts(&wanted, "{\"a\":1}\n");
	for (int i = 0; i < 3; i++) { /* larger than any buffer */
		const size_t at = wanted.len;
		put_long(&wanted, 1000000 + (size_t)i);
		CHECK_OK(rv_writer_put(writer, wanted.ptr + at, wanted.len - at - 1, &err), &err);
	}
	CHECK_OK(rv_writer_close(writer, &err), &err);
	rv_str_reserve(&back, wanted.len + 1);
	CHECK_I64(pread(fd, back.ptr, wanted.len + 1, 0), (int64_t)wanted.len);
	CHECK(memcmp(back.ptr, wanted.ptr, wanted.len) == 0);
	CHECK(fcntl(fd, F_GETFD) >= 0); /* still open */
	close(fd);
	rv_str_release(&wanted);
	rv_str_release(&back);
}

static void failed_writing(void)
{
	struct rv_err err;
	int ends[2];
	const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (full < 0) {
		check_skip("no /dev/full");
		return;
	}
	struct rv_writer *writer = rv_writer_new(full);
	CHECK_OK(rv_writer_put(writer, "a", 1, &err), &err);
	CHECK_FAILS(rv_writer_flush(writer, &err), &err, RV_E_NO_SPACE, "cannot write the output: ");
	CHECK_OK(rv_writer_put(writer, "b", 1, &err), &err); /* told once */
	CHECK_OK(rv_writer_flush(writer, &err), &err);
	CHECK_OK(rv_writer_close(writer, &err), &err);
	writer = rv_writer_new(full);
	CHECK_OK(rv_writer_put(writer, "a", 1, &err), &err);
	CHECK_FAILS(rv_writer_close(writer, &err), &err, RV_E_NO_SPACE, "");
	close(full);
	if (!CHECK(pipe2(ends, O_CLOEXEC) == 0)) {
		return;
	}
	void (*const before)(int) = signal(SIGPIPE, SIG_IGN);
	close(ends[0]);
	writer = rv_writer_new(ends[1]);
	CHECK_OK(rv_writer_put(writer, "a", 1, &err), &err);
	CHECK_FAILS(rv_writer_flush(writer, &err), &err, RV_E_CANCELLED, "went away");
	CHECK_OK(rv_writer_close(writer, &err), &err);
	signal(SIGPIPE, before);
	close(ends[1]);
}

static void plain_lines(void)
{
	static const char text[] = "\n one \n\t\r\ntwo\0\r\n3";
	static const struct {
		const char *text;
		size_t len;
		uint64_t number;
	} wanted[] = { { " one ", 5, 2 }, { "two\0\r", 5, 4 }, { "3", 1, 5 } };
	struct rv_err err = RV_ERR_INIT;
	struct rv_span line;
	uint64_t number;
	int fd;
	struct rv_reader *reader = reader_of(text, sizeof(text) - 1, &fd);
	for (size_t i = 0; i < RV_COUNTOF(wanted); i++) {
		CHECK_I64(rv_reader_line(reader, &line, &number, &err), 1);
		CHECK_U64(number, wanted[i].number);
		CHECK(line.len == wanted[i].len && !memcmp(line.ptr, wanted[i].text, line.len));
	}
	CHECK_I64(rv_reader_line(reader, &line, &number, &err), 0);
	close_reader(reader, fd);
}

CHECK_MODULE(lines)
{
	check_case("newlines, blank lines, bad lines", reading);
	check_case("lines that are no records", plain_lines);
	check_case("lines around the limit", long_lines);
	check_case("lines around the end of the buffer", buffer_ends);
	check_case("would_block: half a line is not enough", would_block);
	check_case("the call before and after waiting", waiting);
	check_case("reading that fails", failed_reading);
	check_case("the writer gives out all bytes", writing);
	check_case("writing that fails is told once", failed_writing);
}
