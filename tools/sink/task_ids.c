/* SPDX-License-Identifier: MIT */
/* Ids are kept with their task, and alone. */
#include "sink/task_ids.h"

#include <string.h>

int sink_task_ids_take(struct rv_idset *ids, const struct format_place *place, const char *part, struct rv_err *err)
{
	struct rv_str name = RV_STR_INIT;
	if (!place->task[0]) {
		return 0;
	}
	rv_str_printf(&name, "%s/%s", place->task, place->id);
	const bool is_new = rv_idset_add(ids, name.ptr, name.len);
	rv_str_release(&name);
	return !is_new || rv_idset_add(ids, place->id, strlen(place->id))
	               ? 0
	               : rv_fail(err, RV_E_USAGE,
	                         "id '%s' is in task '%s' of part '%s' and in another task: give the samples of each "
	                         "task ids of their own (rv-seed --id '%s_%%08d')",
	                         place->id, place->task, part, place->task);
}
