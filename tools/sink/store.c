/* SPDX-License-Identifier: MIT */
/* Copies into a dataset. */
#include "sink/store.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "hash.h"
#include "video.h"

struct sink_store {
	struct sink_dataset *dataset;
	struct rv_hash *hash;
	struct rv_str path, jpeg;
	bool cannot_clone; /* the dataset's file system has no blocks that files share */
};

/* A file of the sample at hand that is in the dataset. */
struct sink_stored {
	const char *file, *relative;
	int quality; /* of the JPEG file that it was encoded as; 0: it is as it was */
	uint64_t n_bytes;
	char sha256[RV_HASH_HEX_LEN + 1];
	struct sink_stored *next;
};

/* A copy in the making. */
struct copy {
	const char *path;
	int fd;
	struct rv_hash *hash;
	bool is_clone; /* the bytes are there */
};

struct sink_store *sink_store_new(struct sink_dataset *dataset)
{
	struct sink_store *const store = rv_alloc_zero(1, sizeof(*store));
	store->dataset = dataset;
	store->hash = rv_hash_new();
	rv_str_init(&store->path);
	rv_str_init(&store->jpeg);
	return store;
}

void sink_store_free(struct sink_store *store)
{
	if (store) {
		rv_hash_free(store->hash);
		rv_str_release(&store->path);
		rv_str_release(&store->jpeg);
		free(store);
	}
}

static struct sink_stored *find(const struct sink_sample *sample, const char *file, int quality)
{
	struct sink_stored *stored = sample->stored;
	while (stored && (stored->quality != quality || strcmp(stored->file, file) != 0)) {
		stored = stored->next;
	}
	return stored;
}

/* An rv_write_fn. */
static int take_bytes(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	const struct copy *const copy = to;
	rv_hash_add(copy->hash, bytes, len);
	return !copy->is_clone && rv_write_all(copy->fd, bytes, len) < 0
	               ? rv_fail_errno(err, "cannot write '%s'", copy->path)
	               : 0;
}

/* Puts a new file's blocks in the place of the bytes that would be written. */
static bool clone(struct sink_store *store, int fd, const struct rv_source *source)
{
	if (store->cannot_clone || source->fd < 0) {
		return false;
	}
	const bool is_clone = ioctl(fd, FICLONE, source->fd) == 0;
	store->cannot_clone = !is_clone && (errno == EOPNOTSUPP || errno == ENOTTY);
	return is_clone;
}

/* Copies a source to the store's path, and takes its digest. */
static int copy_source(struct sink_store *store, const struct rv_source *source, struct rv_err *err)
{
	struct copy copy = { .path = store->path.ptr, .hash = store->hash };
	copy.fd = open(copy.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (copy.fd < 0) {
		return rv_fail_errno(err, "cannot create '%s'", copy.path);
	}
	copy.is_clone = clone(store, copy.fd, source);
	const int status = rv_source_copy(source, take_bytes, &copy, err);
	return close(copy.fd) < 0 && status == 0 ? rv_fail_errno(err, "cannot write '%s'", copy.path) : status;
}

static int encode(struct sink_store *store, struct sink_sample *sample, const char *file, int quality,
                  struct rv_source *source, struct rv_err *err)
{
	struct rv_image image = RV_IMAGE_INIT;
	rv_str_clear(&store->jpeg);
	int status = sink_sample_read_picture(sample, file, &image, err);
	if (status == 0 && rv_jpeg_encode(&image, quality, &store->jpeg, err) < 0) {
		status = rv_fail_prefix(err, "'%s'", file);
	}
	rv_image_release(&image);
	if (status == 0) {
		rv_source_open_memory(source, file, store->jpeg.ptr, store->jpeg.len);
	}
	return status;
}

/* Opens the file itself, encoded where that is wanted. */
static int open_source(struct sink_store *store, struct sink_sample *sample, const char *file, int quality,
                       struct rv_source *source, struct rv_err *err)
{
	return quality > 0 ? encode(store, sample, file, quality, source, err)
	                   : sink_sample_open(sample, file, source, err);
}

static const struct sink_stored *remember(struct sink_sample *sample, const char *file, int quality,
                                          const char *relative, const struct rv_source *source, struct rv_hash *hash)
{
	struct sink_stored *const stored = rv_arena_alloc(&sample->arena, 1, sizeof(*stored));
	*stored = (struct sink_stored) { .file = file,
		                         .quality = quality,
		                         .relative = rv_arena_strndup(&sample->arena, relative, strlen(relative)),
		                         .n_bytes = source->len,
		                         .next = sample->stored };
	rv_hash_hex(hash, stored->sha256);
	sample->stored = stored;
	return stored;
}

/* The first time. */
static int copy(struct sink_store *store, struct sink_sample *sample, const char *file, int quality,
                const char *relative, struct rv_err *err)
{
	struct rv_source source;
	if (open_source(store, sample, file, quality, &source, err) < 0) {
		return -1;
	}
	const bool is_there = sink_dataset_path(store->dataset, relative, &store->path, err) == 0 &&
	                      copy_source(store, &source, err) == 0;
	const struct sink_stored *const stored =
	        is_there ? remember(sample, file, quality, relative, &source, store->hash) : NULL;
	rv_source_close(&source);
	return is_there ? sink_dataset_list(store->dataset, relative, stored->n_bytes, stored->sha256, err) : -1;
}

static int put(struct sink_store *store, struct sink_sample *sample, const char *file, int quality,
               const char *relative, struct rv_err *err)
{
	const struct sink_stored *const stored = find(sample, file, quality);
	return stored ? sink_dataset_link(store->dataset, stored->relative, relative, stored->n_bytes, stored->sha256,
	                                  err)
	              : copy(store, sample, file, quality, relative, err);
}

int sink_store_file(struct sink_store *store, struct sink_sample *sample, const char *file, const char *relative,
                    struct rv_err *err)
{
	return put(store, sample, file, 0, relative, err);
}

int sink_store_image(struct sink_store *store, struct sink_sample *sample, const struct rv_picture *picture,
                     const struct format *format, const char *relative, struct rv_err *err)
{
	return put(store, sample, rv_picture_file(picture, RV_ROLE_IMAGE), sink_picture_quality(picture, format),
	           relative, err);
}

int sink_store_open(struct sink_store *store, struct sink_sample *sample, const struct rv_picture *picture,
                    const struct format *format, struct rv_source *source, struct rv_err *err)
{
	const char *const file = rv_picture_file(picture, RV_ROLE_IMAGE);
	const int quality = sink_picture_quality(picture, format);
	const struct sink_stored *const stored = find(sample, file, quality);
	if (!stored) {
		return open_source(store, sample, file, quality, source, err);
	}
	return sink_dataset_path(store->dataset, stored->relative, &store->path, err) < 0
	               ? -1
	               : rv_source_open(source, store->path.ptr, err);
}
