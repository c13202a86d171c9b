#include "CBench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 256, MAX_DESCRIPTORS = 65536, LINE_LIMIT = 1024 + 128 };

static const char REPLY[] = "Hello, client!";

// Room for one half of a turn: two lines for each event, one of them with up to 1024 bytes of data.
static char log_buffer[MAX_EVENTS * 2 * LINE_LIMIT];
static size_t log_used;
static int log_descriptor = -1;
static struct sockaddr_in peers[MAX_DESCRIPTORS];

/// Formats `2023-09-04 12:00:00,123`; the calendar part is kept for as long as its second lasts.
static int timestamp(char *out, size_t size) {
    static time_t cached_second = -1;
    static char cached[32];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != cached_second) {
        struct tm local;
        localtime_r(&now.tv_sec, &local);
        strftime(cached, sizeof cached, "%Y-%m-%d %H:%M:%S", &local);
        cached_second = now.tv_sec;
    }
    return snprintf(out, size, "%s,%03d", cached, (int)(now.tv_nsec / 1000000));
}

static void log_line(const char *level, const char *text, const char *data, int length) {
    if (log_descriptor < 0) return;
    char time_text[64];
    timestamp(time_text, sizeof time_text);
    int count = snprintf(log_buffer + log_used, sizeof log_buffer - log_used, "%s:%s:%s%.*s\n", time_text, level, text, length, data);
    if (count > 0 && (size_t)count < sizeof log_buffer - log_used) log_used += (size_t)count;
}

static void log_established(int descriptor) {
    if (log_descriptor < 0) return;
    char address[INET_ADDRSTRLEN], text[64];
    const struct sockaddr_in *peer = &peers[descriptor];
    inet_ntop(AF_INET, &peer->sin_addr, address, sizeof address);
    int length = snprintf(text, sizeof text, "%s:%u", address, (unsigned)ntohs(peer->sin_port));
    log_line("INFO", "Connection established with ", text, length);
}

/// One write(2) for all lines that wait; a short write would falsify the comparison, so it is an error.
static int log_flush(void) {
    if (log_used == 0) return 0;
    ssize_t count = write(log_descriptor, log_buffer, log_used);
    if (count != (ssize_t)log_used) return count < 0 ? errno : EIO;
    log_used = 0;
    return 0;
}

static int listen_on(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -errno;
    int one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) {
        int error = errno;
        close(listener);
        return -error;
    }
    return listener;
}

static void accept_all(int epoll, int listener) {
    for (;;) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        int descriptor = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        if (descriptor >= MAX_DESCRIPTORS) {
            close(descriptor);
            continue;
        }
        peers[descriptor] = peer;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
    }
}

int cbench_serve_minimal(int port, const char *log_path, int cork) {
    if (log_path) {
        log_descriptor = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
        if (log_descriptor < 0) return errno;
    }
    int listener = listen_on(port);
    if (listener < 0) return -listener;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return errno;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) return errno;

    struct epoll_event events[MAX_EVENTS];
    int ready[MAX_EVENTS];
    char data[1024];
    for (;;) {
        int count = epoll_wait(epoll, events, MAX_EVENTS, -1);
        if (count < 0 && errno != EINTR) return errno;
        int ready_count = 0, error = 0;
        for (int i = 0; i < count; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == listener) {
                accept_all(epoll, listener);
                continue;
            }
            ssize_t length = read(descriptor, data, sizeof data);
            if (length < 0 && errno == EAGAIN) continue;
            if (length < 0) {
                close(descriptor);
                continue;
            }
            log_established(descriptor);
            log_line("DEBUG", "Received data: ", data, (int)length);
            ready[ready_count++] = descriptor;
        }
        // Like sockserved: records the received bytes before it sends the answer.
        if ((error = log_flush())) return error;
        for (int i = 0; i < ready_count; i++) {
            send(ready[i], REPLY, sizeof REPLY - 1, MSG_NOSIGNAL | (cork ? MSG_MORE : 0));
            log_line("DEBUG", "Sent data: ", REPLY, sizeof REPLY - 1);
            close(ready[i]);
            log_line("INFO", "Connection closed", "", 0);
        }
        if ((error = log_flush())) return error;
    }
}
