/* SPDX-License-Identifier: MIT */
/*
 * How Blender is called: a program, or a command with arguments ("flatpak run org.blender.Blender", "env A=1 blender"),
 * to which rv adds its own. It is one text, as --blender and RV_BLENDER have it. One that is the path or the name of a
 * program is that program, whatever blanks are in it. Else its words are told apart as a shell does: by blanks, with ''
 * and "" around what belongs together and a backslash before what counts as it is. Nothing is expanded, and no shell
 * runs.
 */
#ifndef RV_BLEND_COMMAND_H
#define RV_BLEND_COMMAND_H

#include <stddef.h>

#include "err.h"

struct blend_command {
	const char **argv; /* NULL-ended; each allocated */
	size_t n, cap;
};
#define BLEND_COMMAND_INIT \
	{ \
		.argv = NULL \
	}

/* RV_E_NO_BLENDER where there is no program of that name: *err tells which. Release it in every case. */
int blend_command_parse(struct blend_command *command, const char *text, struct rv_err *err) RV_MUST_USE;
/* Appends an argument. */
void blend_command_add(struct blend_command *command, const char *argument);
/* The directory of Blender itself, as far as that can be told: of the last word that is a program. Caller frees; NULL:
 * cannot be told. */
char *blend_command_dir(const struct blend_command *command);
void blend_command_release(struct blend_command *command);

#endif
