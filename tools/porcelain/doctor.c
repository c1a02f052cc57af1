/* SPDX-License-Identifier: MIT */
/* rv doctor: whether this machine can render, what was found, and what to do about each trouble. */
#include <unistd.h>

#include "file.h"
#include "porcelain/command.h"
#include "porcelain/dotenv.h"
#include "porcelain/findings.h"
#include "sig.h"
#include "tool.h"

static const char *sysroot = "";
static bool fix;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG, .name = "fix", .value = &fix, .help = "print the commands that mend what was found" },
	{ .kind = RV_OPT_STRING,
	  .name = "sysroot",
	  .value = &sysroot,
	  .argument = "DIR" }, /* for tests: before /proc, /sys, /dev */
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv doctor",
	.usage = "[OPTION]...",
	.purpose = "Tell whether this machine can render, what was found, and what to do about each trouble.",
	.options = options,
	.examples = "rv doctor\nrv doctor --fix\nrv doctor --json | jq .device",
	.common = RV_COMMON_JSON,
};

int porcelain_command_doctor(int argc, char **argv)
{
	struct rv_tool tool;
	struct porcelain_findings findings = PORCELAIN_FINDINGS_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	const int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status >= 0) {
		return status;
	}
	if (argc > 0) {
		return rv_tool_usage(&tool, "unexpected operand '%s'", argv[0]);
	}
	rv_sig_catch();
	porcelain_dotenv_load();
	porcelain_doctor_blender(&findings, sysroot);
	if (!rv_sig_stop()) {
		porcelain_doctor_system(&findings, sysroot);
	}
	if (!rv_sig_stop()) {
		if (fix) {
			porcelain_findings_put_fixes(&findings, &text);
		} else {
			porcelain_findings_put(&findings, tool.common.json, &text);
		}
		if (rv_write_all(STDOUT_FILENO, text.ptr, text.len) < 0) {
			rv_fail_errno(&err, "cannot write the output");
			rv_tool_fail(&tool, &err);
		}
		rv_tool_status(&tool, porcelain_findings_any_bad(&findings) ? 1 : 0);
	}
	porcelain_findings_release(&findings);
	rv_str_release(&text);
	return rv_tool_end(&tool);
}
