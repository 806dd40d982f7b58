# What people and CI run. `make demo` and `make test` work on a fresh Debian 12 or Ubuntu that has
# Swift 6.3: the C libraries are installed where they are missing, and nothing else is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := build
.PHONY: demo build test lint torture kills check-fixtures judge bench bench-growth budget report-picture install clean
.PHONY: dependencies dist check-package

PREFIX ?= /usr/local
INCIDENT := TestData/sound/explosion-small/data

# The files that may touch memory or C (Docs/contributing.md, rule 3).
UNSAFE := ByteCursor|BitCursor|ByteBuffer|CRC32C|RawBytes|RecordCompression|ByteHash|MappedFile|LargeArray|SymbolStatistics
UNSAFE := $(UNSAFE)|FileSystem|OpenFiles|RegularExpression|StandardStreams|SpillFile|YAMLEvents
UNSAFE := $(UNSAFE)|FileOperations|FilePlace|FileCopy|FileAttributes|FileStatus|Database|Packer|Gunzip

# The files that may compute with an Int64 or a UInt64 plainly: calendars, clocks, and times themselves, which
# bound what they compute with (Docs/contributing.md, rule 4).
BOUNDED := CivilDate|TimeText|TimeBytes|TimeInput|Timestamp|TimeGrid

# The Swift runtime goes into the executable, so that it runs where there is no toolchain. Each function is a
# section of its own, so that what nothing calls is left out; what a debugger reads stays in the objects (`make dist`
# puts it into a file of its own), because valgrind 3.19 cannot read it.
RELEASE := --configuration release --static-swift-stdlib -Xswiftc -Xfrontend -Xswiftc -function-sections \
  -Xcc -ffunction-sections -Xcc -fdata-sections -Xlinker --strip-debug
EPIMETHEUS := .build/release/epimetheus

## demo: build, and look at a bundled incident
demo: build
	@status=0
	$(EPIMETHEUS) diagnose $(INCIDENT) || status=$$?
	# 1 means that something was found, which is the point of the demonstration.
	[ $$status -le 1 ] || exit $$status

## build: the executable, in release mode
build: dependencies
	@swift build $(RELEASE) --product epimetheus

## test: all tests
test: build
	@swift build --build-tests
	# The commands are tested as users run them: in release mode, which is many times as fast.
	EPIMETHEUS_EXECUTABLE="$(abspath $(EPIMETHEUS))" swift test --skip-build --disable-xctest

## lint: format and house rules
lint: build
	@swift format lint --strict --recursive Sources Tests Package.swift
	strays=$$(grep -rnw unsafe Sources --include=*.swift | grep -v "'unsafe-inline'" | cut -d: -f1 |
	  sort -u | grep -vE '/($(UNSAFE))\.swift$$' || true)
	[ -z "$$strays" ] || { echo "says unsafe, and must not: $$strays" >&2; exit 1; }
	writers=$$(grep -rnwE 'O_WRONLY|O_RDWR|O_CREAT|fopen|mkstemp' Sources --include=*.swift |
	  grep -vE '/(SpillFile|FileOperations).swift:' || true)
	[ -z "$$writers" ] || { echo "opens for writing: $$writers" >&2; exit 1; }
	python3 Tests/Lint/trapping.py .build Sources '$(BOUNDED)'
	python3 Tests/Lint/recordtypes.py Sources

# How many rounds `torture` makes, and what they are drawn from.
ROUNDS := 200
SEED := 1

## torture ROUNDS=N SEED=S: directories spoilt at random, and what every command does with them (Python 3)
torture: build
	@python3 Tests/Torture/torture.py $(EPIMETHEUS) --rounds $(ROUNDS) --seed $(SEED)

## kills [KILLS="--limit 20"]: repairs and undos killed at every system call, and taken back (Python 3, x86-64)
kills: build
	@python3 Tests/Torture/kills.py $(EPIMETHEUS) --seed $(SEED) $(KILLS)

## check-fixtures FIXTURES=DIR: the tests again, over the full set of directories of real servers
check-fixtures: build
	@if [ -z "$(FIXTURES)" ]; then
	  echo "check-fixtures: skipped, because FIXTURES is not set" \
	    "(make check-fixtures FIXTURES=DIR, DIR holding sound/, damaged/ and states/)."
	  exit 0
	fi
	if [ ! -d "$(FIXTURES)/sound" ]; then
	  echo "check-fixtures: $(FIXTURES) has no folder sound." >&2
	  exit 2
	fi
	swift build --build-tests
	EPIMETHEUS_EXECUTABLE="$(abspath $(EPIMETHEUS))" EPIMETHEUS_FIXTURES="$(abspath $(FIXTURES))" \
	  swift test --skip-build --disable-xctest

