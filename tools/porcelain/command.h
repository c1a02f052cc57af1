/* SPDX-License-Identifier: MIT */
/*
 * The commands of `rv` that are no filters. Each is a file NAME.c here with one function, which is a main of its own:
 * argv[0] is the command's name, its rv_program is called "rv NAME". A new one is a line in the table of rv.c, one
 * below, its objects in the Makefile (OBJS_rv), and a section in tools/man/rv.1.
 */
#ifndef RV_PORCELAIN_COMMAND_H
#define RV_PORCELAIN_COMMAND_H

/* Each returns the exit status, as main does. */
int porcelain_command_render(int argc, char **argv);
int porcelain_command_preview(int argc, char **argv);
int porcelain_command_export(int argc, char **argv);
int porcelain_command_python(int argc, char **argv);
int porcelain_command_doctor(int argc, char **argv);
int porcelain_command_replay(int argc, char **argv);
int porcelain_command_new(int argc, char **argv);
int porcelain_command_view(int argc, char **argv);
int porcelain_command_worker(int argc, char **argv);

#endif
