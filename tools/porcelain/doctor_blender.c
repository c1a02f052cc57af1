/* SPDX-License-Identifier: MIT */
/* Whether Blender is there, starts, and renders a small scene; what it renders on. */
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "porcelain/findings.h"
#include "porcelain/session.h"
#include "sig.h"
#include "spawn.h"

#define OLDEST_MAJOR 3
#define OLDEST_MINOR 4
#define GIB ((double)((uint64_t)1 << 30))
#define SMALL_FILE_MAX ((size_t)1 << 16)
#define INSTALL_BLENDER "install Blender (Debian: apt install blender), or let RV_BLENDER name it"

/* What the trial renders. */
static const char record[] = "{\"id\":\"doctor\",\"index\":0,\"seed\":0,\"seed_mode\":\"fixed\"}";
static const char settings[] = "{\"resolution\":[16,16],\"samples\":1,\"device\":\"auto\"}";
static const char scene[] = "import rv\n"
                            "\n\n"
                            "class Doctor(rv.Scene):\n"
                            "    def generate(self):\n"
                            "        self.objects.cube()\n"
                            "        self.camera.set_location((5, -5, 4)).point_at(self.objects.empty())\n";

/* ---- what can be said before it starts ---- */

static void check_environment(struct porcelain_findings *findings)
{
	const char *const asked = getenv("RV_BLENDER");
	const char *const configured = getenv("BLENDER_PATH");
	if (configured && *configured && !(asked && *asked)) {
		char *const path = rv_find_program(configured);
		if (!path) {
			porcelain_findings_add(
			        findings, PORCELAIN_FINDING_NOTE, "blender", "correct BLENDER_PATH, or unset it",
			        "BLENDER_PATH names '%s', which is no program: it is passed over", configured);
			porcelain_findings_fix(findings, "unset BLENDER_PATH");
		}
		free(path);
	}
	/* Blender 5 opens it for drawing even in the background. */
	void *const egl = dlopen("libEGL.so.1", RTLD_LAZY | RTLD_LOCAL);
	if (egl) {
		dlclose(egl);
	} else {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "libraries", "apt install libegl1",
		                       "no libEGL: Blender 5 does not start without it");
		porcelain_findings_fix_as_root(findings, "apt-get install libegl1");
	}
}

/* Of the version that is there: what it is to us. */
static void judge_version(struct porcelain_findings *findings, const char *path, const char *version)
{
	static const char *const tested[] = { "3.4.", "4.3.", "5.2." };
	unsigned int major = 0, minor = 0;
	bool is_tested = false;
	const bool known = sscanf(version, "%u.%u", &major, &minor) == 2;
	const bool old = known && (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR));
	for (size_t i = 0; i < RV_COUNTOF(tested); i++) {
		is_tested = is_tested || strncmp(version, tested[i], strlen(tested[i])) == 0;
	}
	porcelain_findings_fact_string(findings, "blender", version);
	porcelain_findings_fact_string(findings, "blender_path", path);
	porcelain_findings_add(findings,
	                       !known || old ? PORCELAIN_FINDING_BAD
	                       : is_tested   ? PORCELAIN_FINDING_OK
	                                     : PORCELAIN_FINDING_NOTE,
	                       "blender",
	                       !known || old ? INSTALL_BLENDER
	                       : is_tested   ? NULL
	                                     : "when something is wrong, try one of these",
	                       "%s is %s%s", path, version,
	                       !known || old ? ", older than 3.4, the oldest that rv supports"
	                       : is_tested   ? ""
	                                     : ", not one that rv is tested with (3.4, 4.3, 5.2)");
}

/* ---- graphics cards ---- */

static bool exists(const char *sysroot, const char *path)
{
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s%s", sysroot, path);
	const bool there = access(name.ptr, F_OK) == 0;
	rv_str_release(&name);
	return there;
}

