// Runs modules in wasmtime through its C API, so that the figures carry no interpreter of another
// language. The library is the one inside PyPI's wasmtime wheel, opened at run time:
//
//   wasmtime-runner LIBRARY compile cranelift|winch MODULE.wasm OUTPUT.cwasm
//   wasmtime-runner LIBRARY run cranelift|winch FILE.cwasm [--dir HOST::GUEST]... [-- ARGUMENT...]
//   wasmtime-runner LIBRARY validate MODULE.wasm
//
// The declarations below repeat what wasmtime's documentation says about its C API (version 50).
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    size_t count;
    uint8_t *data;
};

struct function {
    uint64_t store;
    void *place;
};

static void *library;

static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "wasmtime-runner: the library has no %s; use wasmtime 50 from PyPI\n", name);
        exit(69);
    }
    return found;
}

/// Calls a function of the library by its name and type.
#define CALL(result, name, types, ...) (((result(*) types)symbol(#name))(__VA_ARGS__))

/// Ends the program with the error's own message, or with the guest's exit status.
static void check(void *error) {
    if (error == NULL) return;
    int status = 0;
    if (CALL(bool, wasmtime_error_exit_status, (void *, int *), error, &status)) exit(status);
    struct bytes message = {0, NULL};
    CALL(void, wasmtime_error_message, (void *, struct bytes *), error, &message);
    fprintf(stderr, "wasmtime-runner: %.*s\n", (int)message.count, (char *)message.data);
    exit(70);
}

static struct bytes read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "wasmtime-runner: cannot read %s\n", path);
        exit(66);
    }
    struct bytes bytes = {(size_t)ftell(file), NULL};
    rewind(file);
    bytes.data = malloc(bytes.count + 1);
    if (bytes.data == NULL || fread(bytes.data, 1, bytes.count, file) != bytes.count) {
        fprintf(stderr, "wasmtime-runner: cannot read %s\n", path);
        exit(66);
    }
    fclose(file);
    return bytes;
}

static void *new_engine(const char *compiler) {
    void *config = CALL(void *, wasm_config_new, (void));
    bool winch = strcmp(compiler, "winch") == 0;
    CALL(void, wasmtime_config_strategy_set, (void *, uint8_t), config, winch ? 2 : 1);
    if (!winch) {
        CALL(void, wasmtime_config_wasm_exceptions_set, (void *, bool), config, true);
    }
    void *engine = CALL(void *, wasm_engine_new_with_config, (void *), config);
    if (engine == NULL) {
        fprintf(stderr, "wasmtime-runner: no engine with the compiler %s\n", compiler);
        exit(70);
    }
    return engine;
}

static int compile(const char *compiler, const char *input, const char *output) {
    void *engine = new_engine(compiler), *module = NULL;
    struct bytes wasm = read_file(input), code = {0, NULL};
    check(CALL(void *, wasmtime_module_new, (void *, const uint8_t *, size_t, void **), engine,
               wasm.data, wasm.count, &module));
    check(CALL(void *, wasmtime_module_serialize, (void *, struct bytes *), module, &code));
    FILE *file = fopen(output, "wb");
    if (file == NULL || fwrite(code.data, 1, code.count, file) != code.count || fclose(file) != 0) {
        fprintf(stderr, "wasmtime-runner: cannot write %s\n", output);
        return 74;
    }
    return 0;
}

static int validate(const char *input) {
    void *engine = new_engine("cranelift");
    struct bytes wasm = read_file(input);
    check(CALL(void *, wasmtime_module_validate, (void *, const uint8_t *, size_t), engine,
               wasm.data, wasm.count));
    return 0;
}

/// Guest arguments start with the module's own name, as in every command line.
static int run(const char *compiler, char **words, int count) {
    void *engine = new_engine(compiler), *module = NULL, *trap = NULL;
    void *wasi = CALL(void *, wasi_config_new, (void));
    int at = 1;
    for (; at + 1 < count && strcmp(words[at], "--dir") == 0; at += 2) {
        char *host = words[at + 1], *guest = strstr(host, "::");
        if (guest == NULL) return 64;
        *guest = 0, guest += 2;
        if (!CALL(bool, wasi_config_preopen_dir, (void *, const char *, const char *, bool), wasi,
                  host, guest, true)) {
            fprintf(stderr, "wasmtime-runner: cannot open the folder %s\n", host);
            return 66;
        }
    }
    if (at < count && strcmp(words[at], "--") == 0) at++;
    words[at - 1] = words[0];
    CALL(bool, wasi_config_set_argv, (void *, size_t, char **), wasi, (size_t)(count - at + 1),
         words + at - 1);
    CALL(void, wasi_config_inherit_stdin, (void *), wasi);
    CALL(void, wasi_config_inherit_stdout, (void *), wasi);
    CALL(void, wasi_config_inherit_stderr, (void *), wasi);

    check(CALL(void *, wasmtime_module_deserialize_file, (void *, const char *, void **), engine,
               words[0], &module));
    void *store = CALL(void *, wasmtime_store_new, (void *, void *, void *), engine, NULL, NULL);
    void *context = CALL(void *, wasmtime_store_context, (void *), store);
    check(CALL(void *, wasmtime_context_set_wasi, (void *, void *), context, wasi));
    void *linker = CALL(void *, wasmtime_linker_new, (void *), engine);
    check(CALL(void *, wasmtime_linker_define_wasi, (void *), linker));
    check(CALL(void *, wasmtime_linker_module, (void *, void *, const char *, size_t, void *),
               linker, context, "", 0, module));
    struct function start = {0, NULL};
    check(CALL(void *, wasmtime_linker_get_default,
               (void *, void *, const char *, size_t, struct function *), linker, context, "", 0,
               &start));
    check(CALL(void *, wasmtime_func_call,
               (void *, void *, void *, size_t, void *, size_t, void **), context, &start, NULL, 0,
               NULL, 0, &trap));
    if (trap != NULL) {
        fprintf(stderr, "wasmtime-runner: the guest trapped\n");
        return 70;
    }
    return 0;
}

int main(int count, char **words) {
    if (count >= 4 && (library = dlopen(words[1], RTLD_NOW)) == NULL) {
        fprintf(stderr, "wasmtime-runner: cannot open %s: %s\n", words[1], dlerror());
        return 69;
    }
    if (count == 6 && strcmp(words[2], "compile") == 0) return compile(words[3], words[4], words[5]);
    if (count >= 5 && strcmp(words[2], "run") == 0) return run(words[3], words + 4, count - 4);
    if (count == 4 && strcmp(words[2], "validate") == 0) return validate(words[3]);
    fprintf(stderr, "usage: wasmtime-runner LIBRARY compile|run|validate ...\n");
    return 64;
}
