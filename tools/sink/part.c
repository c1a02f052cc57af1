/* SPDX-License-Identifier: MIT */
/* Arrays on their way through temporary files. */
#include "sink/part.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define PART_BYTES ((size_t)256 << 10)

void sink_part_init(struct sink_part *part, const struct sink_dataset *dataset, const char *name)
{
	*part = (struct sink_part) { .path = RV_STR_INIT, .text = RV_STR_INIT, .fd = -1 };
	sink_dataset_scratch(dataset, name, &part->path);
}

static int write_text(struct sink_part *part, struct rv_err *err)
{
	if (part->fd < 0) {
		part->fd = open(part->path.ptr, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	}
	if (part->fd < 0 || rv_write_all(part->fd, part->text.ptr, part->text.len) < 0) {
		return rv_fail_errno(err, "cannot write '%s'", part->path.ptr);
	}
	rv_str_clear(&part->text);
	return 0;
}

void sink_part_item(struct sink_part *part, struct rv_json_out *out)
{
	rv_str_puts(&part->text, part->n_items++ > 0 ? ",\n" : "[\n");
	rv_json_out_init(out, &part->text);
}

int sink_part_flush(struct sink_part *part, struct rv_err *err)
{
	return part->text.len < PART_BYTES ? 0 : write_text(part, err);
}

int sink_part_copy(struct sink_part *part, struct sink_output *output, struct rv_err *err)
{
	const char *const end = part->n_items > 0 ? "]" : "[]";
	if (part->fd < 0) {
		return sink_output_write(output, part->text.ptr, part->text.len, err) < 0
		               ? -1
		               : sink_output_write(output, end, strlen(end), err);
	}
	if (write_text(part, err) < 0) {
		return -1;
	}
	if (lseek(part->fd, 0, SEEK_SET) < 0) {
		return rv_fail_errno(err, "cannot read '%s'", part->path.ptr);
	}
	rv_str_reserve(&part->text, PART_BYTES);
	ssize_t n;
	while ((n = rv_read_all(part->fd, part->text.ptr, PART_BYTES)) > 0) {
		if (sink_output_write(output, part->text.ptr, (size_t)n, err) < 0) {
			return -1;
		}
	}
	return n < 0 ? rv_fail_errno(err, "cannot read '%s'", part->path.ptr)
	             : sink_output_write(output, end, strlen(end), err);
}

void sink_part_release(struct sink_part *part)
{
	if (part->fd >= 0) {
		close(part->fd);
		(void)unlink(part->path.ptr);
		part->fd = -1;
	}
	rv_str_release(&part->path);
	rv_str_release(&part->text);
}
