/* SPDX-License-Identifier: MIT */
/* What the machine gives: a check for each thing that has kept somebody from rendering. */
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "parse.h"
#include "porcelain/findings.h"
#include "spawn.h"

#define GIB ((uint64_t)1 << 30)
#define MIB ((uint64_t)1 << 20)
#define DISK_LOW (4 * GIB)
#define DISK_LEAST (100 * MIB)
#define MEMORY_LOW (2 * GIB) /* one worker with a scene of some size */
#define FILES_LOW 1024
#define FILES_LEAST 64
#define NODES_LOW ((uint64_t)100000) /* a sample takes a dozen */
#define SMALL_FILE_MAX ((size_t)1 << 16)
#define VERSION_TIMEOUT_S 20
#define VERSION_MAX ((size_t)1 << 16)

/* ---- scratch and disk ---- */

/* Files that can still be made; file systems without a fixed number of them say 0 of 0. */
static void check_nodes(struct porcelain_findings *findings, const char *topic, const char *path,
                        const struct statvfs *fs)
{
	if (fs->f_files > 0 && fs->f_favail < NODES_LOW) {
		porcelain_findings_add(
		        findings, fs->f_favail > 0 ? PORCELAIN_FINDING_NOTE : PORCELAIN_FINDING_BAD, topic,
		        "a sample is about 12 files: work on another disk, or make shards and let samples go "
		        "(rv-mux --consume)",
		        "only %" PRIu64 " files can still be made in '%s'", (uint64_t)fs->f_favail, path);
	}
}

/* The space below a directory in which a file can be made; told as bad or as too little. */
static void check_directory(struct porcelain_findings *findings, const char *topic, const char *path,
                            const char *advice)
{
	struct statvfs fs;
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s/.rv-doctor-XXXXXX", path);
	const int fd = mkstemp(name.ptr);
	if (fd < 0) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_BAD, topic, advice, "cannot write to '%s': %s", path,
		                       strerror(errno));
	} else if (close(fd), unlink(name.ptr), statvfs(path, &fs) == 0) {
		const uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
		const bool low = free_bytes < DISK_LOW;
		porcelain_findings_add(findings,
		                       free_bytes < DISK_LEAST ? PORCELAIN_FINDING_BAD
		                       : low                   ? PORCELAIN_FINDING_NOTE
		                                               : PORCELAIN_FINDING_OK,
		                       topic, low ? advice : NULL, "%.1f GiB free in '%s'",
		                       (double)free_bytes / (double)GIB, path);
		check_nodes(findings, topic, path, &fs);
	}
	rv_str_release(&name);
}

static void check_disk(struct porcelain_findings *findings, const char *sysroot)
{
	const char *const tmp = getenv("TMPDIR");
	struct rv_str shm = RV_STR_INIT;
	check_directory(findings, "disk", ".", "work in a directory that you can write to, on a disk with space");
	check_directory(findings, "scratch", tmp && *tmp ? tmp : "/tmp",
	                "let TMPDIR name a directory that you can write to");
	rv_str_printf(&shm, "%s/dev/shm", sysroot);
	if (access(shm.ptr, W_OK) < 0) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "scratch",
		                       "docker run --shm-size 1g, or mount -t tmpfs tmpfs /dev/shm",
		                       "no /dev/shm to write to: some of Blender's libraries and drivers want it");
		porcelain_findings_fix_as_root(findings, "mount -t tmpfs tmpfs /dev/shm");
	}
	rv_str_release(&shm);
}

/* ---- limits ---- */

/* A number in a file; UINT64_MAX when there is none ("max"). */
static uint64_t read_number(const char *sysroot, const char *path)
{
	struct rv_str text = RV_STR_INIT, name = RV_STR_INIT;
	uint64_t value = UINT64_MAX;
	rv_str_printf(&name, "%s%s", sysroot, path);
	if (rv_file_read(name.ptr, SMALL_FILE_MAX, &text, NULL) == 0) {
		rv_str_truncate(&text, strcspn(text.ptr, " \n"));
		if (rv_parse_u64(text.ptr, path, 0, UINT64_MAX, &value, NULL) < 0) {
			value = UINT64_MAX;
		}
	}
	rv_str_release(&text);
	rv_str_release(&name);
	return value;
}

static uint64_t available_memory(const char *sysroot)
{
	struct rv_str text = RV_STR_INIT, name = RV_STR_INIT;
	uint64_t kib = UINT64_MAX / 1024;
	rv_str_printf(&name, "%s/proc/meminfo", sysroot);
	if (rv_file_read(name.ptr, SMALL_FILE_MAX, &text, NULL) == 0) {
		const char *const line = strstr(text.ptr, "MemAvailable:");
		kib = line ? strtoull(line + strlen("MemAvailable:"), NULL, 10) : kib;
	}
	rv_str_release(&text);
	rv_str_release(&name);
	return kib * 1024;
}

