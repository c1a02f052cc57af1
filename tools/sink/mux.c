/* SPDX-License-Identifier: MIT */
/* The writers of all formats, and which of them take a sample. */
#include "sink/mux.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "sink/category_ids.h"
#include "sink/croissant.h"
#include "sink/head.h"
#include "sink/losses.h"

struct writer {
	const struct sink_class *class;
	void *state;
	bool is_chosen, is_default;
	uint64_t n_samples, n_left_out, n_lost;
	bool lacks; /* one was left out that would be in it, but for what the format needs */
	char *why;  /* the first was left out, its id before; NULL: none was */
	/* Of the sample at hand. */
	bool takes_this, lacks_this;
	const char *why_not; /* NULL: it is taken, or the format is not made */
};

struct sink_mux {
	struct sink_target target;
	struct sink_categories categories;
	struct writer writers[FORMAT_IDS];
	struct sink_sample sample;
	struct sink_croissant *croissant; /* NULL: it is not made */
	struct sink_losses losses;
	uint64_t n_samples, n_annotations;
	uint64_t n_unlabelled; /* rendered, and not seen by rv-mask */
};

/* ---- opening ---- */

static int open_writers(struct sink_mux *mux, const bool *is_chosen, struct rv_err *err)
{
	bool is_any_chosen = false;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		is_any_chosen |= is_chosen[i];
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		struct writer *const writer = &mux->writers[i];
		writer->is_chosen = is_chosen[i];
		writer->is_default = !is_any_chosen && sink_classes[i]->format->by_default != FORMAT_WHEN_ASKED;
		writer->class = sink_classes[i];
		writer->state = rv_alloc_zero(1, sink_classes[i]->state_bytes);
		if (sink_classes[i]->open(writer->state, &mux->target, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Shards of earlier runs whose samples are gone: those of the one format that was chosen. */
static int take_packed(struct sink_mux *mux, struct rv_err *err)
{
	if (sink_dataset_list_packed(mux->target.dataset, &mux->n_samples, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		mux->writers[i].n_samples = mux->writers[i].is_chosen ? mux->n_samples : 0;
	}
	return 0;
}

struct sink_mux *sink_mux_open(const struct sink_mux_options *options, struct sink_dataset *dataset, struct rv_err *err)
{
	struct sink_mux *const mux = rv_alloc_zero(1, sizeof(*mux));
	mux->sample = (struct sink_sample)SINK_SAMPLE_INIT;
	mux->sample.is_lossy = options->is_lossy;
	mux->target = (struct sink_target) { .dataset = dataset,
		                             .store = sink_store_new(dataset),
		                             .info = options->info,
		                             .categories = &mux->categories.table };
	mux->croissant = options->info->is_given ? sink_croissant_open(options->info, dataset) : NULL;
	if (sink_categories_open(&mux->categories, options->categories, err) < 0 ||
	    open_writers(mux, options->is_chosen, err) < 0 || take_packed(mux, err) < 0) {
		sink_mux_free(mux);
		return NULL;
	}
	return mux;
}

void sink_mux_free(struct sink_mux *mux)
{
	if (!mux) {
		return;
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		struct writer *const writer = &mux->writers[i];
		if (writer->state) {
			writer->class->release(writer->state);
		}
		free(writer->state);
		free(writer->why);
	}
	sink_sample_release(&mux->sample);
	sink_categories_release(&mux->categories);
	sink_store_free(mux->target.store);
	sink_croissant_free(mux->croissant);
	free(mux);
}

/* ---- a sample ---- */

/* NULL, or why a format that is made by default is not made of the sample at hand. */
static const char *no_use(struct sink_mux *mux, const struct format *format)
{
	const struct rv_sample *const sample = mux->sample.sample;
	if (format->by_default == FORMAT_WITH_ANNOTATIONS && !rv_sample_has_annotations(sample)) {
		return "it has no annotations, which rv-mask makes";
	}
	if (format->by_default == FORMAT_WITH_SEQUENCES && !sample->is_sequence) {
		return rv_arena_printf(&mux->sample.arena, "it is a still, which --format %s takes, too", format->name);
	}
	return NULL;
}

/* Decides whether a format takes the sample at hand. */
static int choose(struct sink_mux *mux, struct writer *writer, struct rv_err *err)
{
	const struct format *const format = writer->class->format;
	struct rv_err lacks = RV_ERR_INIT;
	writer->takes_this = writer->is_chosen;
	writer->lacks_this = false;
	writer->why_not = NULL;
	if (writer->is_chosen) {
		return sink_sample_fits(&mux->sample, format, err);
	}
	if (writer->is_default) {
		writer->why_not = no_use(mux, format);
		writer->lacks_this = !writer->why_not && sink_sample_fits(&mux->sample, format, &lacks) < 0;
		if (writer->lacks_this) {
			writer->why_not = rv_arena_strndup(&mux->sample.arena, lacks.text, strlen(lacks.text));
		}
		writer->takes_this = !writer->why_not;
	}
	return 0;
}

/* Counts the sample at hand. */
static void count(struct writer *writer, const char *id)
{
	writer->n_samples += writer->takes_this;
	writer->n_left_out += writer->why_not != NULL;
	writer->lacks |= writer->lacks_this;
	if (writer->why_not && !writer->why) {
		struct rv_str text = RV_STR_INIT;
		rv_str_printf(&text, "'%s': %s", id, writer->why_not);
		writer->why = rv_str_detach(&text);
	}
}

static int prepare(struct sink_mux *mux, struct rv_err *err)
{
	bool has_categories = false;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		struct writer *const writer = &mux->writers[i];
		if (choose(mux, writer, err) < 0) {
			return SINK_REFUSED;
		}
		has_categories |= writer->takes_this && writer->class->format->has_categories;
	}
	if (has_categories && sink_categories_check(&mux->categories, &mux->sample, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		struct writer *const writer = &mux->writers[i];
		if (writer->takes_this && sink_sample_check_images(&mux->sample, writer->class->format, err) < 0) {
			return SINK_REFUSED;
		}
		const int status = writer->takes_this ? writer->class->prepare(writer->state, &mux->sample, err) : 0;
		if (status < 0) {
			return status;
		}
	}
	return has_categories && sink_categories_take(&mux->categories, &mux->sample, err) < 0 ? SINK_BROKEN : 0;
}

int sink_mux_add(struct sink_mux *mux, const struct rv_sample *sample, struct rv_err *err)
{
	sink_sample_load(&mux->sample, sample);
	const int is_packed = sink_dataset_has_sample(mux->target.dataset, sample, err);
	const int status = is_packed < 0 ? SINK_REFUSED : is_packed > 0 ? 0 : prepare(mux, err);
	if (status < 0 || is_packed > 0) {
		return status;
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		struct writer *const writer = &mux->writers[i];
		if (writer->takes_this && writer->class->add(writer->state, &mux->sample, err) < 0) {
			return SINK_BROKEN;
		}
		count(writer, sample->id);
		writer->n_lost += mux->sample.n_lost[i];
	}
	sink_losses_add(&mux->losses, sample);
	if (mux->croissant) {
		sink_croissant_add(mux->croissant, sample);
	}
	mux->n_samples++;
	mux->n_unlabelled += rv_picture_file(&sample->pictures[0], RV_ROLE_PASSES) &&
	                     !rv_picture_file(&sample->pictures[0], RV_ROLE_INDEX);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		mux->n_annotations += sample->pictures[i].n_annotations;
	}
	return 0;
}

uint64_t sink_mux_count(const struct sink_mux *mux)
{
	return mux->n_samples;
}

static void put_number(struct rv_str *text, uint64_t n, const char *one, const char *many)
{
	rv_str_printf(text, "%s%" PRIu64 " %s", text->len > 0 ? ", " : "", n, n == 1 ? one : many);
}

void sink_mux_tell(const struct sink_mux *mux, const char *where, bool is_last)
{
	const char *before = "; ";
	struct rv_str text = RV_STR_INIT;
	put_number(&text, mux->n_samples, "sample", "samples");
	if (mux->n_annotations > 0) {
		put_number(&text, mux->n_annotations, "annotation", "annotations");
		put_number(&text, mux->categories.table.len, "category", "categories");
	}
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (mux->writers[i].n_samples > 0) {
			rv_str_printf(&text, "%s%s", before, mux->writers[i].class->format->name);
			before = ", ";
		}
	}
	(is_last ? rv_note : rv_info)("%s/: %s", where, text.ptr);
	rv_str_release(&text);
}

void sink_mux_tell_gone(const struct sink_mux *mux, const char *where, const struct sink_head *earlier)
{
	struct rv_str gone = RV_STR_INIT;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (earlier->specs[i] && mux->writers[i].n_samples == 0) {
			rv_str_printf(&gone, "%s%s", gone.len > 0 ? "," : "", earlier->specs[i]);
		}
	}
	if (gone.len > 0) {
		rv_warn("'%s' was replaced as a whole: %s of the earlier dataset went with it; --format takes all "
		        "formats that it is to have",
		        where, gone.ptr);
	}
	rv_str_release(&gone);
}

/* ---- the end ---- */

/* A format that no sample was for is not missed. */
static void warn_left_out(const struct sink_mux *mux, const struct writer *writer)
{
	if (writer->n_left_out > 0 && (writer->n_samples > 0 || writer->lacks)) {
		rv_warn("format %s leaves out %" PRIu64 " of %" PRIu64 " sample%s, the first is %s",
		        writer->class->format->name, writer->n_left_out, mux->n_samples, RV_PLURAL(mux->n_samples),
		        writer->why);
	}
}

/* Of objects that the format could not carry. */
static void warn_lost(const struct writer *writer)
{
	if (writer->n_lost > 0) {
		rv_warn("format %s leaves out %" PRIu64
		        " object%s of pictures or clips, which it cannot carry (--lossy)",
		        writer->class->format->name, writer->n_lost, RV_PLURAL(writer->n_lost));
	}
}

/* Of what samples may have (enum format_thing_bit): what no format of the dataset carries. */
static unsigned int lost_by_all(const struct sink_mux *mux)
{
	unsigned int lost = ~0u;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		const struct writer *const writer = &mux->writers[i];
		lost &= writer->n_samples > 0 ? format_lacks(writer->class->format) : ~0u;
	}
	return lost;
}