/* A display controller of that vendor ("0x10de") on the PCI bus. */
static bool has_card(const char *sysroot, const char *vendor)
{
	struct rv_str root = RV_STR_INIT, path = RV_STR_INIT, text = RV_STR_INIT;
	char **names = NULL;
	size_t len = 0;
	bool found = false;
	rv_str_printf(&root, "%s/sys/bus/pci/devices", sysroot);
	if (rv_dir_names(root.ptr, &names, &len, NULL) < 0) {
		len = 0;
	}
	for (size_t i = 0; i < len && !found; i++) {
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s/class", root.ptr, names[i]);
		const bool display =
		        rv_file_read(path.ptr, SMALL_FILE_MAX, &text, NULL) == 0 && strncmp(text.ptr, "0x03", 4) == 0;
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s/vendor", root.ptr, names[i]);
		found = display && rv_file_read(path.ptr, SMALL_FILE_MAX, &text, NULL) == 0 &&
		        strncmp(text.ptr, vendor, strlen(vendor)) == 0;
	}
	rv_names_free(names, len);
	rv_str_release(&root);
	rv_str_release(&path);
	rv_str_release(&text);
	return found;
}

/* Blender renders on the processor: is there a card that it could use? */
static void check_cards(struct porcelain_findings *findings, const char *sysroot)
{
	const bool nvidia = has_card(sysroot, "0x10de");
	const bool driver = exists(sysroot, "/proc/driver/nvidia/version");
	const bool device = exists(sysroot, "/dev/nvidia0");
	if (driver && !device) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "device",
		                       "in a container: docker run --gpus all",
		                       "the NVIDIA driver is loaded, but there is no device /dev/nvidia0");
	} else if (nvidia && !driver) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "device",
		                       "install NVIDIA's driver (apt install nvidia-driver)",
		                       "an NVIDIA card without its driver");
		porcelain_findings_fix_as_root(findings, "apt-get install nvidia-driver");
	} else if (driver) {
		porcelain_findings_add(
		        findings, PORCELAIN_FINDING_NOTE, "device",
		        "use a Blender from blender.org: distributions build theirs without CUDA; in a container "
		        "set NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics",
		        "this Blender does not use the NVIDIA card");
	} else if (has_card(sysroot, "0x1002") && !exists(sysroot, "/dev/kfd")) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "device",
		                       "install ROCm (libamdhip64), load amdgpu",
		                       "an AMD card that cannot compute: no /dev/kfd");
	}
}

/* ---- a trial ---- */

/* Says what is wrong by what Blender said. */
static void tell_failure(struct porcelain_findings *findings, const char *topic, const struct rv_err *err)
{
	const char *advice = NULL, *fix = NULL, *packages = NULL;
	if (strstr(err->text, "libEGL") || strstr(err->text, "EGL")) {
		advice = "apt install libegl1 libegl-mesa0 libgl1-mesa-dri";
		packages = "apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri";
	} else if (strstr(err->text, "error while loading shared libraries")) {
		advice = "install the package that has this library (apt-file search NAME)";
	} else if (strstr(err->text, "RV_HOME")) {
		advice = "correct RV_HOME, or unset it: rv finds its part for Blender by itself";
		fix = "unset RV_HOME";
	} else if (strstr(err->text, "worker.py")) {
		advice = "install all of rv anew (make install), or set RV_HOME";
	} else if (strstr(err->text, "RV_BLENDER") || strstr(err->text, "no Blender found")) {
		advice = INSTALL_BLENDER;
		packages = "apt-get install blender python3-numpy python3-pil";
	} else if (strstr(err->text, "Permission denied")) {
		advice = "make it executable";
	}
	struct rv_str text = RV_STR_INIT;
	rv_str_puts(&text, err->text);
	for (size_t i = 0; i < text.len; i++) {
		text.ptr[i] = text.ptr[i] == '\n' ? ' ' : text.ptr[i];
	}
	porcelain_findings_add(findings, PORCELAIN_FINDING_BAD, topic, advice, "%s", text.ptr);
	if (packages) {
		porcelain_findings_fix_as_root(findings, packages);
	} else if (fix) {
		porcelain_findings_fix(findings, fix);
	}
	rv_str_release(&text);
}

