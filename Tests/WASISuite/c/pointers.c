// Addresses outside the memory, in every call that takes one.
//
// Preview 1 names EFAULT for it; an engine may also trap, and then the program must be run per call.
// Here every call must come back with EFAULT (or, where two mistakes meet, tell the other one), and
// the memory around must be as it was.
#include "suite.h"

// The last four bytes of the address space: no memory of these programs reaches it.
#define BAD ((void *)0xfffffffc)

static wasi_fd_t file, opened;
static wasi_size_t size;
static wasi_roflags_t ro;
static wasi_filestat_t stat;
static wasi_event_t event;
static wasi_subscription_t subscription;
static uint8_t bytes[64];
static const wasi_iovec_t good_in = {bytes, 8}, bad_in = {BAD, 8};
static const wasi_ciovec_t good_out = {bytes, 8}, bad_out = {BAD, 8};

CASE(begin, "pointers: set-up") {
    OK(make_file(P("file"), P("0123456789abcdef")));
    OK(wasi_path_symlink(P("file"), work, P("link")));
    OK(open_file(P("file"), 0, &file));
}

CASE(args_get, "pointers: args_get") {
    ONE_OF(wasi_args_get(BAD, BAD), WASI_EFAULT);
}

CASE(args_sizes_get, "pointers: args_sizes_get") {
    ONE_OF(wasi_args_sizes_get(BAD, BAD), WASI_EFAULT);
}

CASE(environ_get, "pointers: environ_get") {
    // The environment is empty: an engine that looks at no address is right, too.
    ONE_OF(wasi_environ_get(BAD, BAD), WASI_EFAULT, WASI_ESUCCESS);
}

CASE(environ_sizes_get, "pointers: environ_sizes_get") {
    ONE_OF(wasi_environ_sizes_get(BAD, BAD), WASI_EFAULT);
}

CASE(clock_res_get, "pointers: clock_res_get") {
    ONE_OF(wasi_clock_res_get(1, BAD), WASI_EFAULT);
}

CASE(clock_time_get, "pointers: clock_time_get") {
    ONE_OF(wasi_clock_time_get(1, 1, BAD), WASI_EFAULT);
}

CASE(fd_fdstat_get, "pointers: fd_fdstat_get") {
    ONE_OF(wasi_fd_fdstat_get(file, BAD), WASI_EFAULT);
}

CASE(fd_filestat_get, "pointers: fd_filestat_get") {
    ONE_OF(wasi_fd_filestat_get(file, BAD), WASI_EFAULT);
}

CASE(fd_pread, "pointers: fd_pread") {
    ONE_OF(wasi_fd_pread(file, BAD, 1, 0, &size), WASI_EFAULT);
}

CASE(fd_pread_buffer, "pointers: fd_pread (buffer)") {
    ONE_OF(wasi_fd_pread(file, &bad_in, 1, 0, &size), WASI_EFAULT);
}

CASE(fd_pread_result, "pointers: fd_pread (result)") {
    ONE_OF(wasi_fd_pread(file, &good_in, 1, 0, BAD), WASI_EFAULT);
}

CASE(fd_prestat_get, "pointers: fd_prestat_get") {
    ONE_OF(wasi_fd_prestat_get(work, BAD), WASI_EFAULT);
}

CASE(fd_prestat_dir_name, "pointers: fd_prestat_dir_name") {
    ONE_OF(wasi_fd_prestat_dir_name(work, BAD, 64), WASI_EFAULT);
}

CASE(fd_pwrite, "pointers: fd_pwrite") {
    ONE_OF(wasi_fd_pwrite(file, BAD, 1, 0, &size), WASI_EFAULT);
}

CASE(fd_pwrite_buffer, "pointers: fd_pwrite (buffer)") {
    ONE_OF(wasi_fd_pwrite(file, &bad_out, 1, 0, &size), WASI_EFAULT);
}

CASE(fd_read, "pointers: fd_read") {
    ONE_OF(wasi_fd_read(file, BAD, 1, &size), WASI_EFAULT);
}

CASE(fd_read_buffer, "pointers: fd_read (buffer)") {
    ONE_OF(wasi_fd_read(file, &bad_in, 1, &size), WASI_EFAULT);
}

CASE(fd_read_result, "pointers: fd_read (result)") {
    ONE_OF(wasi_fd_read(file, &good_in, 1, BAD), WASI_EFAULT);
}

CASE(fd_readdir, "pointers: fd_readdir") {
    ONE_OF(wasi_fd_readdir(work, BAD, 64, 0, &size), WASI_EFAULT);
}

CASE(fd_readdir_result, "pointers: fd_readdir (result)") {
    ONE_OF(wasi_fd_readdir(work, bytes, 64, 0, BAD), WASI_EFAULT);
}

