// fd_read, fd_write, fd_pread, fd_pwrite.
#include "suite.h"

CASE(read_all, "fd_read: the whole file in one vector") {
    wasi_fd_t fd;
    char buffer[32];
    size_t count;
    OK(make_file(P("read-all"), P("hello, world")));
    OK(open_file(P("read-all"), 0, &fd));
    OK(read_fd(fd, buffer, sizeof buffer, &count));
    EQUAL(count, 12);
    EQUAL(memcmp(buffer, "hello, world", 12), 0);
    OK(wasi_fd_close(fd));
}

CASE(read_vectors, "fd_read: several vectors are filled in order") {
    wasi_fd_t fd;
    char a[4], b[4], c[4];
    wasi_size_t count = 0;
    wasi_iovec_t vectors[] = {{a, 3}, {b, 4}, {c, 4}};
    OK(make_file(P("read-vectors"), P("abcdefghi")));
    OK(open_file(P("read-vectors"), 0, &fd));
    OK(wasi_fd_read(fd, vectors, 3, &count));
    EQUAL(count, 9);
    EQUAL(memcmp(a, "abc", 3), 0);
    EQUAL(memcmp(b, "defg", 4), 0);
    EQUAL(memcmp(c, "hi", 2), 0);
    OK(wasi_fd_close(fd));
}

CASE(read_empty_vector, "fd_read: an empty vector first is skipped") {
    wasi_fd_t fd;
    char a[8];
    wasi_size_t count = 0;
    wasi_iovec_t vectors[] = {{a, 0}, {a, 8}};
    OK(make_file(P("read-empty-vector"), P("xyz")));
    OK(open_file(P("read-empty-vector"), 0, &fd));
    OK(wasi_fd_read(fd, vectors, 2, &count));
    EQUAL(count, 3);
    EQUAL(memcmp(a, "xyz", 3), 0);
    OK(wasi_fd_close(fd));
}

CASE(read_no_vectors, "fd_read: no vectors read 0 bytes") {
    wasi_fd_t fd;
    wasi_size_t count = 9;
    OK(make_file(P("read-no-vectors"), P("xyz")));
    OK(open_file(P("read-no-vectors"), 0, &fd));
    OK(wasi_fd_read(fd, NULL, 0, &count));
    EQUAL(count, 0);
    OK(wasi_fd_close(fd));
}

CASE(read_zero_bytes, "fd_read: a vector of 0 bytes reads 0 bytes and does not move") {
    wasi_fd_t fd;
    char a[1];
    wasi_size_t count = 9;
    wasi_filesize_t position = 9;
    wasi_iovec_t vector = {a, 0};
    OK(make_file(P("read-zero"), P("xyz")));
    OK(open_file(P("read-zero"), 0, &fd));
    OK(wasi_fd_read(fd, &vector, 1, &count));
    EQUAL(count, 0);
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 0);
    OK(wasi_fd_close(fd));
}

CASE(read_end, "fd_read: at the end of the file 0 bytes") {
    wasi_fd_t fd;
    char a[8];
    wasi_size_t count = 9;
    wasi_iovec_t vector = {a, 8};
    OK(make_file(P("read-end"), P("xyz")));
    OK(open_file(P("read-end"), 0, &fd));
    OK(wasi_fd_read(fd, &vector, 1, &count));
    EQUAL(count, 3);
    OK(wasi_fd_read(fd, &vector, 1, &count));
    EQUAL(count, 0);
    OK(wasi_fd_close(fd));
}

CASE(read_short, "fd_read: leaves the rest of the buffer alone") {
    wasi_fd_t fd;
    char a[16];
    wasi_size_t count = 0;
    wasi_iovec_t vector = {a, 16};
    memset(a, 0x5A, sizeof a);
    OK(make_file(P("read-short"), P("xyz")));
    OK(open_file(P("read-short"), 0, &fd));
    OK(wasi_fd_read(fd, &vector, 1, &count));
    EQUAL(count, 3);
    for (int i = 3; i < 16; i++) EQUAL(a[i], 0x5A);
    OK(wasi_fd_close(fd));
}

CASE(read_closed, "fd_read: a closed descriptor") {
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    ONE_OF(wasi_fd_read(closed_fd(), &vector, 1, &count), WASI_EBADF);
}

