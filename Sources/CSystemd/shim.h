// libsystemd's journal; see sd_journal_sendv(3).
#ifndef SOCKSERVED_CSYSTEMD_SHIM_H
#define SOCKSERVED_CSYSTEMD_SHIM_H

#include <systemd/sd-journal.h>

#endif
