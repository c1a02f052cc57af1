/* SPDX-License-Identifier: MIT */
/* Requests of workers. */
#include "request.h"

#include <string.h>

#include "resume.h"

int blend_request_make(const struct blend_sample_run *run, const struct blend_slot *slot, const char *out,
                       const char *rest, bool assist, struct rv_str *request, struct rv_err *err)
{
	struct rv_str work = RV_STR_INIT, scene = RV_STR_INIT;
	const int result = blend_script_of(run->script, &slot->record, &scene, err);
	rv_str_printf(&work, "%s/%s", assist ? out : run->gen_dir, assist ? "generated" : slot->id.ptr);
	rv_str_clear(request);
	rv_str_puts(request, "{\"record\":");
	rv_record_stored(&slot->record, request);   /* what is not in the sample's key is not for the scene to see */
	rv_str_truncate(request, request->len - 1); /* its newline */
	rv_str_puts(request, ",\"out\":");
	rv_str_json(request, out, strlen(out));
	rv_str_puts(request, ",\"work\":");
	rv_str_json(request, work.ptr, work.len);
	blend_resume_put(run, slot->id.ptr, slot->key, request);
	rv_str_puts(request, assist ? ",\"assist\":true" : "");
	rv_str_puts(request, ",\"scene\":");
	rv_str_json(request, scene.ptr, scene.len);
	rv_str_putc(request, ',');
	rv_str_puts(request, rest);
	rv_str_putc(request, '}');
	rv_str_release(&work);
	rv_str_release(&scene);
	return result;
}