CASE(read_directory, "fd_read: a directory") {
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    ONE_OF(wasi_fd_read(work, &vector, 1, &count), WASI_EISDIR, WASI_EBADF, WASI_ENOTCAPABLE);
}

CASE(read_write_only, "fd_read: a descriptor opened for writing only") {
    wasi_fd_t fd;
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    OK(make_file(P("write-only"), P("xyz")));
    OK(wasi_path_open(work, 0, P("write-only"), 0, WASI_RIGHT_FD_WRITE, 0, 0, &fd));
    ONE_OF(wasi_fd_read(fd, &vector, 1, &count), WASI_EBADF, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(read_many_vectors, "fd_read: 2,000 vectors work, or are too many") {
    wasi_fd_t fd;
    static char bytes[2000];
    static wasi_iovec_t vectors[2000];
    wasi_size_t count = 0;
    for (int i = 0; i < 2000; i++) vectors[i] = (wasi_iovec_t){bytes + i, 1};
    OK(make_file(P("read-many"), P("0123456789")));
    OK(open_file(P("read-many"), 0, &fd));
    wasi_errno_t error = wasi_fd_read(fd, vectors, 2000, &count);
    ONE_OF(error, 0, WASI_EINVAL);
    if (error == 0) {
        TRUE(count >= 1 && count <= 10);
        EQUAL(memcmp(bytes, "0123456789", count), 0);
    }
    OK(wasi_fd_close(fd));
}

CASE(write_vectors, "fd_write: several vectors are written in order") {
    wasi_fd_t fd;
    wasi_size_t count = 0;
    wasi_ciovec_t vectors[] = {{"abc", 3}, {"", 0}, {"defg", 4}, {"hi", 2}};
    OK(open_file(P("write-vectors"), WASI_OFLAG_CREAT, &fd));
    OK(wasi_fd_write(fd, vectors, 4, &count));
    EQUAL(count, 9);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("write-vectors"), P("abcdefghi")));
}

CASE(write_no_vectors, "fd_write: no vectors write 0 bytes") {
    wasi_fd_t fd;
    wasi_size_t count = 9;
    OK(open_file(P("write-none"), WASI_OFLAG_CREAT, &fd));
    OK(wasi_fd_write(fd, NULL, 0, &count));
    EQUAL(count, 0);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("write-none"), P("")));
}

CASE(write_overwrites, "fd_write: overwrites at the position and keeps the rest") {
    wasi_fd_t fd;
    wasi_filesize_t position;
    OK(make_file(P("overwrite"), P("0123456789")));
    OK(open_file(P("overwrite"), 0, &fd));
    OK(wasi_fd_seek(fd, 3, WASI_WHENCE_SET, &position));
    OK(write_all(fd, P("abc")));
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 6);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("overwrite"), P("012abc6789")));
}

CASE(write_gap, "fd_write: past the end leaves zeros between") {
    wasi_fd_t fd;
    wasi_filesize_t position;
    OK(make_file(P("gap"), P("ab")));
    OK(open_file(P("gap"), 0, &fd));
    OK(wasi_fd_seek(fd, 5, WASI_WHENCE_SET, &position));
    OK(write_all(fd, P("c")));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("gap"), P("ab\0\0\0c")));
}

CASE(write_append, "fd_write: APPEND writes at the end whatever the position") {
    wasi_fd_t fd;
    wasi_filesize_t position;
    OK(make_file(P("append"), P("ab")));
    OK(wasi_path_open(work, 0, P("append"), 0, RIGHTS_FILE, 0, WASI_FDFLAG_APPEND, &fd));
    OK(write_all(fd, P("cd")));
    OK(wasi_fd_seek(fd, 0, WASI_WHENCE_SET, &position));
    OK(write_all(fd, P("ef")));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("append"), P("abcdef")));
}

CASE(write_two_descriptors, "fd_write: two descriptors of a file have their own positions") {
    wasi_fd_t one, two;
    OK(make_file(P("two"), P("......")));
    OK(open_file(P("two"), 0, &one));
    OK(open_file(P("two"), 0, &two));
    OK(write_all(one, P("ab")));
    OK(write_all(two, P("X")));
    OK(write_all(one, P("c")));
    OK(wasi_fd_close(one));
    OK(wasi_fd_close(two));
    TRUE(file_is(P("two"), P("Xbc...")));
}