CASE(fd_seek, "pointers: fd_seek") {
    ONE_OF(wasi_fd_seek(file, 0, WASI_WHENCE_SET, BAD), WASI_EFAULT);
}

CASE(fd_tell, "pointers: fd_tell") {
    ONE_OF(wasi_fd_tell(file, BAD), WASI_EFAULT);
}

CASE(fd_write, "pointers: fd_write") {
    ONE_OF(wasi_fd_write(file, BAD, 1, &size), WASI_EFAULT);
}

CASE(fd_write_buffer, "pointers: fd_write (buffer)") {
    ONE_OF(wasi_fd_write(file, &bad_out, 1, &size), WASI_EFAULT);
}

CASE(fd_write_result, "pointers: fd_write (result)") {
    ONE_OF(wasi_fd_write(file, &good_out, 1, BAD), WASI_EFAULT);
}

CASE(path_create_directory, "pointers: path_create_directory") {
    ONE_OF(wasi_path_create_directory(work, BAD, 5), WASI_EFAULT);
}

CASE(path_filestat_get, "pointers: path_filestat_get") {
    ONE_OF(wasi_path_filestat_get(work, 0, BAD, 5, &stat), WASI_EFAULT);
}

CASE(path_filestat_get_result, "pointers: path_filestat_get (result)") {
    ONE_OF(wasi_path_filestat_get(work, 0, P("file"), BAD), WASI_EFAULT);
}

CASE(path_filestat_set_times, "pointers: path_filestat_set_times") {
    ONE_OF(wasi_path_filestat_set_times(work, 0, BAD, 5, 1, 1, 4), WASI_EFAULT);
}

CASE(path_link, "pointers: path_link") {
    ONE_OF(wasi_path_link(work, 0, BAD, 5, work, P("x")), WASI_EFAULT);
}

CASE(path_link_new, "pointers: path_link (new)") {
    ONE_OF(wasi_path_link(work, 0, P("file"), work, BAD, 5), WASI_EFAULT);
}

CASE(path_open, "pointers: path_open") {
    ONE_OF(wasi_path_open(work, 0, BAD, 5, 0, RIGHTS_READ, 0, 0, &opened), WASI_EFAULT);
}

CASE(path_readlink, "pointers: path_readlink") {
    ONE_OF(wasi_path_readlink(work, BAD, 5, bytes, 64, &size), WASI_EFAULT);
}

CASE(path_readlink_buffer, "pointers: path_readlink (buffer)") {
    ONE_OF(wasi_path_readlink(work, P("link"), BAD, 64, &size), WASI_EFAULT);
}

CASE(path_remove_directory, "pointers: path_remove_directory") {
    ONE_OF(wasi_path_remove_directory(work, BAD, 5), WASI_EFAULT);
}

CASE(path_rename, "pointers: path_rename") {
    ONE_OF(wasi_path_rename(work, BAD, 5, work, P("x")), WASI_EFAULT);
}

CASE(path_rename_new, "pointers: path_rename (new)") {
    ONE_OF(wasi_path_rename(work, P("file"), work, BAD, 5), WASI_EFAULT);
}

CASE(path_symlink, "pointers: path_symlink") {
    ONE_OF(wasi_path_symlink(BAD, 5, work, P("x")), WASI_EFAULT);
}

CASE(path_symlink_path, "pointers: path_symlink (path)") {
    ONE_OF(wasi_path_symlink(P("t"), work, BAD, 5), WASI_EFAULT);
}

CASE(path_unlink_file, "pointers: path_unlink_file") {
    ONE_OF(wasi_path_unlink_file(work, BAD, 5), WASI_EFAULT);
}

CASE(poll_oneoff, "pointers: poll_oneoff") {
    ONE_OF(wasi_poll_oneoff(BAD, &event, 1, &size), WASI_EFAULT);
}

CASE(poll_oneoff_events, "pointers: poll_oneoff (events)") {
    ONE_OF(wasi_poll_oneoff(&subscription, BAD, 1, &size), WASI_EFAULT);
}

CASE(poll_oneoff_result, "pointers: poll_oneoff (result)") {
    ONE_OF(wasi_poll_oneoff(&subscription, &event, 1, BAD), WASI_EFAULT);
}

CASE(random_get, "pointers: random_get") {
    ONE_OF(wasi_random_get(BAD, 64), WASI_EFAULT);
}

CASE(sock_accept, "pointers: sock_accept") {
    ONE_OF(wasi_sock_accept(file, 0, BAD), WASI_EFAULT, WASI_ENOTSOCK);
}

CASE(sock_recv, "pointers: sock_recv") {
    ONE_OF(wasi_sock_recv(file, BAD, 1, 0, &size, &ro), WASI_EFAULT, WASI_ENOTSOCK);
}

CASE(sock_send, "pointers: sock_send") {
    ONE_OF(wasi_sock_send(file, BAD, 1, 0, &size), WASI_EFAULT, WASI_ENOTSOCK);
}

