// The libc and kernel calls and macros that Swift's Glibc module lacks.
//
// Swift imports libc without _GNU_SOURCE, and one program cannot import a header both ways: functions that need it are
// declared here. Swift treats the declarations of these headers as part of this module, so a file that uses sockets imports
// it beside Glibc.
#ifndef SOCKSERVED_CLINUX_SHIM_H
#define SOCKSERVED_CLINUX_SHIM_H

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

// pthread_setname_np(3): at most 15 characters.
int pthread_setname_np(pthread_t thread, const char *name);

// struct ucred of unix(7) and struct mmsghdr of recvmmsg(2).
struct clinux_ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

struct clinux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

int clinux_recvmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout)
    __asm__("recvmmsg");

// memfd_create(2), and F_ADD_SEALS of fcntl(2) with all seals: nothing can be changed any more.
int clinux_memfd_create(const char *name, unsigned int flags) __asm__("memfd_create");
#define CLINUX_MFD_CLOEXEC 0x1U
#define CLINUX_MFD_ALLOW_SEALING 0x2U
#define CLINUX_F_ADD_SEALS 1033
#define CLINUX_F_SEAL_ALL 0xf

int clinux_sync_file_range(int fd, off_t offset, off_t count, unsigned int flags) __asm__("sync_file_range");
#define CLINUX_SYNC_FILE_RANGE_WRITE 2

int clinux_pipe2(int ends[2], int flags) __asm__("pipe2");

int clinux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) __asm__("accept4");

// CMSG_FIRSTHDR, CMSG_NXTHDR and CMSG_DATA are macros: cmsg(3).
static inline struct cmsghdr *clinux_cmsg_first(struct msghdr *message) {
    return CMSG_FIRSTHDR(message);
}

static inline struct cmsghdr *clinux_cmsg_next(struct msghdr *message, struct cmsghdr *header) {
    return CMSG_NXTHDR(message, header);
}

static inline const void *clinux_cmsg_data(const struct cmsghdr *header) {
    return CMSG_DATA(header);
}

#define CLINUX_SCM_RIGHTS 0x01
#define CLINUX_SCM_CREDENTIALS 0x02

// open(2): a descriptor that stands for a file and nothing more.
#define CLINUX_O_PATH 010000000

#endif