static void check_memory(struct porcelain_findings *findings, const char *sysroot)
{
	const uint64_t free_bytes = available_memory(sysroot);
	const uint64_t limit = RV_MIN(read_number(sysroot, "/sys/fs/cgroup/memory.max"),
	                              read_number(sysroot, "/sys/fs/cgroup/memory/memory.limit_in_bytes"));
	if (limit < free_bytes) {
		porcelain_findings_add(
		        findings, limit < MEMORY_LOW ? PORCELAIN_FINDING_NOTE : PORCELAIN_FINDING_OK, "memory",
		        limit < MEMORY_LOW ? "raise the limit (docker run --memory 4g), or render with -j 1" : NULL,
		        "a control group limits it to %.1f GiB", (double)limit / (double)GIB);
	} else {
		porcelain_findings_add(findings,
		                       free_bytes < MEMORY_LOW ? PORCELAIN_FINDING_NOTE : PORCELAIN_FINDING_OK,
		                       "memory", free_bytes < MEMORY_LOW ? "render with -j 1" : NULL,
		                       "%.1f GiB available", (double)free_bytes / (double)GIB);
	}
}

/* Logs and what others compare by time go wrong with a clock that stands before the program was made. */
static void check_clock(struct porcelain_findings *findings, const char *sysroot)
{
	struct rv_str path = RV_STR_INIT;
	struct stat made;
	rv_str_printf(&path, "%s%s", sysroot, *sysroot ? "/rv" : "/proc/self/exe");
	if (stat(path.ptr, &made) == 0 && time(NULL) < made.st_mtime) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "clock", "set it (timedatectl set-ntp true)",
		                       "it is before the time when rv was installed: times in logs are wrong");
		porcelain_findings_fix_as_root(findings, "timedatectl set-ntp true");
	}
	rv_str_release(&path);
}

static void check_limits(struct porcelain_findings *findings)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES_LOW) {
		porcelain_findings_add(findings,
		                       files.rlim_cur < FILES_LEAST ? PORCELAIN_FINDING_BAD : PORCELAIN_FINDING_NOTE,
		                       "limits", "ulimit -n 4096", "only %" PRIu64 " files may be open at a time",
		                       (uint64_t)files.rlim_cur);
		porcelain_findings_fix(findings, "ulimit -n 4096");
	}
	/* The locale is ours for this look only: numbers are written without it. */
	const char *const set = setlocale(LC_CTYPE, "");
	if (!set || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "locale", "export LC_ALL=C.UTF-8",
		                       "%s: names of files with other letters than a to z may not be found",
		                       set ? "it is not a UTF-8 one" : "the one that is set is not installed");
		porcelain_findings_fix(findings, "export LC_ALL=C.UTF-8");
	}
	setlocale(LC_CTYPE, "C");
}

/* ---- our own programs ---- */

/* "rv-mux --version": true when it is of our version; what it says of libraries is appended with commas. */
static bool ask_version(const char *name, struct rv_str *libraries)
{
	struct rv_str output = RV_STR_INIT, errors = RV_STR_INIT, wanted = RV_STR_INIT;
	char *const path = rv_find_tool(name);
	const char *const argv[] = { path, "--version", NULL };
	const struct rv_spawn how = { .argv = argv };
	int status;
	rv_str_printf(&wanted, "%s %s\n", name, RV_VERSION);
	const bool good = rv_run(&how, NULL, VERSION_MAX, VERSION_TIMEOUT_S, &output, &errors, &status, NULL) == 0 &&
	                  status == 0 && strncmp(output.ptr, wanted.ptr, wanted.len) == 0;
	const char *const found = strstr(output.ptr, "\nlibraries: ");
	if (good && found) {
		const char *const list = found + strlen("\nlibraries: ");
		rv_str_printf(libraries, "%s%.*s", libraries->len > 0 ? ", " : "", (int)strcspn(list, "\n"), list);
	}
	rv_str_release(&output);
	rv_str_release(&errors);
	rv_str_release(&wanted);
	free(path);
	return good;
}

static void check_tools(struct porcelain_findings *findings)
{
	static const char *const names[] = { "rv-seed", "rv-gen", "rv-blend", "rv-mask", "rv-verify", "rv-mux" };
	struct rv_str libraries = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		rv_str_clear(&libraries);
		if (!ask_version(names[i], &libraries)) {
			porcelain_findings_add(findings, PORCELAIN_FINDING_BAD, "tools", "install all of rv anew",
			                       "'%s' of version %s does not run", names[i], RV_VERSION);
		}
	}
	if (libraries.len > 0) { /* those of rv-mux */
		const bool encodes = strstr(libraries.ptr, "libx264");
		porcelain_findings_fact_string(findings, "libraries", libraries.ptr);
		porcelain_findings_add(findings, encodes ? PORCELAIN_FINDING_OK : PORCELAIN_FINDING_NOTE, "libraries",
		                       encodes ? NULL : "install an FFmpeg with libx264 (Debian's has it)", "%s%s",
		                       libraries.ptr, encodes ? "" : "; rv-mux cannot write videos");
	}
	rv_str_release(&libraries);
}

void porcelain_doctor_system(struct porcelain_findings *findings, const char *sysroot)
{
	check_tools(findings);
	check_disk(findings, sysroot);
	check_memory(findings, sysroot);
	check_limits(findings);
	check_clock(findings, sysroot);
}
