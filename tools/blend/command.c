/* SPDX-License-Identifier: MIT */
/* The words of a command. */
#include "command.h"

#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "spawn.h"
#include "str.h"

#define BLANKS " \t\n"

void blend_command_add(struct blend_command *command, const char *argument)
{
	while (command->n + 2 > command->cap) {
		RV_GROW(command->argv, command->cap, command->cap);
	}
	command->argv[command->n++] = rv_strdup(argument);
	command->argv[command->n] = NULL;
}

/* Takes the word at **at, which is no blank, and goes behind it. */
static int take_word(const char **at, struct rv_str *word, struct rv_err *err)
{
	char quote = '\0';
	rv_str_clear(word);
	for (; **at && (quote || !strchr(BLANKS, **at)); ++*at) {
		const char c = **at;
		if (c == '\\' && quote != '\'') {
			if (!*++*at) {
				return rv_fail(err, RV_E_NO_BLENDER, "nothing after the last backslash");
			}
			rv_str_putc(word, **at);
		} else if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		} else {
			rv_str_putc(word, c);
		}
	}
	return quote ? rv_fail(err, RV_E_NO_BLENDER, "no second %c", quote) : 0;
}

static int take_words(struct blend_command *command, const char *text, struct rv_err *err)
{
	struct rv_str word = RV_STR_INIT;
	int status = 0;
	for (const char *at = text + strspn(text, BLANKS); status == 0 && *at; at += strspn(at, BLANKS)) {
		status = take_word(&at, &word, err);
		if (status == 0) {
			blend_command_add(command, word.ptr);
		}
	}
	rv_str_release(&word);
	return status;
}

int blend_command_parse(struct blend_command *command, const char *text, struct rv_err *err)
{
	char *program = rv_find_program(text);
	if (program) {
		blend_command_add(command, program);
	} else if (take_words(command, text, err) < 0) {
		return -1;
	} else if (command->n > 0) {
		program = rv_find_program(command->argv[0]);
		if (program) {
			free((char *)(uintptr_t)command->argv[0]);
			command->argv[0] = rv_strdup(program);
		}
	}
	if (!program) {
		return rv_fail(err, RV_E_NO_BLENDER, "no program '%s'", command->n > 0 ? command->argv[0] : text);
	}
	free(program);
	return 0;
}

char *blend_command_dir(const struct blend_command *command)
{
	for (size_t i = command->n; i-- > 0;) {
		char *const program = rv_find_program(command->argv[i]);
		char *const real = program ? realpath(program, NULL) : NULL;
		char *const dir = real ? rv_strdup(dirname(real)) : NULL;
		free(program);
		free(real);
		if (dir) {
			return dir;
		}
	}
	return NULL;
}

void blend_command_release(struct blend_command *command)
{
	for (size_t i = 0; i < command->n; i++) {
		free((char *)(uintptr_t)command->argv[i]);
	}
	free(command->argv);
	*command = (struct blend_command)BLEND_COMMAND_INIT;
}
