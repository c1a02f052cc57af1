/* SPDX-License-Identifier: MIT */
/*
 * Options as tables, from which come the parser, --help, abbreviations, the hint at a mistyped name, and the shell
 * completions. Long options may be abbreviated when unambiguous and take "--name=value" or "--name value"; short ones
 * may be bundled ("-qj4"); "--" ends options; options and operands may be mixed.
 */
#ifndef RV_OPTIONS_H
#define RV_OPTIONS_H

#include "err.h"
#include "str.h"

enum rv_option_kind {
	RV_OPT_FLAG,    /* bool: set to true */
	RV_OPT_NO_FLAG, /* bool: set to false */
	RV_OPT_SWITCH,  /* int: 1 for "--name" and "--name=true", 0 for "--name=false" */
	RV_OPT_COUNT,   /* int: one more each time */
	RV_OPT_STRING,  /* const char *: the last one given */
	RV_OPT_LIST,    /* struct rv_option_list: all that were given, in order */
	RV_OPT_U64,     /* uint64_t in [min, max] */
	RV_OPT_DOUBLE,  /* double in [min, max] */
	RV_OPT_SIZE,    /* uint64_t bytes, "64M" */
	RV_OPT_SECONDS, /* double, "1.5s" "2m" */
	RV_OPT_CHOICE,  /* int: index in `choices`; upper and lower case are the same */
	RV_OPT_CHOICES, /* unsigned int: bit i for choices[i]; "A,B,..." and what is given again add to it */
	RV_OPT_RATIO,   /* struct rv_ratio: "24", "30000/1001" */
	RV_OPT_JOBS,    /* size_t: 1..RV_JOBS_MAX, 0 for "auto" (rv_machine_jobs tells how many that are) */
	RV_OPT_GROUP,   /* no option: a heading in --help */
	RV_OPT_COMMAND, /* no option: a word that may be the first operand, for --help and completions */
	RV_OPT_TOPIC,   /* the same for --help alone */
	RV_OPT_END
};

struct rv_ratio {
	uint32_t num, den; /* 1..RV_RATIO_MAX; both 0: not given */
};

struct rv_option_list {
	const char **items;
	size_t len, cap;
};
void rv_option_list_release(struct rv_option_list *list);

/*
 * A row of a table. --help says what holds without the option, "(default: 18)": `unset` where it is given, else the
 * value that the variable holds before the options are parsed, where it holds one. "No value" is NULL, NaN, UINT64_MAX,
 * a ratio of zeros, a choice below 0, none of the choices.
 */
struct rv_option {
	enum rv_option_kind kind;
	char letter;      /* 0: none */
	const char *name; /* long name without "--"; the text of an RV_OPT_GROUP, the word of a command */
	void *value;
	const char *argument;       /* "N", "FILE": how --help names it; NULL for flags */
	const char *help;           /* NULL: hidden from --help, hints and completions */
	double min, max;            /* for U64 and DOUBLE; both 0: any */
	const char *const *choices; /* for CHOICE and CHOICES, NULL-ended; of others words that completions offer */
	const char *unset;          /* for --help: what happens without it, where the value does not say that */
};

/* A table with a heading: options that belong to a part of the tool. */
struct rv_option_group {
	const char *title;
	const struct rv_option *options; /* RV_OPT_END last */
};

/* Which of the common options a program has, besides those that every one has. */
enum rv_common_options {
	RV_COMMON_STREAM,  /* --expect, --ok-errors, --where, --set, --grace, --json: it works on a stream of records */
	RV_COMMON_SOURCE,  /* --where, --set, --grace and --json: it begins a stream */
	RV_COMMON_JSON,    /* --json: it can say what it has to say in JSON */
	RV_COMMON_MINIMUM, /* none of these */
};

struct rv_program {
	const char *name;
	const char *usage;               /* what follows the name: "[OPTION]... SCENE" (several lines allowed) */
	const char *purpose;             /* one sentence */
	const struct rv_option *options; /* the tool's own, RV_OPT_END last; the common ones are added. May be NULL */
	const struct rv_option_group *groups; /* further tables, behind them; the last has no title. May be NULL */
	const char *examples;                 /* ready lines, or NULL */
	const char
	        *operands; /* patterns of the files that shells offer, "*.py *.blend"; "/": folders; NULL: any file */
	/* For --version: appends which libraries the tool works with, and their versions. Or NULL. */
	void (*libraries)(struct rv_str *out);
	enum rv_common_options common;
};

/* What every tool has. */
struct rv_common {
	int verbose;           /* -v */
	bool quiet;            /* -q */
	bool json;             /* --json: records even to a terminal */
	double grace_s;        /* --grace SECONDS */
	const char *expect;    /* --expect N|all */
	const char *ok_errors; /* --ok-errors N|PCT% */
	const char *where;     /* --where JQ */
	const char *set;       /* --set JQ */
};

/* Parses; operands are moved to argv[0..*argc) (the program's name is gone). --help, --version and --completions print
 * to stdout and set *done; --help in lines of the terminal's width, 80 columns elsewhere. -1 with RV_E_USAGE
 * otherwise. */
int rv_options_parse(const struct rv_program *program, int *argc, char **argv, struct rv_common *common, bool *done,
                     struct rv_err *err) RV_MUST_USE;
/* Appends what --help prints, in lines of `width` columns. */
void rv_options_help(const struct rv_program *program, size_t width, struct rv_str *out);
/* Sets an option's value from a text, NULL for a flag that stands alone; `what` names it in messages. */
int rv_option_set(const struct rv_option *option, const char *what, const char *text, struct rv_err *err) RV_MUST_USE;
/* Appends the value that an option has now, as its text would be; nothing for one that has none, or a flag that is
 * off. */
void rv_option_put(const struct rv_option *option, struct rv_str *text);
/* Appends an option's help with what holds without it: "which files are the frames (default: image)". */
void rv_option_text(const struct rv_option *option, struct rv_str *text);
/* Writes the member "options" of an open object: an array of {"name","argument","text"}, one for each row. */
struct rv_json_out;
void rv_options_put(const struct rv_option *options, struct rv_json_out *out);
/* One line per option: "--name<TAB>ARGUMENT or empty<TAB>choices, blanks between<TAB>help", letters likewise, commands
 * without dashes; and ":<TAB>patterns<TAB><TAB>" where the program says which files are its operands. */
void rv_options_completions(const struct rv_program *program, struct rv_str *out);

#endif
