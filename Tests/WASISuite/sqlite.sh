#!/bin/sh
# SQLite's shell in Wasm makes a database of 100,000 rows on a host directory; native sqlite3 reads it.
#
#   sqlite.sh SHELL.wasm RUNTIME…      e.g. sqlite.sh build/benchmarks/sqlite/sqlite-shell.wasm \
#                                           .build/release/martlet run
#
# RUNTIME… takes martlet's flags. The shell comes from Benchmarks/Workloads/sqlite/build.sh.
# Needs sqlite3 (Debian). The last line is `sqlite: N passed, M failed`.
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 64
fi
shell=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0
failed=0

# run_guest SQL RUNTIME…: what the Wasm shell prints for the SQL on /db/test.db.
run_guest() {
    sql=$1
    shift
    printf '%s\n' "$sql" | "$@" --dir "$folder::/db" "$shell" /db/test.db 2>&1
}

# expect NAME WANTED GOT
expect() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        echo "ok $1"
    else
        failed=$((failed + 1))
        echo "FAILED $1: expected $2, got $3"
    fi
}

expect "creates a table and fills it with 100,000 rows in one transaction" "100000" "$(run_guest '
PRAGMA journal_mode=DELETE;
CREATE TABLE birds(id INTEGER PRIMARY KEY, name TEXT NOT NULL, weight REAL, nest BLOB);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO birds SELECT i, printf("bird-%05d", (i * 7919) % 100000), i / 7.0, zeroblob(i % 50) FROM n;
COMMIT;
SELECT count(*) FROM birds;' "$@" | tail -1)"

expect "indexes" "bird-00042" "$(run_guest '
CREATE UNIQUE INDEX by_name ON birds(name);
CREATE INDEX by_weight ON birds(weight);
SELECT name FROM birds WHERE name = "bird-00042";' "$@" | tail -1)"

expect "uses the index" "1" "$(run_guest "
EXPLAIN QUERY PLAN SELECT * FROM birds WHERE name = 'bird-00042';" "$@" | grep -c by_name)"

expect "queries" "50000|2500050000" "$(run_guest '
SELECT count(*), sum(id) FROM birds WHERE id % 2 = 0;' "$@" | tail -1)"

expect "updates and deletes in transactions, one rolled back" "90000|5000" "$(run_guest "
BEGIN; UPDATE birds SET nest = x'01' WHERE id <= 5000; COMMIT;
BEGIN; DELETE FROM birds WHERE id > 90000; COMMIT;
BEGIN; DELETE FROM birds; ROLLBACK;
SELECT count(*), sum(nest = x'01' AND id <= 5000) FROM birds;" "$@" | tail -1)"

expect "vacuums" "90000" "$(run_guest 'VACUUM; SELECT count(*) FROM birds;' "$@" | tail -1)"

expect "checks its own integrity" "ok" "$(run_guest 'PRAGMA integrity_check;' "$@" | tail -1)"

expect "leaves no journal behind" "test.db" "$(ls "$folder")"

if command -v sqlite3 >/dev/null; then
    native() { sqlite3 "$folder/test.db" "$1" 2>&1 | tail -1; }
    expect "native sqlite3: integrity" "ok" "$(native 'PRAGMA integrity_check;')"
    expect "native sqlite3: the same rows" "90000|4050045000" \
        "$(native 'SELECT count(*), sum(id) FROM birds;')"
    expect "native sqlite3: by the guest's index" "1" \
        "$(native "SELECT count(*) FROM birds INDEXED BY by_name WHERE name = 'bird-00042';")"
    native "INSERT INTO birds VALUES(1000000, 'from-native', 1, NULL);" >/dev/null
    expect "the guest reads what native sqlite3 wrote" "from-native" \
        "$(run_guest 'SELECT name FROM birds WHERE id = 1000000;' "$@" | tail -1)"
else
    echo "# skipped: no native sqlite3 on this machine"
fi
echo "sqlite: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