/* The pipe of somebody who has left rv-mask out, but for videos and prompts alone. */
static void warn_unlabelled(const struct sink_mux *mux, unsigned int lost)
{
	const unsigned int all = (1u << FORMAT_THINGS) - 1;
	if (mux->n_samples > 0 && mux->n_unlabelled == mux->n_samples && ((lost | FORMAT_HAS_PROMPTS) & all) != all) {
		rv_warn("no sample has labels: rv-mask makes them, between rv-blend and rv-mux");
	}
}

static void put_head(const struct sink_mux *mux, uint64_t n_errors, struct rv_str *line)
{
	char version[] = RV_VERSION;
	struct sink_head head = { .version = version, .n_samples = mux->n_samples, .n_errors = n_errors };
	struct rv_str specs[FORMAT_IDS];
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		rv_str_init(&specs[i]);
		const struct writer *const writer = &mux->writers[i];
		if (writer->n_samples > 0) {
			format_put_spec(writer->class->format, &specs[i]);
			head.specs[i] = specs[i].ptr;
			head.left_out[i] = writer->n_left_out;
			head.lost[i] = writer->n_lost;
		}
	}
	sink_head_put(&head, line);
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		rv_str_release(&specs[i]);
	}
}

int sink_mux_finish(struct sink_mux *mux, uint64_t n_errors, struct rv_err *err)
{
	struct rv_str with_categories = RV_STR_INIT, head = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		struct writer *const writer = &mux->writers[i];
		const struct format *const format = writer->class->format;
		if (status == 0 && writer->n_samples > 0) {
			status = writer->class->finish(writer->state, err);
			if (format->has_categories) {
				rv_str_printf(&with_categories, "%s%s", with_categories.len > 0 ? ", " : "format ",
				              format->name);
			}
		}
		warn_left_out(mux, writer);
		warn_lost(writer);
	}
	if (status == 0 && with_categories.len > 0) {
		status = sink_categories_finish(&mux->categories, mux->target.dataset, with_categories.ptr, err);
	}
	if (status == 0) {
		status = sink_info_write(mux->target.info, mux->target.dataset, err);
	}
	if (status == 0 && mux->croissant) {
		status = sink_croissant_write(mux->croissant, err);
	}
	if (status == 0) {
		put_head(mux, n_errors, &head);
		status = sink_dataset_commit(mux->target.dataset, &head, err);
	}
	if (status == 0) {
		const unsigned int lost = lost_by_all(mux);
		sink_losses_note(&mux->losses, lost);
		warn_unlabelled(mux, lost);
	}
	rv_str_release(&with_categories);
	rv_str_release(&head);
	return status;
}
