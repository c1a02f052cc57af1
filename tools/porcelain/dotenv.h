/* SPDX-License-Identifier: MIT */
/*
 * The file `.env` of the working directory: variables for this program and what it starts. Lines are NAME=VALUE, an
 * `export` before it allowed; blank lines and those that start with # are left out. A value in '' is taken as it is,
 * one in "" with the escapes \n \r \t \" \\ \$, a bare one ends before a blank and #. What is set already stays. Only
 * names that cannot decide what is run are taken (dotenv.c has them); the others are told in warnings.
 */
#ifndef RV_PORCELAIN_DOTENV_H
#define RV_PORCELAIN_DOTENV_H

/* Sets them, without a word when there is no such file. A line that is none of the above is left out, with a warning.
 */
void porcelain_dotenv_load(void);
/* The same with the text of such a file, which is cut into its lines. */
void porcelain_dotenv_take(char *text);

#endif
