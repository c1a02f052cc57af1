/* SPDX-License-Identifier: MIT */
/* Who helps with which sequence. */
#include "share.h"

#include "clock.h"
#include "crew.h"
#include "window.h"

uint64_t blend_share_note(struct blend_seat *seat)
{
	struct blend_worker *worker = &seat->worker;
	struct blend_slot *slot = seat->slot ? seat->slot : seat->helps;
	const uint64_t frames = worker->frames;
	if (slot && worker->frames_told) {
		slot->share = (struct blend_share) { .begun = true,
			                             .closed = slot->share.closed,
			                             .left = worker->frames_total,
			                             .begun_s = rv_clock_s() };
	}
	if (slot) {
		slot->share.done += frames;
		slot->share.left -= RV_MIN(frames, slot->share.left);
	}
	seat->helped += frames;
	worker->frames = 0;
	worker->frames_told = false;
	return frames;
}

size_t blend_share_helpers(const struct blend_crew *crew, const struct blend_slot *slot)
{
	size_t n = 0;
	for (size_t i = 0; i < crew->n_seats; i++) {
		n += crew->seats[i].helps == slot;
	}
	return n;
}

/* How many workers more would be of use for the sequence that the seat answers for, if any. */
static uint64_t room_at(const struct blend_crew *crew, const struct blend_seat *seat)
{
	if (!seat->slot || !seat->slot->share.begun || seat->slot->share.closed) {
		return 0;
	}
	const struct blend_share *share = &seat->slot->share;
	const size_t workers = 1 + blend_share_helpers(crew, seat->slot);
	const double frame_s = (rv_clock_s() - share->begun_s) / (double)(share->done + 1); /* at least */
	return share->left <= workers || frame_s * (double)share->left < BLEND_SHARE_MIN_S ? 0 : share->left - workers;
}

size_t blend_share_demand(const struct blend_crew *crew)
{
	uint64_t room = 0;
	for (size_t i = 0; i < crew->n_seats; i++) {
		room += room_at(crew, &crew->seats[i]);
	}
	return (size_t)room;
}

struct blend_slot *blend_share_neediest(const struct blend_crew *crew)
{
	struct blend_slot *slot = NULL;
	double most = 0;
	for (size_t i = 0; i < crew->n_seats; i++) {
		const struct blend_seat *seat = &crew->seats[i];
		if (room_at(crew, seat) == 0) {
			continue;
		}
		const double each =
		        (double)seat->slot->share.left / (double)(1 + blend_share_helpers(crew, seat->slot));
		if (each > most) {
			most = each;
			slot = seat->slot;
		}
	}
	return slot;
}

void blend_share_end_help(struct blend_seat *seat, bool of_use)
{
	if (seat->helps && (!of_use || seat->helped == 0)) {
		seat->helps->share.closed = true;
	}
	seat->helps = NULL;
	seat->helped = 0;
}

void blend_share_forget(struct blend_crew *crew, const struct blend_slot *slot)
{
	for (size_t i = 0; i < crew->n_seats; i++) {
		if (crew->seats[i].helps == slot) {
			crew->seats[i].helps = NULL;
		}
	}
}
