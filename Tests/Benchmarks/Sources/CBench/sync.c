#include "CBench.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const char LINE[] = "2026-11-23 07:10:05,746:INFO:Connection established with 127.0.0.1:39830\n";

int cbench_write_synced(const char *path, int lines) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return errno;
    int error = 0;
    for (int line = 0; line < lines && !error; line++) {
        if (write(descriptor, LINE, sizeof LINE - 1) != (ssize_t)(sizeof LINE - 1) || fdatasync(descriptor) != 0) error = errno ? errno : EIO;
    }
    close(descriptor);
    return error;
}
