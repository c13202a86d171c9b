// libsystemd, and the libc calls and macros that Swift's Glibc module lacks.
#ifndef SOCKSERVED_CSYSTEMD_SHIM_H
#define SOCKSERVED_CSYSTEMD_SHIM_H

// Without _GNU_SOURCE: with it fd_set differs from the one in Swift's Glibc module, and the two cannot be imported together.
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#endif
