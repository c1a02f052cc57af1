/* SPDX-License-Identifier: MIT */
/* A shell command for a file. */
#include "sink/post.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "spawn.h"

#define OUTPUT_MAX ((size_t)64 << 20)

/* The quote that is open after a byte of a command; 0: none. */
static char quote_after(char quote, char byte)
{
	if (quote) {
		return byte == quote ? '\0' : quote;
	}
	return (char)(byte == '"' || byte == '\'' ? byte : '\0');
}

int sink_post_check(const char *option, const char *command, struct rv_err *err)
{
	char quote = '\0';
	for (const char *at = command; *at; at++) {
		if (*at == '\\' && quote != '\'' && at[1]) {
			at++;
		} else if (quote && strncmp(at, "{}", 2) == 0) {
			return rv_fail(err, RV_E_USAGE, "%s: {} stands within quotes, which it needs none of", option);
		} else {
			quote = quote_after(quote, *at);
		}
	}
	return 0;
}

/* The command with the shell's first argument in the place of {}. */
static char *make_script(const char *command)
{
	struct rv_str script = RV_STR_INIT;
	while (*command) {
		const bool is_place = strncmp(command, "{}", 2) == 0;
		if (is_place) {
			rv_str_puts(&script, "\"$1\"");
		} else {
			rv_str_putc(&script, *command);
		}
		command += is_place ? 2 : 1;
	}
	return rv_str_detach(&script);
}

static int tell_end(const char *option, const struct sink_posted *posted, int status, struct rv_str *errors,
                    struct rv_err *err)
{
	struct rv_str end = RV_STR_INIT;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return 1;
	}
	while (errors->len > 0 && errors->ptr[errors->len - 1] == '\n') {
		rv_str_truncate(errors, errors->len - 1);
	}
	rv_child_describe(status, &end);
	rv_fail(err, RV_E_IO, "%s for '%s' failed with %s%s%s", option, posted->path, end.ptr,
	        errors->len > 0 ? ": " : "", errors->ptr);
	rv_str_release(&end);
	return 0;
}

int sink_post_run(const char *option, const char *command, const struct sink_posted *posted, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, bytes = RV_STR_INIT, sha256 = RV_STR_INIT, output = RV_STR_INIT,
	              errors = RV_STR_INIT;
	char *const script = make_script(command);
	int status;
	rv_str_printf(&path, "RV_POST_PATH=%s", posted->path);
	rv_str_printf(&bytes, "RV_POST_BYTES=%" PRIu64, posted->n_bytes);
	rv_str_printf(&sha256, "RV_POST_SHA256=%s", posted->sha256);
	const char *const argv[] = { "/bin/sh", "-c", script, option, posted->file, NULL }, *const env[] = {
		path.ptr, bytes.ptr, sha256.ptr, NULL
	};
	const struct rv_spawn how = { .argv = argv, .env_set = env };
	int result = rv_run(&how, NULL, OUTPUT_MAX, 0, &output, &errors, &status, err);
	if (result == 0) {
		result = tell_end(option, posted, status, &errors, err);
	}
	free(script);
	rv_str_release(&path);
	rv_str_release(&bytes);
	rv_str_release(&sha256);
	rv_str_release(&output);
	rv_str_release(&errors);
	return result;
}
