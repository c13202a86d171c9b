#include "CBench.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

const void *cbench_find(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size) {
    return memmem(haystack, haystack_size, needle, needle_size);
}

int cbench_pipe(int descriptors[2]) {
    return pipe2(descriptors, O_CLOEXEC);
}

int cbench_is_in_memory(const char *path) {
    struct statfs system;
    return statfs(path, &system) == 0 && system.f_type == TMPFS_MAGIC;
}
