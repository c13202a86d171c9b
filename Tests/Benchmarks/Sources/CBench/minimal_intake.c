#include "CBench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 256, MAX_DESCRIPTORS = 4096, BUFFER = 128 * 1024, SLOTS = 64, SLOT = 64 * 1024, CALLS = 8 };
// Rounds that bring less than this bring little: then others may gather.
enum { FEW_BYTES = 64 * 1024 };

static char *buffers[MAX_DESCRIPTORS];
static size_t used[MAX_DESCRIPTORS];
static int closing[MAX_EVENTS];
static char output[MAX_EVENTS * BUFFER];
static size_t output_used;
static int output_descriptor = -1;

static void put(const char *message, size_t size) {
    memcpy(output + output_used, message, size);
    output_used += size;
    output[output_used++] = '\n';
}

static int flush(void) {
    if (output_used == 0) return 0;
    ssize_t count = write(output_descriptor, output, output_used);
    if (count != (ssize_t)output_used) return count < 0 ? errno : EIO;
    output_used = 0;
    return 0;
}

/// Takes the messages that are complete out of a buffer; returns how many bytes they take.
static size_t cut(const char *bytes, size_t size, int framing) {
    size_t start = 0;
    for (;;) {
        if (framing == CBENCH_LENGTH) {
            if (size - start < 4) return start;
            uint32_t length;
            memcpy(&length, bytes + start, 4);
            length = ntohl(length);
            if (size - start - 4 < length) return start;
            put(bytes + start + 4, length);
            start += 4 + length;
        } else if (framing == CBENCH_COUNT) {
            size_t index = start, length = 0;
            while (index < size && bytes[index] >= '0' && bytes[index] <= '9') length = length * 10 + (size_t)(bytes[index++] - '0');
            if (index >= size || size - index - 1 < length) return start;
            put(bytes + index + 1, length);
            start = index + 1 + length;
        } else {
            const char *end = memchr(bytes + start, framing == CBENCH_NULL ? 0 : '\n', size - start);
            if (!end) return start;
            put(bytes + start, (size_t)(end - bytes) - start);
            start = (size_t)(end - bytes) + 1;
        }
    }
}

static int bind_loopback(int type, int port) {
    int descriptor = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) return -1;
    if (type == SOCK_STREAM && listen(descriptor, 4096) != 0) return -1;
    return descriptor;
}

/// Rests where rounds that bring little follow each other closely, as sockserved does.
static void rest(size_t bytes, int microseconds) {
    static int64_t last;
    struct timespec now, time = {0, microseconds * 1000L};
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t begin = now.tv_sec * 1000000000LL + now.tv_nsec;
    if (microseconds > 0 && bytes > 0 && bytes < FEW_BYTES && begin - last < 1000L * microseconds) nanosleep(&time, NULL);
    clock_gettime(CLOCK_MONOTONIC, &now);
    last = now.tv_sec * 1000000000LL + now.tv_nsec;
}

int cbench_serve_intake(int port, const char *path, int framing, int microseconds) {
    int listener = bind_loopback(SOCK_STREAM, port), poller = epoll_create1(EPOLL_CLOEXEC);
    output_descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (listener < 0 || poller < 0 || output_descriptor < 0) return errno;
    struct epoll_event events[MAX_EVENTS], event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poller, events, MAX_EVENTS, -1), ended = 0;
        size_t bytes = 0;
        for (int index = 0; index < count; index++) {
            int descriptor = events[index].data.fd;
            if (descriptor == listener) {
                int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (accepted < 0) continue;
                if (accepted >= MAX_DESCRIPTORS) return EMFILE;
                if (!buffers[accepted] && !(buffers[accepted] = malloc(BUFFER))) return ENOMEM;
                used[accepted] = 0;
                event.data.fd = accepted;
                epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event);
                continue;
            }
            char *buffer = buffers[descriptor];
            ssize_t received = recv(descriptor, buffer + used[descriptor], BUFFER - used[descriptor], 0);
            if (received <= 0) {
                if (received == 0 || errno != EAGAIN) closing[ended++] = descriptor;
                continue;
            }
            bytes += (size_t)received;
            used[descriptor] += (size_t)received;
            size_t done = cut(buffer, used[descriptor], framing);
            used[descriptor] -= done;
            if (used[descriptor] == BUFFER) return EMSGSIZE;
            memmove(buffer, buffer + done, used[descriptor]);
        }
        int error = flush();
        if (error) return error;
        // Its end is the answer to the sender's: after the write.
        for (int index = 0; index < ended; index++) close(closing[index]);
        rest(bytes, microseconds);
    }
}

int cbench_serve_datagrams(int port, const char *path, int microseconds) {
    static char data[SLOTS][SLOT];
    static struct iovec vectors[SLOTS];
    static struct mmsghdr headers[SLOTS];
    int descriptor = bind_loopback(SOCK_DGRAM, port), poller = epoll_create1(EPOLL_CLOEXEC), size = 4 << 20;
    output_descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0 || poller < 0 || output_descriptor < 0) return errno;
    // The same buffer as sockserved asks for.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
    for (int slot = 0; slot < SLOTS; slot++) {
        vectors[slot] = (struct iovec){data[slot], SLOT};
        headers[slot].msg_hdr = (struct msghdr){.msg_iov = &vectors[slot], .msg_iovlen = 1};
    }
    for (;;) {
        epoll_wait(poller, &event, 1, -1);
        size_t bytes = 0;
        for (int call = 0; call < CALLS; call++) {
            int count = recvmmsg(descriptor, headers, SLOTS, MSG_DONTWAIT, NULL);
            for (int slot = 0; slot < count; slot++) {
                put(data[slot], headers[slot].msg_len);
                bytes += headers[slot].msg_len;
            }
            int error = flush();
            if (error) return error;
            if (count < SLOTS) break;
            if (call == CALLS - 1) bytes = FEW_BYTES;
        }
        rest(bytes, microseconds);
    }
}