CASE(path_open_result, "pointers: path_open (result)") {
    // Looking first and opening then leaves no descriptor behind that nobody knows.
    ONE_OF(wasi_path_open(work, 0, P("file"), 0, RIGHTS_READ, 0, 0, BAD), WASI_EFAULT);
}

CASE(wrapping_length, "pointers: a buffer whose end wraps around the address space") {
    wasi_iovec_t in = {bytes, 0xffffffff};
    wasi_ciovec_t out = {bytes, 0xffffffff};
    ONE_OF(wasi_fd_read(file, &in, 1, &size), WASI_EFAULT, WASI_EINVAL, WASI_ENOMEM);
    ONE_OF(wasi_fd_write(file, &out, 1, &size), WASI_EFAULT, WASI_EINVAL, WASI_ENOMEM);
    ONE_OF(wasi_random_get(bytes, 0xffffffff), WASI_EFAULT);
    ONE_OF(wasi_path_unlink_file(work, (char *)bytes, 0xffffffff), WASI_EFAULT, WASI_ENAMETOOLONG);
}

CASE(wrapping_count, "pointers: more vectors than the memory holds") {
    ONE_OF(wasi_fd_read(file, &good_in, 0x20000000, &size), WASI_EFAULT, WASI_EINVAL,
           WASI_EOVERFLOW, WASI_ENOMEM);
    ONE_OF(wasi_fd_write(file, &good_out, 0x20000001, &size), WASI_EFAULT, WASI_EINVAL,
           WASI_EOVERFLOW, WASI_ENOMEM);
    ONE_OF(wasi_poll_oneoff(&subscription, &event, 0x10000000, &size), WASI_EFAULT, WASI_EINVAL,
           WASI_EOVERFLOW, WASI_ENOMEM);
}

CASE(total_overflow, "pointers: lengths whose sum does not fit are refused or cut") {
    static wasi_ciovec_t vectors[1024];
    wasi_size_t whole = (wasi_size_t)(__builtin_wasm_memory_size(0) * 65536 - 1024);
    for (int i = 0; i < 1024; i++) vectors[i] = (wasi_ciovec_t){(void *)1024, whole};
    wasi_errno_t error = wasi_fd_write(file, vectors, 1024, &size);
    ONE_OF(error, 0, WASI_EINVAL, WASI_EOVERFLOW, WASI_EFBIG, WASI_ENOSPC, WASI_EFAULT, WASI_ENOMEM);
    OK(wasi_fd_filestat_set_size(file, 0));
}

CASE(last_byte, "pointers: the last bytes of the memory are good, one further is not") {
    uintptr_t end = __builtin_wasm_memory_size(0) * 65536;
    OK(wasi_random_get((uint8_t *)(end - 8), 8));
    ONE_OF(wasi_random_get((uint8_t *)(end - 8), 9), WASI_EFAULT);
    OK(wasi_clock_time_get(1, 1, (wasi_timestamp_t *)(end - 8)));
    ONE_OF(wasi_clock_time_get(1, 1, (wasi_timestamp_t *)end), WASI_EFAULT);
}

CASE(empty_outside, "pointers: an empty buffer may be anywhere inside, its end included") {
    uintptr_t end = __builtin_wasm_memory_size(0) * 65536;
    wasi_ciovec_t out = {(void *)end, 0};
    OK(wasi_fd_write(file, &out, 1, &size));
    EQUAL(size, 0);
    OK(wasi_random_get((uint8_t *)end, 0));
}

CASE(aliasing, "pointers: a result written over the vector that was read") {
    static wasi_iovec_t vector;
    OK(make_file(P("alias"), P("0123456789")));
    OK(open_file(P("alias"), 0, &opened));
    vector = (wasi_iovec_t){bytes, 4};
    OK(wasi_fd_read(opened, &vector, 1, (wasi_size_t *)&vector));
    EQUAL((uintptr_t)vector.buf, 4);
    EQUAL(memcmp(bytes, "0123", 4), 0);
    OK(wasi_fd_close(opened));
}

CASE(vectors_overwritten, "pointers: a read that fills its own vectors does not use what it read") {
    static wasi_iovec_t vectors[2];
    static uint8_t other[8];
    memset(other, 0x5A, sizeof other);
    OK(make_file(P("self"), P("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" "tail")));
    OK(open_file(P("self"), 0, &opened));
    vectors[0] = (wasi_iovec_t){vectors, 16};
    vectors[1] = (wasi_iovec_t){other, 4};
    OK(wasi_fd_read(opened, vectors, 2, &size));
    TRUE(size == 16 || size == 20);
    if (size == 20) EQUAL(memcmp(other, "tail", 4), 0);
    OK(wasi_fd_close(opened));
}
