// Unix sockets, and descriptors that travel over them (unix(7)).
#pragma once

#include <stddef.h>
#include <stdint.h>

// Every function returns a value >= 0, or the negated errno.

/// socketpair(2) of AF_UNIX: a stream, or packets that keep their bounds. Closed on exec.
long martlet_socket_pair(int32_t *_Nonnull ends, int packets);

/// A stream socket that listens at `path`, which must not exist; closed on exec, mode 0600.
long martlet_local_listen(const char *_Nonnull path);

/// A stream socket connected to the one at `path`; closed on exec.
long martlet_local_connect(const char *_Nonnull path);

/// sendmsg(2) with at most one descriptor (negative: none); returns the bytes taken.
long martlet_send_message(int socket, const void *_Nonnull bytes, size_t count, int descriptor);

/// recvmsg(2) that takes at most one descriptor, closed on exec; -1 in `descriptor` when none came.
/// Returns the bytes received. A message that was cut is EMSGSIZE.
long martlet_receive_message(
    int socket, void *_Nonnull bytes, size_t capacity, int32_t *_Nonnull descriptor);