CASE(write_read_only, "fd_write: a descriptor opened for reading only") {
    wasi_fd_t fd;
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    OK(make_file(P("read-only"), P("xyz")));
    OK(wasi_path_open(work, 0, P("read-only"), 0, WASI_RIGHT_FD_READ, 0, 0, &fd));
    ONE_OF(wasi_fd_write(fd, &vector, 1, &count), WASI_EBADF, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("read-only"), P("xyz")));
}

CASE(write_closed, "fd_write: a closed descriptor") {
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    ONE_OF(wasi_fd_write(closed_fd(), &vector, 1, &count), WASI_EBADF);
}

CASE(write_directory, "fd_write: a directory") {
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    ONE_OF(wasi_fd_write(work, &vector, 1, &count), WASI_EISDIR, WASI_EBADF, WASI_ENOTCAPABLE);
}

CASE(write_megabyte, "fd_write: a megabyte in one vector comes back the same") {
    wasi_fd_t fd;
    size_t size = 1 << 20, count = 0;
    char *out = malloc(size), *in = malloc(size + 1);
    TRUE(out && in);
    for (size_t i = 0; i < size; i++) out[i] = (char)(i * 31 ^ i >> 8);
    OK(open_file(P("megabyte"), WASI_OFLAG_CREAT, &fd));
    OK(write_all(fd, out, size));
    OK(wasi_fd_close(fd));
    OK(open_file(P("megabyte"), 0, &fd));
    OK(read_fd(fd, in, size + 1, &count));
    EQUAL(count, size);
    EQUAL(memcmp(in, out, size), 0);
    OK(wasi_fd_close(fd));
    free(in);
    free(out);
}

CASE(pread_offset, "fd_pread: reads at the offset and does not move") {
    wasi_fd_t fd;
    char a[4];
    wasi_size_t count = 0;
    wasi_filesize_t position = 9;
    wasi_iovec_t vector = {a, 4};
    OK(make_file(P("pread"), P("0123456789")));
    OK(open_file(P("pread"), 0, &fd));
    OK(wasi_fd_pread(fd, &vector, 1, 6, &count));
    EQUAL(count, 4);
    EQUAL(memcmp(a, "6789", 4), 0);
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 0);
    OK(wasi_fd_close(fd));
}

CASE(pread_vectors, "fd_pread: several vectors are filled in order") {
    wasi_fd_t fd;
    char a[4], b[4];
    wasi_size_t count = 0;
    wasi_iovec_t vectors[] = {{a, 2}, {b, 3}};
    OK(make_file(P("pread-vectors"), P("0123456789")));
    OK(open_file(P("pread-vectors"), 0, &fd));
    OK(wasi_fd_pread(fd, vectors, 2, 4, &count));
    EQUAL(count, 5);
    EQUAL(memcmp(a, "45", 2), 0);
    EQUAL(memcmp(b, "678", 3), 0);
    OK(wasi_fd_close(fd));
}

CASE(pread_end, "fd_pread: at and past the end 0 bytes") {
    wasi_fd_t fd;
    char a[4];
    wasi_size_t count = 9;
    wasi_iovec_t vector = {a, 4};
    OK(make_file(P("pread-end"), P("0123")));
    OK(open_file(P("pread-end"), 0, &fd));
    OK(wasi_fd_pread(fd, &vector, 1, 4, &count));
    EQUAL(count, 0);
    count = 9;
    OK(wasi_fd_pread(fd, &vector, 1, 1 << 30, &count));
    EQUAL(count, 0);
    OK(wasi_fd_close(fd));
}

CASE(pread_negative, "fd_pread: an offset that no file has") {
    wasi_fd_t fd;
    char a[4];
    wasi_size_t count = 9;
    wasi_iovec_t vector = {a, 4};
    OK(make_file(P("pread-negative"), P("0123")));
    OK(open_file(P("pread-negative"), 0, &fd));
    ONE_OF(wasi_fd_pread(fd, &vector, 1, UINT64_MAX, &count), WASI_EINVAL, WASI_EOVERFLOW);
    ONE_OF(wasi_fd_pread(fd, &vector, 1, 1ULL << 63, &count), WASI_EINVAL, WASI_EOVERFLOW);
    OK(wasi_fd_close(fd));
}

