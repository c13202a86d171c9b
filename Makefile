# Builds, tests, measures and installs sockserved. "make" alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

SWIFT ?= swift
SWIFT_NEEDED := 6.3

# Installation paths; each can be given on the command line.
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/sockserved
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
SYSCONFDIR ?= /etc
# Directories of units and catalogs: those of packages for the prefix of packages, else those of the prefix, if systemd
# reads them. systemd finds catalogs beside units.
PACKAGE_UNITDIR := $(or $(shell pkg-config --variable=systemdsystemunitdir systemd 2>/dev/null),/lib/systemd/system)
PACKAGE_CATALOGDIR := $(or $(shell pkg-config --variable=catalogdir systemd 2>/dev/null),/usr/lib/systemd/catalog)
UNIT_PATHS := $(subst :, ,$(shell pkg-config --variable=systemdsystemunitpath systemd 2>/dev/null))
OWN_PREFIX := $(if $(filter-out /usr,$(PREFIX)),$(filter $(PREFIX)/lib/systemd/system,$(UNIT_PATHS)))
UNITDIR ?= $(if $(OWN_PREFIX),$(PREFIX)/lib/systemd/system,$(PACKAGE_UNITDIR))
CATALOGDIR ?= $(if $(OWN_PREFIX),$(PREFIX)/lib/systemd/catalog,$(PACKAGE_CATALOGDIR))
# The program to install; a given one is not built.
BINARY ?= $(RELEASE)

RELEASE := .build/release/sockserved
# libstdc++, of which Swift needs little, is taken into the program: 1 MB less memory, and a twentieth of a start.
# Expanded in recipes, when "make deps" has installed g++.
LIBSTDCXX = $(filter /%,$(shell g++ -print-file-name=libstdc++.a 2>/dev/null))
STATIC := $(CURDIR)/.build/static
# The program exports no symbols, which saves 1 MB.
RELEASE_FLAGS := -c release --static-swift-stdlib --disable-local-rpath -debug-info-format none \
	-Xlinker --gc-sections -Xlinker --no-export-dynamic -Xlinker -s -Xlinker -z -Xlinker now -Xlinker --build-id=none \
	-Xlinker -L$(STATIC)
