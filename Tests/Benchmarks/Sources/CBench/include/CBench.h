// What the benchmarks need in C: epoll and memmem for Swift (the Glibc module lacks them), a way to start a server that dies
// with the benchmark, and the minimal server that everything is compared with.
#ifndef C_BENCH_H
#define C_BENCH_H

#include <sys/epoll.h>
#include <sys/types.h>

/// Starts a program found through PATH with these descriptors as stdin and stdout, /dev/null for those below 0; it is killed
/// by the kernel when the calling thread ends. Returns the process id, or a negative errno (also when the program cannot be executed).
pid_t cbench_spawn(char *const argv[], int input, int output);

/// pipe2(2) with O_CLOEXEC.
int cbench_pipe(int descriptors[2]);

/// Whether the file system of a path is a tmpfs.
int cbench_is_in_memory(const char *path);

/// memmem(3), which is hidden from Swift like everything that needs _GNU_SOURCE.
const void *cbench_find(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size);

/// Serves hello on 127.0.0.1:port, one thread, until killed: accept4, read, send, close.
/// With a log path it writes the same four lines as sockserved, in batches of one write(2) for each half of a turn.
/// With cork the reply is sent with MSG_MORE, so that it leaves in one segment with the FIN.
/// Returns only on failure, with an errno.
int cbench_serve_minimal(int port, const char *log_path, int cork);

/// How messages of a stream end: with a newline, with NUL, by their count of octets, by a length of four bytes.
enum { CBENCH_LINE, CBENCH_NULL, CBENCH_COUNT, CBENCH_LENGTH };

/// Receives messages on 127.0.0.1:port over TCP, one thread, until killed: finds their ends, and appends each as a line to
/// the file, with one write(2) a turn; with a time it rests so long between turns that bring little. What a server does at
/// least. Returns only on failure, with an errno.
int cbench_serve_intake(int port, const char *path, int framing, int microseconds);

/// The same over UDP: 64 datagrams with each recvmmsg(2), again until a call comes back short.
int cbench_serve_datagrams(int port, const char *path, int microseconds);

/// Writes so many lines to the file, each with a write(2) and an fdatasync(2) of its own. Returns 0 or an errno.
int cbench_write_synced(const char *path, int lines);

#endif
