// libsystemd, and the libc calls and macros that Swift's Glibc module lacks.
//
// Swift imports libc without _GNU_SOURCE, and one program cannot see a header both ways: what needs it is declared here.
// Swift takes what these headers declare for a part of this module: a file that uses sockets imports it beside Glibc.
#ifndef SOCKSERVED_CSYSTEMD_SHIM_H
#define SOCKSERVED_CSYSTEMD_SHIM_H

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// pthread_setname_np(3): at most 15 characters.
int pthread_setname_np(pthread_t thread, const char *name);

#endif