# The toolchain's linker can pack relative relocations, of which there are 40,000, and glibc 2.36 can load them so: 0.9 MB
# less to read and write at each start.
LLD := $(wildcard $(dir $(shell readlink -f "$$(command -v $(SWIFT))" 2>/dev/null))ld.lld)
LIBC := $(lastword $(shell getconf GNU_LIBC_VERSION 2>/dev/null))
ifeq ($(firstword $(shell printf '%s\n' 2.36 $(or $(LIBC),0) | sort -V)),2.36)
PACKING_LINKER := $(LLD)
endif
RELEASE_FLAGS += $(if $(PACKING_LINKER),-Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs)
SOURCES := Package.swift $(shell find Sources -type f)
UNITS := $(wildcard systemd/*.service systemd/*.socket)
# The maximum size of the program in bytes, and the libraries that it may need. OpenSSL is not one: see COpenSSL.
SIZE_LIMIT := 20000000
LIBRARIES := libsystemd|libz|libc|libm|libstdc\+\+|libgcc_s|ld-linux[-_a-z0-9]*
# Python packages for the tests, and their directory.
LOG_CLIENTS := .build/log-clients
LOG_CLIENT_PACKAGES := graypy==2.1.0 python-json-logger==4.2.0 Django==5.2.19 gunicorn==27.0.1
# Debian packages with programs for the tests of the examples, and their directory.
LOG_PROGRAMS := .build/log-programs
LOG_PROGRAM_PACKAGES := haproxy nginx libnginx-mod-stream prometheus rsyslog-gnutls rsyslog-openssl stunnel4 syslog-ng-core
# Programs of a later systemd than Debian 12's, for the tests of the journal, and their directory.
NEWER_SYSTEMD := .build/newer-systemd
EXAMPLES := $(wildcard packaging/examples/*)
DASHBOARD := packaging/sockserved-dashboard.json
DROPINS := $(wildcard systemd/examples/*)
SOAK_SECONDS ?= 180
# The time of all fuzzers together.
FUZZ_SECONDS ?= 60
MANUALS := packaging/sockserved.8 packaging/sockserved.toml.5 packaging/sockserved-formats.7
# Further names of sockserved(8) for man.
MANUAL_LINKS := sockserved.service.8 sockserved.socket.8
# The version. Other files with a version take it from here, or a test compares them.
VERSION ?= $(shell sed -nE 's/.*text = "(.*)"$$/\1/p' Sources/Daemon/Process/Version.swift)
# The directory of the Debian package and its build.
DEBDIR ?= .build/deb
LINTIAN ?= lintian

.PHONY: help
help: ## List the targets
	@echo 'Usage: make TARGET [VARIABLE=VALUE ...]'
	echo
	sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) |
		while IFS='|' read -r target text; do printf '  %-18s %s\n' "$$target" "$$text"; done
	echo
	echo 'Variables of install and uninstall: PREFIX=$(PREFIX) DESTDIR= BINARY=PROGRAM UNITDIR= CATALOGDIR= PURGE=1'

# Swift has no Debian package.
define need_swift
version=$$($(SWIFT) --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1) || true
if [ "$$(printf '%s\n' $(SWIFT_NEEDED) "$${version:-0}" | sort -V | head -n 1)" != $(SWIFT_NEEDED) ]; then
	echo "Swift $(SWIFT_NEEDED) or newer is needed; found: $${version:-none, as $(SWIFT)}." >&2
	echo 'Install it from https://www.swift.org/install/linux and see that its usr/bin is in PATH.' >&2
	exit 1
fi
endef

# Does not call dpkg or apt while nothing is missing. The names are Debian's.
define install_missing
if [ $${#missing[@]} -gt 0 ]; then
	echo "Missing: $${missing[*]}"
	root=()
	if [ "$$(id -u)" != 0 ]; then root=(sudo); fi
	if ! command -v apt-get >/dev/null; then
		echo 'There is no apt-get here: install them by the names that this system gives them.' >&2
		exit 1
	elif [ $${#root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
		echo "Neither root nor sudo: as root, run  apt-get install $${missing[*]}" >&2
		exit 1
	fi
	"$${root[@]}" apt-get update -q
	"$${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"
fi
endef

define define_want
missing=()
want() { if ! "$${@:2}" >/dev/null 2>&1; then missing+=("$$1"); fi; }
endef

define want
$(define_want)
want pkg-config command -v pkg-config
want libsystemd-dev pkg-config --exists libsystemd
want zlib1g-dev pkg-config --exists zlib
want libssl-dev pkg-config --exists 'libssl >= 3'
want g++ compgen -G '/usr/include/c++/*'
want git command -v git
want binutils command -v objcopy
endef

.PHONY: deps
deps: ## Install missing packages for building (apt; as root or with sudo)
	@$(want)
	$(need_swift)
	$(install_missing)

.PHONY: deps-test
deps-test: ## Install missing packages for the tests
	@$(want)
	want bsdutils command -v logger
	want systemd test -x /lib/systemd/systemd
	want dbus command -v dbus-daemon
	want openssl command -v openssl
	want iproute2 test -x /bin/ip -o -x /sbin/ip
	want logrotate test -x /usr/sbin/logrotate
	want man-db command -v man
	want mandoc command -v mandoc
	want netcat-openbsd command -v nc
	want python3 command -v python3
	want python3-pip python3 -m pip --version
	want rsyslog test -x /usr/sbin/rsyslogd
	want rsyslog-relp compgen -G '/usr/lib/*/rsyslog/omrelp.so'
	want systemd-journal-remote test -x /lib/systemd/systemd-journal-remote
	want valgrind command -v valgrind
	$(need_swift)
	$(install_missing)
	# Log handlers that are not in Debian, in a directory of the tests.
	if [ "$$(cat $(LOG_CLIENTS)/.complete 2>/dev/null)" != '$(LOG_CLIENT_PACKAGES)' ]; then
		rm -rf $(LOG_CLIENTS)
		if python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target $(LOG_CLIENTS) $(LOG_CLIENT_PACKAGES); then
			echo '$(LOG_CLIENT_PACKAGES)' >$(LOG_CLIENTS)/.complete
		else
			rm -rf $(LOG_CLIENTS)
			echo 'The tests with $(LOG_CLIENT_PACKAGES) will be skipped.' >&2
		fi
	fi
	# Unpacked, not installed: installing would start them, and Debian's syslog-ng replaces rsyslog.
	unpack() {
		local archive package archives=$$PWD/$(LOG_PROGRAMS)/archives
		mkdir -p "$$archives/partial" || return
		# One by one, because some of them conflict.
		for package in $(LOG_PROGRAM_PACKAGES); do
			apt-get install -q=2 -y --no-install-recommends --download-only -o Debug::NoLocking=1 \
				-o APT::Sandbox::User=root -o Dir::Cache::archives="$$archives" "$$package" >/dev/null || return
		done
		for archive in "$$archives"/*.deb; do
			if [ -e "$$archive" ]; then dpkg-deb -x "$$archive" $(LOG_PROGRAMS) || return; fi
		done
		rm -r "$$archives"
		echo '$(LOG_PROGRAM_PACKAGES)' >$(LOG_PROGRAMS)/.complete
	}
	if [ "$$(cat $(LOG_PROGRAMS)/.complete 2>/dev/null)" != '$(LOG_PROGRAM_PACKAGES)' ]; then
		rm -rf $(LOG_PROGRAMS)
		if ! unpack; then
			rm -rf $(LOG_PROGRAMS)
			echo 'The tests with $(LOG_PROGRAM_PACKAGES) will be skipped.' >&2
		fi
	fi
	if [ ! -e $(NEWER_SYSTEMD)/.complete ] && ! Tests/SystemTests/fetch-newer-systemd $(NEWER_SYSTEMD); then
		rm -rf $(NEWER_SYSTEMD)
		echo 'The tests with a newer systemd will be skipped.' >&2
	fi

.PHONY: deps-deb
deps-deb: ## Install missing packages for the Debian package, without those for building the program
	@$(define_want)
	want debhelper command -v dh
	want dpkg-dev command -v dpkg-buildpackage
	want lintian command -v lintian
	want pkg-config command -v pkg-config
	$(install_missing)

# Without the compiler's hashes, the program does not depend on the build directory. They are set to zero, since removing
# the section with objcopy would also remove GNU_RELRO.
define clear_hashes
hashes=$(RELEASE).hashes
objcopy -O binary --only-section=.swift_modhash $(RELEASE) $$hashes
size=$$(stat -c %s $$hashes)
truncate -s 0 $$hashes
truncate -s "$$size" $$hashes
objcopy --update-section .swift_modhash=$$hashes $(RELEASE)
rm $$hashes
endef

.PHONY: build
build: deps ## Build the program for release: .build/release/sockserved
	@mkdir -p $(STATIC)
	rm -f $(STATIC)/libstdc++.a
	$(if $(LIBSTDCXX),ln -s '$(LIBSTDCXX)' $(STATIC)/libstdc++.a)
	$(SWIFT) build $(RELEASE_FLAGS) --product sockserved
	@$(clear_hashes)

$(RELEASE): $(SOURCES)
	@$(MAKE) build

.PHONY: run
run: build ## Install missing packages, build, and serve hello on 127.0.0.1:12345 into ./server.log
	@echo
	echo 'Serving hello on 127.0.0.1:12345, into ./server.log. Ctrl-C ends it. In another terminal:'
	echo
	echo '    echo hello | nc 127.0.0.1 12345'
	echo '    cat server.log'
	echo
	exec $(RELEASE) --listen hello@tcp:127.0.0.1:12345 --log-backend file --log-file server.log $(ARGS)

.PHONY: test
test: deps-test deps-deb build check-binary docs $(if $(FILTER),,check-deb check-instructions) ## Install missing packages, build, and run all tests; FILTER=SUITE for some
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build $(if $(FILTER),--filter '$(FILTER)')

.PHONY: check-binary
check-binary: ## Check size and libraries of the release build
	@test -x $(BINARY) || { echo 'There is no $(BINARY): run "make build" first.' >&2; exit 1; }
	size=$$(stat -L -c %s $(BINARY))
	dynamic=$$(readelf -d -W $(BINARY))
	needed=$$(sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' <<<"$$dynamic")
	fault=
	if [ "$$size" -gt $(SIZE_LIMIT) ]; then fault+="it is larger than $(SIZE_LIMIT) bytes; "; fi
	if other=$$(grep -vE '^($(LIBRARIES))\.so\.[0-9]+$$' <<<"$$needed"); then fault+="it needs $${other//$$'\n'/ }; "; fi
	if ! grep -qx 'libsystemd\.so\.0' <<<"$$needed"; then fault+='it does not need libsystemd; '; fi
	if readelf -S -W $(BINARY) | grep -qF ' .symtab '; then fault+='it is not stripped; '; fi
	if ! readelf -l -W $(BINARY) | grep -qF ' GNU_RELRO '; then fault+='its relocations stay writable; '; fi
	# Each start would look for every library there first.
	if grep -qE '\((RPATH|RUNPATH)\)' <<<"$$dynamic"; then fault+='it has a path for libraries; '; fi
	if [ -n '$(PACKING_LINKER)' ] && ! grep -qF '(RELR)' <<<"$$dynamic"; then fault+='its relocations are not packed; '; fi
	if [ -n '$(LIBSTDCXX)' ] && grep -q '^libstdc++' <<<"$$needed"; then fault+='it does not contain libstdc++; '; fi
	# See clear_hashes; the build id is computed from the hashes.
	hashes=$$(mktemp)
	objcopy -O binary --only-section=.swift_modhash --only-section=.note.gnu.build-id $(BINARY) $$hashes
	if [ "$$(tr -d '\0' <$$hashes | wc -c)" != 0 ]; then fault+='it depends on the directory that it was built in; '; fi
	rm $$hashes
	# The name of ICU's data, which formatting of dates and numbers and matching of patterns would bring.
	if grep -qaE 'icudt[0-9]' $(BINARY); then fault+='it contains ICU; '; fi
	echo "$(BINARY): $$size bytes; needs" $$needed
	if [ -n "$$fault" ]; then echo "$(BINARY): $${fault%; }" >&2; exit 1; fi

.PHONY: check-instructions
check-instructions: deps-test build ## Check that no message costs more instructions than its budget; ARGS=--write sets budgets
	$(SWIFT) build $(RELEASE_FLAGS) --product instructions
	Tests/Benchmarks/instructions/run $(or $(ARGS),--check)

# The date is that of the newest release in CHANGELOG.md, so that the package is reproducible.
define debian_changelog
date=$$(sed -nE '/^## \[[0-9]/{s/.* - //p;q}' CHANGELOG.md)
printf '%s\n\n  * %s\n\n -- %s  %s\n' 'sockserved ($(VERSION)) unstable; urgency=medium' \
	'CHANGELOG.md in /usr/share/doc/sockserved lists the changes.' \
	"$$(sed -n 's/^Maintainer: //p' packaging/debian/control)" "$$(LC_ALL=C date -u -R -d "$$date")"
endef

.PHONY: deb
deb: deps-deb $(BINARY) ## Build the Debian package, DEBDIR=.build/deb, and check it with lintian
	@tree='$(DEBDIR)/sockserved-$(VERSION)'
	name="sockserved_$(VERSION)_$$(dpkg --print-architecture)"
	rm -rf "$$tree" '$(DEBDIR)'/sockserved_*
	mkdir -p "$$tree"
	tar -c --exclude-vcs --exclude='./.build*' --exclude=./Tests . | tar -x -m -C "$$tree"
	mv "$$tree/packaging/debian" "$$tree/debian"
	$(debian_changelog) >"$$tree/debian/changelog"
	# The command line of this make does not apply to the make of the package.
	if ! (cd "$$tree"; env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u MAKELEVEL BINARY='$(abspath $(BINARY))' \
		dpkg-buildpackage -b -uc -us -d) >'$(DEBDIR)/log' 2>&1; then
		cat '$(DEBDIR)/log' >&2
		exit 1
	fi
	$(LINTIAN) --fail-on error,warning '$(DEBDIR)'/"$$name.changes"
	echo '$(DEBDIR)'/"$$name.deb"

.PHONY: check-deb
check-deb: deb ## Check that the Debian package is reproducible, byte for byte
	@again=$$(mktemp -d)
	trap 'rm -rf "$$again"' EXIT
	$(MAKE) deb DEBDIR="$$again" LINTIAN=: BINARY='$(BINARY)' >/dev/null
	for package in '$(DEBDIR)'/*.deb; do cmp "$$package" "$$again/$${package##*/}"; done

.PHONY: docs
docs: deps ## Build the libraries' documentation with DocC; a warning is an error
	$(SWIFT) build --target LogBackends
	@rm -rf .build/docs
	bin=$$($(SWIFT) build --show-bin-path)
	triple=$$($(SWIFT) -print-target-info | sed -nE '/"unversionedTriple"/s/.*: "(.*)".*/\1/p')
	docc=$$(dirname "$$(readlink -f "$$(command -v $(SWIFT))")")/docc
	for module in Linux Systemd LogRecords LogBackends; do
		mkdir -p .build/docs/$$module.graph
		$(SWIFT) symbolgraph-extract -module-name $$module -target $$triple -I $$bin/Modules -I $$bin \
			-Xcc -fmodule-map-file=Sources/CSystemd/module.modulemap -Xcc -fmodule-map-file=Sources/CLinux/module.modulemap \
			-minimum-access-level public -output-dir .build/docs/$$module.graph
		catalog=Sources/$$module/$$module.docc
		if [ ! -d $$catalog ]; then catalog=; fi
		"$$docc" convert $$catalog --additional-symbol-graph-dir .build/docs/$$module.graph \
			--fallback-display-name $$module --fallback-bundle-identifier $$module \
			--analyze --warnings-as-errors --output-dir .build/docs/$$module.doccarchive
	done

.PHONY: bench
bench: build deps-test ## Measure connections/s, latency and CPU against nginx, the Python and the minimal loop
	$(SWIFT) run -c release --package-path Tests/Benchmarks hello-bench --daemon $(abspath $(RELEASE)) $(ARGS)

.PHONY: bench-intake
bench-intake: build deps-test ## Measure CPU for a log message, cold start, idle, against peers; ARGS='--tables journal' for some
	$(SWIFT) run -c release --package-path Tests/Benchmarks intake-bench --daemon $(abspath $(RELEASE)) $(ARGS)

.PHONY: bench-tls
bench-tls: build deps-test ## Measure CPU for a connection and a megabyte with TLS, against rsyslog and without TLS
	@Tests/Benchmarks/tls_bench.py $(abspath $(RELEASE)) $(ARGS)

.PHONY: soak
soak: build ## Send to the program under all harm at once, SOAK_SECONDS=180; SEED=N repeats a run (as root)
	@Tests/Soak/run $(RELEASE) $(SOAK_SECONDS) $(SEED)

.PHONY: fuzz
fuzz: deps ## Fuzz parsers and framings, FUZZ_SECONDS=60 in all; FUZZ='TARGET ...' for some
	@Tests/Fuzz/run $(FUZZ_SECONDS) $(FUZZ)

.PHONY: lint
lint: deps-test ## Check formatting, the order of modules, scripts, man pages, units and the logrotate file
	@echo '- Swift'
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	echo '- the order of modules and folders'
	Tests/Lint/check-rooms
	echo '- scripts'
	find .ci Tests packaging -name .build -prune -o -type f -print | while read -r file; do
		if head -n 1 "$$file" | grep -aqE '^#!.*sh$$'; then bash -n "$$file"; fi
	done
	bash -n packaging/sockserved.bash-completion
	echo '- man pages'
	for page in $(MANUALS); do
		complaints=$$(MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $$page 2>&1 >/dev/null)
		if [ -n "$$complaints" ]; then echo "$$page: $$complaints" >&2; exit 1; fi
		mandoc -T lint -W warning $$page
	done
	echo '- units and the logrotate file, as installed'
	root=$$(mktemp -d)
	trap 'rm -rf "$$root"' EXIT
	chmod 0755 "$$root"
	$(MAKE) install DESTDIR="$$root" PREFIX=/usr/local SYSCONFDIR=/etc UNITDIR=/units CATALOGDIR=/catalog BINARY=/bin/true >/dev/null
	sed -i "s|=/usr/local/sbin/|=$$root/usr/local/sbin/|" "$$root"/units/*
	complaints=$$(SYSTEMD_UNIT_PATH="$$root/units:" MANPATH="$$root/usr/local/share/man:" \
		systemd-analyze verify "$$root"/units/* 2>&1) || true
	if [ -n "$$complaints" ]; then echo "$$complaints" >&2; exit 1; fi
	complaints=$$(/usr/sbin/logrotate --debug --state "$$root/state" "$$root/etc/logrotate.d/sockserved" 2>&1 |
		grep -iE '^error|unknown|unexpected') || true
	if [ -n "$$complaints" ]; then echo "$$complaints" >&2; exit 1; fi

.PHONY: format
format: ## Format the Swift sources in place
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

# Earlier versions installed units in the directory of packages. Those that start the installed program are removed.
define find_old_units
old=
if [ '$(PACKAGE_UNITDIR)' != '$(UNITDIR)' ] &&
	grep -qsF '=$(SBINDIR)/sockserved' '$(DESTDIR)$(PACKAGE_UNITDIR)/sockserved.service'; then
	old='$(DESTDIR)$(PACKAGE_UNITDIR)'
fi
endef

define remove_old_units
if [ -n "$$old" ]; then
	for unit in $(notdir $(UNITS)); do rm -f "$$old/$$unit"; done
	rm -f '$(DESTDIR)$(PACKAGE_CATALOGDIR)/sockserved.catalog'
fi
endef

# Only for the running system, not for a package (DESTDIR).
define reload_systemd
if [ -z '$(DESTDIR)' ]; then
	if [ -d /run/systemd/system ]; then
		systemctl daemon-reload
		journalctl --update-catalog || echo 'The message catalog was not updated: journalctl -x will not explain records.'
	else
		journalctl --update-catalog >/dev/null 2>&1 || true
	fi
fi
endef

define need_root
if [ -z '$(DESTDIR)' ] && [ "$$(id -u)" != 0 ]; then
	echo 'This changes $(PREFIX), $(SYSCONFDIR) and $(UNITDIR): run it as root, or give DESTDIR.' >&2
	exit 1
fi
endef

.PHONY: install
install: $(BINARY) ## Install program, units, message catalog, man pages, configuration (an edited file is kept)
	@$(need_root)
	$(find_old_units)
	enabled=()
	if [ -z '$(DESTDIR)' ]; then
		if [ -e '$(UNITDIR)/sockserved.service' ] || [ -e '$(PACKAGE_UNITDIR)/sockserved.service' ]; then
			for unit in $(notdir $(UNITS)); do
				if systemctl --quiet is-enabled $$unit 2>/dev/null; then enabled+=($$unit); fi
			done
		else
			# At the first installation, so that "systemctl start sockserved" opens a socket.
			enabled=(sockserved.socket)
		fi
	fi
	install -D -m 0755 $(BINARY) '$(DESTDIR)$(SBINDIR)/sockserved'
	for unit in $(UNITS); do
		install -D -m 0644 $$unit "$(DESTDIR)$(UNITDIR)/$${unit##*/}"
		sed -i -e 's|=/usr/local/sbin/sockserved|=$(SBINDIR)/sockserved|' -e 's|/usr/local/share/doc/sockserved|$(DOCDIR)|' \
			"$(DESTDIR)$(UNITDIR)/$${unit##*/}"
	done
	for example in $(DROPINS); do
		install -D -m 0644 $$example "$(DESTDIR)$(DOCDIR)/examples/systemd/$${example##*/}"
	done
	$(remove_old_units)
	for page in $(MANUALS); do
		install -D -m 0644 $$page "$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}"
	done
	install -D -m 0644 $(DASHBOARD) "$(DESTDIR)$(DOCDIR)/$(notdir $(DASHBOARD))"
	for example in $(EXAMPLES); do
		install -D -m 0644 $$example "$(DESTDIR)$(DOCDIR)/examples/$${example##*/}"
	done
	install -D -m 0644 packaging/sockserved.catalog '$(DESTDIR)$(CATALOGDIR)/sockserved.catalog'
	keep() { # installs $$1 as $$2, unless a different file is there
		if [ -e "$$2" ] && ! cmp -s "$$1" "$$2"; then
			echo "Kept $$2: it has local changes (new default: $$1)"
		else
			install -D -m 0644 "$$1" "$$2"
		fi
	}
	install -d -m 0755 '$(DESTDIR)$(SYSCONFDIR)/sockserved/sockserved.toml.d'
	keep packaging/sockserved.toml '$(DESTDIR)$(SYSCONFDIR)/sockserved/sockserved.toml'
	keep packaging/sockserved.logrotate '$(DESTDIR)$(SYSCONFDIR)/logrotate.d/sockserved'
	keep packaging/sockserved.logcheck '$(DESTDIR)$(SYSCONFDIR)/logcheck/ignore.d.server/sockserved'
	install -D -m 0644 packaging/sockserved.bash-completion '$(DESTDIR)$(COMPLETIONDIR)/sockserved'
	for link in $(MANUAL_LINKS); do
		install -m 0644 /dev/stdin '$(DESTDIR)$(MANDIR)'/man8/$$link <<<'.so man8/sockserved.8'
	done
	# Renews links to units that have moved, or whose [Install] section has changed; enables no others.
	if [ $${#enabled[@]} -gt 0 ]; then systemctl --quiet reenable "$${enabled[@]}"; fi
	$(reload_systemd)
	if [ -n '$(DESTDIR)' ]; then
		exit
	elif [ -d /run/systemd/system ] && systemctl --quiet is-active sockserved.service; then
		echo 'Installed. The daemon that runs is the previous one; replace it with: systemctl restart sockserved'
	else
		echo 'Installed. Start it with: systemctl start sockserved'
	fi

.PHONY: uninstall
uninstall: ## Remove the installed files; configuration and logs stay unless PURGE=1 is given
	@$(need_root)
	$(find_old_units)
	if [ -z '$(DESTDIR)' ] && [ -d /run/systemd/system ]; then
		for unit in $(notdir $(UNITS)); do
			if [ -e "$${old:-$(UNITDIR)}/$$unit" ]; then systemctl disable --quiet --now $$unit; fi
		done
	fi
	rm -f '$(DESTDIR)$(SBINDIR)/sockserved' '$(DESTDIR)$(CATALOGDIR)/sockserved.catalog'
	for unit in $(notdir $(UNITS)); do rm -f "$(DESTDIR)$(UNITDIR)/$$unit"; done
	$(remove_old_units)
	rm -rf '$(DESTDIR)$(DOCDIR)/examples' '$(DESTDIR)$(DOCDIR)/$(notdir $(DASHBOARD))'
	rmdir --ignore-fail-on-non-empty '$(DESTDIR)$(DOCDIR)' 2>/dev/null || true
	for page in $(notdir $(MANUALS)) $(MANUAL_LINKS); do rm -f "$(DESTDIR)$(MANDIR)/man$${page##*.}/$$page"; done
	rm -f '$(DESTDIR)$(COMPLETIONDIR)/sockserved'
	$(reload_systemd)
	if [ -n '$(PURGE)' ]; then
		rm -rf '$(DESTDIR)$(SYSCONFDIR)/sockserved' '$(DESTDIR)$(SYSCONFDIR)/logrotate.d/sockserved'
		rm -f '$(DESTDIR)$(SYSCONFDIR)/logcheck/ignore.d.server/sockserved'
		rm -rf '$(DESTDIR)/var/log/private/sockserved' '$(DESTDIR)/var/log/sockserved'
		echo 'Removed, with configuration and logs.'
	else
		echo 'Removed. Kept, until "make uninstall PURGE=1":'
		echo '    $(SYSCONFDIR)/sockserved  $(SYSCONFDIR)/logrotate.d/sockserved  /var/log/sockserved'
		echo '    $(SYSCONFDIR)/logcheck/ignore.d.server/sockserved'
	fi

.PHONY: clean
clean: ## Remove the build directories
	rm -rf .build Tests/Benchmarks/.build
