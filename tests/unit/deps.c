/* SPDX-License-Identifier: MIT */
/* deps.h: digests of files, and of the names that match a pattern. */
#include "blend/deps.h"

#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "file.h"
#include "str.h"

static struct rv_str root = RV_STR_INIT;

static void put(const char *name)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", root.ptr, name);
	CHECK_OK(rv_file_write(path.ptr, name, 1, &err), &err);
	rv_str_release(&path);
}

/* The digest in a run of its own, since one remembers. Borrowed until the next call. */
static const char *ask(const char *path)
{
	static struct rv_str hex = RV_STR_INIT;
	struct blend_deps *deps = blend_deps_new(root.ptr);
	rv_str_clear(&hex);
	rv_str_puts(&hex, blend_deps_digest(deps, path));
	blend_deps_free(deps);
	return hex.ptr;
}

static void names(void)
{
	struct rv_str before = RV_STR_INIT;
	struct rv_str all = RV_STR_INIT;
	rv_str_clear(&root);
	rv_str_printf(&root, "%s/a[b]*", check_dir()); /* what means something in a pattern is itself in the root */
	CHECK(mkdir(root.ptr, 0777) == 0);
	put("b.exr");
	put("a.exr");
	rv_str_puts(&before, ask("*.exr/"));
	CHECK_U64(before.len, RV_HASH_HEX_LEN);
	put("a.png");
	CHECK_STR(ask("*.exr/"), before.ptr);
	put("c.exr");
	CHECK(strcmp(ask("*.exr/"), before.ptr) != 0);
	rv_str_puts(&all, ask("*.exr/"));
	rv_str_printf(&root, "/.");
	CHECK_STR(ask("*.exr/"), all.ptr); /* names as they are below the root */
	CHECK_STR(ask("*.hdr/"), ask("none/*/"));
	CHECK_STR(ask("none"), "");
	rv_str_release(&before);
	rv_str_release(&all);
	rv_str_release(&root);
}

CHECK_MODULE(deps)
{
	check_case("names that match a pattern", names);
}
