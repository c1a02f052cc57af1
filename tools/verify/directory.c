/* SPDX-License-Identifier: MIT */
/* A sample in its directory: see directory.h. */
#include "verify/directory.h"

#include <fcntl.h>
#include <unistd.h>

#include "verify/meta.h"

struct directory {
	struct verify_files files; /* first: it is one */
	int fd;
};

static int open_file(struct verify_files *files, const struct rv_file *file, size_t k, struct rv_source *source,
                     struct rv_err *err)
{
	return rv_source_open_beneath(source, ((struct directory *)files)->fd, file->paths[k], err);
}

static void name_file(const struct verify_files *files RV_UNUSED, const struct rv_file *file, size_t k,
                      struct rv_str *name)
{
	rv_str_puts(name, file->paths[k]);
}

static bool has_file(const struct verify_files *files RV_UNUSED, const struct rv_file *file RV_UNUSED)
{
	return true;
}

static void check_meta(int dir_fd, struct rv_json record, struct verify_report *report)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err err = RV_ERR_INIT;
	report->counts.n_files++;
	if (rv_source_open_beneath(&source, dir_fd, RV_META_NAME, &err) < 0) {
		verify_problems_add_unopened(&report->problems, RV_META_NAME, &err);
		return;
	}
	verify_meta_check(&source, record, &report->problems);
	rv_source_close(&source);
}

int verify_directory_check(const struct rv_record *record, const struct verify_rules *rules,
                           struct verify_report *report, struct rv_err *err)
{
	struct directory directory = { .files = { .open = open_file, .name = name_file, .has = has_file }, .fd = -1 };
	struct rv_sample sample = RV_SAMPLE_INIT;
	int status = rv_sample_load(&sample, record, err);
	if (status == 0) {
		directory.fd = open(sample.dir, O_DIRECTORY | O_CLOEXEC);
		status = directory.fd < 0 ? rv_fail_errno(err, "cannot open the sample '%s'", sample.dir) : 0;
	}
	if (status == 0) {
		verify_inspect(&sample, &directory.files, rules, &report->counts, &report->problems);
		check_meta(directory.fd, sample.json, report);
	}
	if (directory.fd >= 0) {
		close(directory.fd);
	}
	rv_sample_release(&sample);
	return status;
}