CASE(pread_closed, "fd_pread: a closed descriptor") {
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    ONE_OF(wasi_fd_pread(closed_fd(), &vector, 1, 0, &count), WASI_EBADF);
}

CASE(pread_directory, "fd_pread: a directory") {
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    ONE_OF(wasi_fd_pread(work, &vector, 1, 0, &count), WASI_EISDIR, WASI_EBADF, WASI_ENOTCAPABLE);
}

CASE(pwrite_offset, "fd_pwrite: writes at the offset and does not move") {
    wasi_fd_t fd;
    wasi_size_t count = 0;
    wasi_filesize_t position = 9;
    wasi_ciovec_t vectors[] = {{"AB", 2}, {"C", 1}};
    OK(make_file(P("pwrite"), P("0123456789")));
    OK(open_file(P("pwrite"), 0, &fd));
    OK(wasi_fd_pwrite(fd, vectors, 2, 4, &count));
    EQUAL(count, 3);
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 0);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("pwrite"), P("0123ABC789")));
}

CASE(pwrite_gap, "fd_pwrite: past the end leaves zeros between") {
    wasi_fd_t fd;
    wasi_size_t count = 0;
    wasi_ciovec_t vector = {"X", 1};
    OK(make_file(P("pwrite-gap"), P("ab")));
    OK(open_file(P("pwrite-gap"), 0, &fd));
    OK(wasi_fd_pwrite(fd, &vector, 1, 4, &count));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("pwrite-gap"), P("ab\0\0X")));
}

CASE(pwrite_negative, "fd_pwrite: an offset that no file has") {
    wasi_fd_t fd;
    wasi_size_t count = 9;
    wasi_ciovec_t vector = {"X", 1};
    OK(make_file(P("pwrite-negative"), P("0123")));
    OK(open_file(P("pwrite-negative"), 0, &fd));
    ONE_OF(wasi_fd_pwrite(fd, &vector, 1, UINT64_MAX, &count), WASI_EINVAL, WASI_EOVERFLOW,
           WASI_EFBIG);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("pwrite-negative"), P("0123")));
}

CASE(pwrite_read_only, "fd_pwrite: a descriptor opened for reading only") {
    wasi_fd_t fd;
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    OK(make_file(P("pwrite-read-only"), P("xyz")));
    OK(wasi_path_open(work, 0, P("pwrite-read-only"), 0,
                      WASI_RIGHT_FD_READ | WASI_RIGHT_FD_SEEK, 0, 0, &fd));
    ONE_OF(wasi_fd_pwrite(fd, &vector, 1, 0, &count), WASI_EBADF, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(pwrite_closed, "fd_pwrite: a closed descriptor") {
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    ONE_OF(wasi_fd_pwrite(closed_fd(), &vector, 1, 0, &count), WASI_EBADF);
}

CASE(write_overlap, "fd_write: overlapping vectors are written as they stand") {
    wasi_fd_t fd;
    wasi_size_t count = 0;
    static const char text[] = "abcdef";
    wasi_ciovec_t vectors[] = {{text, 4}, {text + 2, 4}};
    OK(open_file(P("write-overlap"), WASI_OFLAG_CREAT, &fd));
    OK(wasi_fd_write(fd, vectors, 2, &count));
    EQUAL(count, 8);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("write-overlap"), P("abcdcdef")));
}

CASE(high_offset, "fd_pwrite: a byte above 4 GiB, in a sparse file") {
    wasi_fd_t fd;
    char a[1] = {0};
    wasi_size_t count = 0;
    wasi_filesize_t high = (1ULL << 32) + 5;
    wasi_ciovec_t out = {"H", 1};
    wasi_iovec_t in = {a, 1};
    OK(open_file(P("high"), WASI_OFLAG_CREAT, &fd));
    wasi_errno_t error = wasi_fd_pwrite(fd, &out, 1, high, &count);
    // An in-memory tree has a limit.
    ONE_OF(error, 0, WASI_ENOSPC, WASI_EFBIG);
    if (error == 0) {
        OK(wasi_fd_pread(fd, &in, 1, high, &count));
        EQUAL(count, 1);
        EQUAL(a[0], 'H');
        wasi_filestat_t stat;
        OK(wasi_fd_filestat_get(fd, &stat));
        EQUAL(stat.size, high + 1);
    }
    OK(wasi_fd_close(fd));
    OK(wasi_path_unlink_file(work, P("high")));
}
