// What the benchmark needs in C: epoll for Swift (the Glibc module lacks it), a way to start a server that dies
// with the benchmark, and the minimal server that everything is compared with.
#ifndef C_HELLO_BENCH_H
#define C_HELLO_BENCH_H

#include <sys/epoll.h>
#include <sys/types.h>

/// Starts a program found through PATH, with stdout to /dev/null, killed by the kernel when the calling thread ends.
/// Returns the process id, or a negative errno (also when the program cannot be executed).
pid_t chb_spawn(char *const argv[]);

/// Serves hello on 127.0.0.1:port, one thread, until killed: accept4, read, send, close.
/// With a log path it writes the same four lines as sockserved, in batches of one write(2) for each half of a turn.
/// With cork the reply is sent with MSG_MORE, so that it leaves in one segment with the FIN.
/// Returns only on failure, with an errno.
int chb_serve_minimal(int port, const char *log_path, int cork);

#endif
