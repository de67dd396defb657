// Every call of preview 1 with every kind of bad address and length. The argument is the call's
// number (0 to 44; proc_exit takes no address): an engine that ends the program does so once a run.
#include "hostile.h"

static uint8_t canary[4096];
static wasi_fd_t fd;

static wasi_errno_t call(int number, void *P0, void *P1, uint32_t N) {
    uint64_t V = (uint64_t)(uintptr_t)P0 << 32 | N;
    switch (number) {
    case 0: return wasi_args_get(P0, P1);
    case 1: return wasi_args_sizes_get(P0, P1);
    case 2: return wasi_environ_get(P0, P1);
    case 3: return wasi_environ_sizes_get(P0, P1);
    case 4: return wasi_clock_res_get(1, P0);
    case 5: return wasi_clock_time_get(1, 1, P0);
    case 6: return wasi_fd_advise(fd, V, V, 0);
    case 7: return wasi_fd_allocate(fd, V, 0);
    case 8: return wasi_fd_close((wasi_fd_t)V);
    case 9: return wasi_fd_datasync((wasi_fd_t)V);
    case 10: return wasi_fd_fdstat_get(fd, P0);
    case 11: return wasi_fd_fdstat_set_flags((wasi_fd_t)V, 0);
    case 12: return wasi_fd_fdstat_set_rights((wasi_fd_t)V, V, V);
    case 13: return wasi_fd_filestat_get(fd, P0);
    case 14: return wasi_fd_filestat_set_size((wasi_fd_t)V, V);
    case 15: return wasi_fd_filestat_set_times(fd, V, V, 5);
    case 16: return wasi_fd_pread(fd, P0, N, 0, P1);
    case 17: return wasi_fd_prestat_get(work, P0);
    case 18: return wasi_fd_prestat_dir_name(work, P0, N);
    case 19: return wasi_fd_pwrite(fd, P0, N, 0, P1);
    case 20: return wasi_fd_read(fd, P0, N, P1);
    case 21: return wasi_fd_readdir(work, P0, N, 0, P1);
    case 22: return wasi_fd_renumber((wasi_fd_t)V, (wasi_fd_t)V);
    case 23: return wasi_fd_seek(fd, 0, 0, P0);
    case 24: return wasi_fd_sync((wasi_fd_t)V);
    case 25: return wasi_fd_tell(fd, P0);
    case 26: return wasi_fd_write(fd, P0, N, P1);
    case 27: return wasi_path_create_directory(work, P0, N);
    case 28: return wasi_path_filestat_get(work, 1, P0, N, P1);
    case 29: return wasi_path_filestat_set_times(work, 1, P0, N, V, V, 5);
    case 30: return wasi_path_link(work, 0, P0, N, work, P1, N);
    case 31: return wasi_path_open(work, 1, P0, N, 0, V, V, 0, P1);
    case 32: return wasi_path_readlink(work, P0, N, P1, N, P1);
    case 33: return wasi_path_remove_directory(work, P0, N);
    case 34: return wasi_path_rename(work, P0, N, work, P1, N);
    case 35: return wasi_path_symlink(P0, N, work, P1, N);
    case 36: return wasi_path_unlink_file(work, P0, N);
    case 37: return wasi_poll_oneoff(P0, P1, N, P1);
    case 38: return wasi_proc_raise(0);
    case 39: return wasi_sched_yield();
    case 40: return wasi_random_get(P0, N);
    case 41: return wasi_sock_accept(fd, 0, P0);
    case 42: return wasi_sock_recv(fd, P0, N, 0, P1, P1);
    case 43: return wasi_sock_send(fd, P0, N, 0, P1);
    case 44: return wasi_sock_shutdown(fd, 1);
    default: return 0;
    }
}

int main(int argc, char **argv) {
    int number = 0;
    for (const char *digit = argc > 1 ? argv[1] : "0"; *digit; digit++) {
        number = number * 10 + (*digit - '0');
    }
    uint32_t end = (uint32_t)(__builtin_wasm_memory_size(0) * 65536);
    // Inside the memory only the end is used: a host that writes there writes into our heap's end.
    const uint32_t addresses[] = {end - 1, end, end + 1, 0x7ffffff8, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    const uint32_t lengths[] = {0, 1, 2, 0xffff, 0x10000000, 0x7fffffff, 0x80000000, 0xffffffff};
    memset(canary, 0xA5, sizeof canary);
    if (open_at(work, P("file"), WASI_OFLAG_CREAT, &fd)) return 1;
    tell("call", (uint64_t)number);
    uint64_t refused = 0, taken = 0;
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            for (int k = 0; k < 8; k++) {
                if (call(number, (void *)addresses[i], (void *)addresses[j], lengths[k])) refused++;
                else taken++;
            }
        }
    }
    for (size_t i = 0; i < sizeof canary; i++) {
        if (canary[i] != 0xA5) escaped("the host wrote where it was not asked to");
    }
    tell("refused", refused);
    tell("taken", taken);
    say("survived\n");
    return 0;
}
