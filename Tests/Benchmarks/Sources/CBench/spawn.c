#include "CBench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// posix_spawn cannot set PR_SET_PDEATHSIG, and without it an interrupted benchmark leaves servers behind.
pid_t cbench_spawn(char *const argv[], int input, int output) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) return -errno;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        int error = errno;
        close(report[0]);
        close(report[1]);
        return -error;
    }
    if (child == 0) {
        int error = 0;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (null >= 0) {
            dup2(input < 0 ? null : input, STDIN_FILENO);
            dup2(output < 0 ? null : output, STDOUT_FILENO);
        }
        execvp(argv[0], argv);
        error = errno;
        ssize_t ignored = write(report[1], &error, sizeof error);
        (void)ignored;
        _exit(127);
    }
    close(report[1]);
    int error = 0;
    ssize_t count = read(report[0], &error, sizeof error); // 0 bytes: exec closed the pipe, so it succeeded
    close(report[0]);
    if (count == (ssize_t)sizeof error) {
        waitpid(child, NULL, 0);
        return -error;
    }
    return child;
}
