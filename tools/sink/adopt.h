/* SPDX-License-Identifier: MIT */
/*
 * Files of a finished dataset in another one, without a copy where the file system can: a hard link, else blocks that
 * both share (FICLONE), else a copy. Linked files are one: who changes one in place changes both, which rv never
 * does.
 *
 *	struct sink_adopter adopter = SINK_ADOPTER_INIT;
 *	sink_adopt(&adopter, dataset, &source, "webdataset/shard-000007.tar", sha256, err); ...
 */
#ifndef RV_SINK_ADOPT_H
#define RV_SINK_ADOPT_H

#include "sink/dataset.h"
#include "source.h"

struct sink_adopter {
	bool cannot_link; /* private: they are on two file systems, or in different hands */
};
#define SINK_ADOPTER_INIT \
	{ \
		.cannot_link = false \
	}

/* The source is a whole file of this digest, which is trusted. RV_E_USAGE when the dataset has a file of the name. */
int sink_adopt(struct sink_adopter *adopter, struct sink_dataset *dataset, const struct rv_source *source,
               const char *relative, const char *sha256, struct rv_err *err) RV_MUST_USE;

#endif