static bool lists(struct rv_json array, const char *text)
{
	bool found = false;
	for (size_t i = 0; i < rv_json_len(array) && !found; i++) {
		const char *const item = rv_json_string(rv_json_at(array, i), NULL);
		found = item && strcmp(item, text) == 0;
	}
	return found;
}

/* rv does without these modules of Python, many scripts do not. */
static void check_modules(struct porcelain_findings *findings, struct rv_json hello)
{
	static const char *const wanted[] = { "numpy", "PIL" };
	const struct rv_json modules = rv_json_get(hello, "modules");
	struct rv_str text = RV_STR_INIT;
	rv_str_json_value(&text, modules);
	porcelain_findings_fact(findings, "modules", text.ptr, text.len);
	rv_str_clear(&text);
	for (size_t i = 0; i < RV_COUNTOF(wanted); i++) {
		if (!lists(modules, wanted[i])) {
			rv_str_printf(&text, "%s%s", text.len > 0 ? " and " : "", wanted[i]);
		}
	}
	if (text.len > 0) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "python",
		                       "apt install python3-numpy python3-pil, where Blender is Debian's",
		                       "Blender's Python has no %s: scripts and importers that use it fail", text.ptr);
		porcelain_findings_fix_as_root(findings, "apt-get install python3-numpy python3-pil");
	}
	rv_str_release(&text);
}

static void take_hello(struct porcelain_findings *findings, const struct porcelain_session *session,
                       const char *sysroot)
{
	struct rv_json hello = RV_JSON_INIT;
	struct rv_str devices = RV_STR_INIT;
	if (rv_json_parse(session->hello.ptr, session->hello.len, &hello, NULL) < 0) {
		return;
	}
	const char *const version = rv_json_string(rv_json_get(hello, "blender"), NULL);
	const char *const python = rv_json_string(rv_json_get(hello, "python"), NULL);
	const char *const device = rv_json_string(rv_json_get(hello, "device"), NULL);
	const bool denoiser = rv_json_true(rv_json_get(hello, "denoiser"));
	judge_version(findings, session->blender, version ? version : "of no known version");
	if (python) {
		porcelain_findings_fact_string(findings, "python", python);
	}
	rv_str_json_value(&devices, rv_json_get(hello, "devices"));
	porcelain_findings_fact_string(findings, "device", device ? device : "");
	porcelain_findings_fact(findings, "devices", devices.ptr, devices.len);
	porcelain_findings_fact(findings, "denoiser", denoiser ? "true" : "false", denoiser ? 4 : 5);
	porcelain_findings_add(findings, PORCELAIN_FINDING_OK, "device", NULL, "renders on %s, of %s",
	                       device ? device : "?", devices.ptr);
	if (device && strcmp(device, "CPU") == 0) {
		check_cards(findings, sysroot);
	}
	if (lists(rv_json_get(hello, "devices"), "CUDA") && !lists(rv_json_get(hello, "devices"), "OPTIX")) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "device",
		                       "NVIDIA's driver of version 535 or later; in a container "
		                       "NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics",
		                       "CUDA without OptiX: the card's ray tracing units are not used");
	}
	if (denoiser) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_OK, "denoiser", NULL,
		                       "OpenImageDenoise: --denoise works");
	} else {
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "denoiser",
		                       "use a Blender from blender.org, or more samples in place of --denoise",
		                       "this build of Blender has none");
	}
	check_modules(findings, hello);
	rv_str_release(&devices);
	rv_json_release(&hello);
}

static void put_request(const char *work_dir, struct rv_str *text)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_raw(&out, "record", record, sizeof(record) - 1);
	rv_str_printf(&path, "%s/out", work_dir);
	rv_json_put_string(&out, "out", path.ptr);
	rv_str_clear(&path);
	rv_str_printf(&path, "%s/work", work_dir);
	rv_json_put_string(&out, "work", path.ptr);
	rv_str_clear(&path);
	rv_str_printf(&path, "%s/doctor.py", work_dir);
	rv_json_put_string(&out, "scene", path.ptr);
	rv_json_put_string(&out, "root", work_dir);
	rv_json_put_string(&out, "cwd", work_dir);
	rv_json_put_raw(&out, "settings", settings, sizeof(settings) - 1);
	rv_json_close(&out, '}');
	rv_str_release(&path);
}