## judge PEERS=DIR FIXTURES=DIR: every operation on every directory, held against real servers; JUDGE has options
judge: build
	@if [ -z "$(PEERS)" ] || [ -z "$(FIXTURES)" ]; then
	  echo "judge: skipped, because PEERS or FIXTURES is not set (make judge PEERS=DIR FIXTURES=DIR," \
	    "PEERS holding a folder for each release, as 3.5.3/usr/bin/prometheus)."
	  exit 0
	fi
	python3 Tests/Judge/judge.py --tool $(EPIMETHEUS) --peers "$(PEERS)" --fixtures "$(FIXTURES)" $(JUDGE)

## bench FIXTURES=DIR: side by side with Debian's promtool and prometheus
bench: build
	@Tests/Benchmarks/compare.sh $(EPIMETHEUS) "$(FIXTURES)"

## budget [RECORD=--record]: the instructions of commands and kernels, held against Tests/Benchmarks/budgets.json
# (valgrind, Python 3)
budget: build
	@python3 Tests/Benchmarks/budget.py $(EPIMETHEUS) TestData Tests/Benchmarks/budgets.json $(RECORD)

## bench-growth [KINDS="blocks findings"]: how much longer commands take with twice as much of one thing
bench-growth: build
	@Tests/Benchmarks/growth.py $(EPIMETHEUS) $$(dirname TestData/sound/explosion-blocks/data/*/meta.json | head -1) $(KINDS)

## report-picture: Docs/report.png, what the report of the bundled incident looks like (apt-get install chromium)
report-picture: build
	@bundle=$$(mktemp --directory)
	trap 'rm -rf "$$bundle"' EXIT
	status=0
	$(EPIMETHEUS) evidence $(INCIDENT) --output "$$bundle/evidence" || status=$$?
	[ $$status -le 1 ] || exit $$status
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=960,2000 \
	  --blink-settings=preferredColorScheme=1 --user-data-dir="$$bundle/profile" \
	  --screenshot="$(abspath Docs/report.png)" "file://$$bundle/evidence/report.html" 2>/dev/null

## dist: dist/, one static executable, a Debian package, an OCI image, symbols, SBOM, sums (Python 3)
dist: build
	@.packaging/dist.sh .build/release dist
	.packaging/deb.sh dist
	.packaging/image.sh dist
	cd dist && sha256sum epimetheus epimetheus.debug epimetheus.spdx.json LICENSE *.deb *.tar >SHA256SUMS

## check-package [SUITES="bookworm trixie"]: dist/ as those who get it use it (root, debootstrap, the network)
check-package: dist
	@.packaging/check.sh dist $(INCIDENT) $(SUITES)

## install PREFIX=DIR: the executable, as PREFIX/bin/epimetheus
install: build
	@install -D -m 755 $(EPIMETHEUS) "$(DESTDIR)$(PREFIX)/bin/epimetheus"
	echo "installed $(DESTDIR)$(PREFIX)/bin/epimetheus"

## clean: remove what was built
clean:
	@rm -rf .build dist

# Installs what is missing of the Debian packages, and says what it cannot install.
dependencies:
	@if ! command -v swift >/dev/null; then
	  echo "Swift is not installed, or not in PATH. Epimetheus needs Swift 6.3:" \
	    "https://www.swift.org/install/linux/" >&2
	  exit 2
	fi
	if ! command -v dpkg-query >/dev/null; then
	  pkg-config --exists snappy libzstd re2 yaml-0.1 sqlite3 zlib && exit 0
	  echo "This is not Debian or Ubuntu: please install the development files of snappy," \
	    "zstd, RE2, libyaml, SQLite and zlib, and pkg-config and a C++ standard library." >&2
	  exit 2
	fi
	missing=()
	for package in libsnappy-dev libzstd-dev libre2-dev libyaml-dev libsqlite3-dev zlib1g-dev; do
	  dpkg-query --show --showformat='$${Status}' $$package 2>/dev/null | grep -q ' installed$$' \
	    || missing+=($$package)
	done
	command -v pkg-config >/dev/null || missing+=(pkg-config)
	command -v git >/dev/null || missing+=(git ca-certificates)
	compgen -G '/usr/include/c++/*/vector' >/dev/null || missing+=(g++)
	[ $${#missing[@]} -gt 0 ] || exit 0
	if ! command -v apt-get >/dev/null; then
	  echo "apt-get is missing. Please install: $${missing[*]}" >&2
	  exit 2
	fi
	root=()
	if [ "$$(id -u)" -ne 0 ]; then
	  if ! command -v sudo >/dev/null; then
	    echo "Neither root nor sudo. As root, run: apt-get install $${missing[*]}" >&2
	    exit 2
	  fi
	  root=(sudo)
	fi
	echo "Installing $${missing[*]}"
	"$${root[@]}" apt-get update --quiet
	"$${root[@]}" env DEBIAN_FRONTEND=noninteractive \
	  apt-get install --yes --no-install-recommends "$${missing[@]}"
