// libsystemd, and the libc calls and macros that Swift's Glibc module lacks.
#ifndef SOCKSERVED_CSYSTEMD_SHIM_H
#define SOCKSERVED_CSYSTEMD_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#endif