/* What a worker takes, as far as the trial tells. */
static void tell_memory(struct porcelain_findings *findings, const struct rv_record *reply)
{
	struct rv_span run;
	struct rv_json json = RV_JSON_INIT;
	if (rv_record_get(reply, "run", &run) && rv_json_parse(run.ptr, run.len, &json, NULL) == 0) {
		const double bytes = rv_json_number(rv_json_get(json, "rss"), 0);
		if (bytes > 0) {
			porcelain_findings_add(findings, PORCELAIN_FINDING_OK, "memory", NULL,
			                       "a worker of -j takes %.1f GiB, and what the scene takes", bytes / GIB);
		}
		rv_json_release(&json);
	}
}

static void try_render(struct porcelain_findings *findings, struct porcelain_session *session, const char *work_dir)
{
	struct rv_str request = RV_STR_INIT, path = RV_STR_INIT;
	struct rv_record reply = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&path, "%s/doctor.py", work_dir);
	int result = rv_file_write(path.ptr, scene, sizeof(scene) - 1, &err);
	rv_str_clear(&path);
	rv_str_printf(&path, "%s/out", work_dir);
	if (result == 0 && rv_mkdirs(path.ptr, &err) == 0) {
		put_request(work_dir, &request);
		result = porcelain_session_ask(session, &request, &reply, &err);
	}
	if (result == 0) {
		porcelain_findings_add(findings, PORCELAIN_FINDING_OK, "render", NULL, "a trial picture was rendered");
		tell_memory(findings, &reply);
	} else {
		tell_failure(findings, "render", &err);
	}
	rv_record_release(&reply);
	rv_str_release(&request);
	rv_str_release(&path);
}

/* Starts Blender without the kinds of devices that turn out not to render, which are appended to `without`. */
static int start(struct porcelain_findings *findings, struct porcelain_session *session, const char *work_dir,
                 struct rv_str *without, struct rv_err *err)
{
	while (true) {
		char kind[sizeof(session->worker.trying)];
		*session = (struct porcelain_session)PORCELAIN_SESSION_INIT;
		session->device = "auto";
		session->without = without->ptr;
		if (porcelain_session_start(session, work_dir, NULL, err) == 0) {
			return 0;
		}
		snprintf(kind, sizeof(kind), "%s", session->worker.trying);
		if (!kind[0] || rv_sig_stop() || strstr(without->ptr, kind)) {
			return -1;
		}
		err->text[strcspn(err->text, "\n")] = '\0';
		porcelain_findings_add(findings, PORCELAIN_FINDING_NOTE, "device",
		                       "use a Blender from blender.org: distributions build theirs without kernels for "
		                       "cards; or mend the driver",
		                       "%s is listed, but does not render: %s", kind, err->text);
		rv_str_printf(without, "%s%s", without->len > 0 ? "," : "", kind);
		porcelain_session_end(session);
	}
}

void porcelain_doctor_blender(struct porcelain_findings *findings, const char *sysroot)
{
	struct rv_workdir work = RV_WORKDIR_INIT;
	struct porcelain_session session = PORCELAIN_SESSION_INIT;
	struct rv_str without = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	const char *const tmp = getenv("TMPDIR");
	char *work_dir = NULL;
	check_environment(findings);
	if (rv_workdir_open(&work, tmp && *tmp ? tmp : "/tmp", "rv-doctor", &err) < 0) {
		tell_failure(findings, "scratch", &err);
		return;
	}
	work_dir = rv_path_absolute(work.path);
	if (start(findings, &session, work_dir, &without, &err) < 0) {
		tell_failure(findings, "blender", &err);
	} else {
		take_hello(findings, &session, sysroot);
		try_render(findings, &session, work_dir);
	}
	porcelain_session_end(&session);
	rv_str_release(&without);
	rv_workdir_close(&work);
	free(work_dir);
}
