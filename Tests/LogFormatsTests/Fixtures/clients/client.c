// Logs with the C library's syslog(3).
#include <syslog.h>

int main(void) {
    syslog(LOG_WARNING, "without openlog");
    openlog("billing", LOG_PID, LOG_DAEMON);
    syslog(LOG_ERR, "card %s declined", "4242");
    syslog(LOG_LOCAL3 | LOG_INFO, "Gr\xC3\xBC\xC3\x9F" "e\nsecond line\n");
    closelog();
    openlog("billing worker/2", 0, LOG_USER);
    syslog(LOG_DEBUG, "a tag with a space");
    closelog();
    openlog("", 0, LOG_USER);
    syslog(LOG_NOTICE, "an empty tag");
    return 0;
}
