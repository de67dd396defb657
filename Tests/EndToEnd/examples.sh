#!/usr/bin/env bash
# examples.sh DIRECTORY [PART…]: runs the programs of examples/ in keeps with the executables in DIRECTORY,
# with attestation, and checks what comes out, and that what must be refused is refused. Needs
# examples/build.sh to have run; SQLite is skipped when examples/sqlite/build.sh has not.
# LAUNCHER=vm runs them in emulated machines; that needs QEMU and Scripts/kernel.sh cloud.
set -uo pipefail
bin=$(cd "$1" && pwd)
shift
parts=(hello wordcount sqlite webpage plain facts intersection broken interrupt detached)
[ $# = 0 ] || parts=("$@")
launcher=${LAUNCHER:-process}
qemu=${QEMU:-/usr/bin/qemu-system-x86_64}
here=$(cd "$(dirname "$0")/../.." && pwd)
kernel=$here/build/kernel/cloud
if [ "$launcher" = vm ] && { [ ! -x "$qemu" ] || [ ! -e "$kernel/vmlinuz" ]; }; then
    echo "SKIPPED: no $qemu, or no kernel (Scripts/kernel.sh cloud)"
    exit 0
fi
work=$(mktemp -d)
failed=0
processes=()
end() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
await() { for _ in $(seq 1000); do [ -S "$1" ] && return; sleep 0.01; done; echo "no $1" >&2; exit 1; }

# check NAME STATUS: tells how a check went; what the commands said, when it failed.
check() {
    if [ "$2" = 0 ]; then echo "ok      $1"; return; fi
    echo "FAILED  $1"
    failed=1
    sed 's/^/        out: /' "$work/out" | head -5
    sed 's/^/        err: /' "$work/err" | head -8
}
# gives CODE COMMAND…: runs a command of martlet's; 0 when it exits with CODE.
gives() {
    local code=$1
    shift
    [ "$1" = deploy ] && set -- "$@" --launcher "$launcher"
    timeout 120 "$bin/martlet" "$@" >"$work/out" 2>"$work/err"
    [ $? = "$code" ]
}
host=(--to "unix:$work/host.sock")
trust=("${host[@]}" --policy "$work/policy.toml" --allow-simulated)
owner=("${trust[@]}" --key "$work/owner.key")
running() { grep -o 'keep k[0-9]*' "$work/out" | head -1 | cut -d' ' -f2; }
identity() { "$bin/martlet" measure workload "$1"; }

# page URL: what a plain client gets there; it does not look at certificates, let alone at evidence.
page() {
    python3 - "$1" <<'P'
import ssl, sys, urllib.request
blind = ssl._create_unverified_context()
sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=10, context=blind).read().decode())
P
}

# reachable PORT: waits until somebody listens there; a machine's port is forwarded when the host hears of it.
reachable() {
    for _ in $(seq 200); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.05
    done
}

# party NAME CODE COMMAND KEEP ARGUMENT…: runs a command as that party, which expects the workload `app`
# that it computes from its own copy of the files.
party() {
    local name=$1 code=$2 command=$3 keep=$4
    shift 4
    gives "$code" $command "$keep" "$@" "${trust[@]}" --key "$work/$name.key" --workload "$app"
}
# ends: waits until no keep runs any more.
ends() {
    for _ in $(seq 400); do
        gives 0 ps "${host[@]}"
        grep -q running "$work/out" || break
        sleep 0.05
    done
}

# What starts keeps, and the measurement by which what plays the hardware knows them.
case $launcher in
    process)
        known=(--keep "$bin/martlet-keep")
        start=(--keep "$bin/martlet-keep" --simulated-tee "$work/tee.sock")
        ;;
    vm)
        strip -o "$work/keep" "$bin/martlet-keep"
        "$bin/martlet" image build --simulated --keep "$work/keep" --kernel "$kernel/vmlinuz" \
            --modules "$kernel/modules" -o "$work/image" >/dev/null || exit 1
        known=(--measurement "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["simulated"])' \
            "$work/image/image.json")")
        # Disks that can be searched whole.
        start=(--qemu "$qemu" --image "$work/image" --machine-simulated-tee "$work/tee.sock" --max-vault 64MiB
            --keep "$bin/martlet-keep")
        ;;
    *) echo "LAUNCHER is process or vm" >&2; exit 64 ;;
esac
cp -r "$here/examples" "$work/examples"
cd "$work/examples" || exit 1
"$bin/martlet-simtee" init "${known[@]}" "$work" >/dev/null
"$bin/martlet-simtee" serve "${known[@]}" --socket "$work/tee.sock" >/dev/null &
processes+=($!)
await "$work/tee.sock"
"$bin/martlet" host --listen "unix:$work/host.sock" --state "$work/host" "${start[@]}" \
    --allow-connect 127.0.0.1:7080 --allow-connect 127.0.0.1:7083 2>"$work/host.log" &
processes+=($!)
await "$work/host.sock"
head -c 24 /dev/urandom >"$work/token"

run_hello() {
    echo "== hello: a secret"
    gives 0 deploy hello "${owner[@]}" --secret "token=@$work/token" --receipt "$work/receipt"
    check "hello runs" $?
    grep -q 'the secret has 24 bytes' "$work/out" && grep -q '^SIMULATED, not protected' "$work/err"
    check "it has its secret, and the first line says what was verified" $?
    gives 0 receipt verify "$work/receipt" --policy "$work/policy.toml" --workload "$(identity hello)"
    check "its receipt is verified for the identity computed from its files" $?
    gives 77 receipt verify "$work/receipt" --policy "$work/policy.toml" --workload webpage \
        && grep -q '^REFUSED' "$work/out"
    check "and refused for another program" $?
    gives 0 receipt verify "$work/receipt" --policy "$work/policy.toml" --json && python3 -c '
import json, sys
receipt = json.load(open(sys.argv[1]))
assert receipt["accepted"] and receipt["exitCode"] == 0 and receipt["workload"] == sys.argv[2]
assert receipt["outputBytes"] == 46 and receipt["appraisal"]["accepted"]
' "$work/out" "$(identity hello)" 2>>"$work/err"
    check "as JSON it says the same" $?
    gives 69 deploy hello "${owner[@]}"
    check "without its secret it is not started (69)" $?
}

run_wordcount() {
    echo "== wordcount: a vault from run to run"
    head -c 32 /dev/urandom >"$work/texts.key"
    count() { echo "$1" | gives 0 deploy wordcount "${owner[@]}" --vault-key "texts=@$work/texts.key"; }
    count "the quick brown fox"; grep -qx '1 texts, 4 words' "$work/out"
    check "the first run counts its text" $?
    count "jumps over the lazy dog"; grep -qx '2 texts, 9 words' "$work/out"
    check "the second run sees the first one's text" $?
    ! grep -raq -e 'quick brown' -e 'lazy dog' "$work/host" "$work/host.log"
    check "the host's files show neither" $?
    head -c 32 /dev/urandom >"$work/other.key"
    gives 70 deploy wordcount "${owner[@]}" --vault-key "texts=@$work/other.key" </dev/null
    check "another key does not open the vault" $?
    gives 0 deploy wordcount "${trust[@]}" --key "$work/stranger.key" \
        --vault-key "texts=@$work/texts.key" </dev/null && grep -qx '0 texts, 0 words' "$work/out"
    check "another owner has another vault of that name" $?
}

run_sqlite() {
    echo "== sqlite: a database in a vault"
    if [ -f sqlite/sqlite3.wasm ]; then
        head -c 32 /dev/urandom >"$work/notes.key"
        query() { gives 0 deploy sqlite "${owner[@]}" --vault-key "notes=@$work/notes.key"; }
        query <<'Q'
CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO notes(text) SELECT 'unmistakable ' || i FROM n;
Q
        check "a table is made and filled" $?
        query <<<'SELECT count(*), sum(id) FROM notes; PRAGMA integrity_check;'
        [ $? = 0 ] && [ "$(tr '\n' ' ' <"$work/out")" = '5000|12502500 ok ' ]
        check "another run finds it whole" $?
        ! grep -raq unmistakable "$work/host"
        check "the host's files show nothing of it" $?
    else
        echo "skipped: no examples/sqlite/sqlite3.wasm (examples/sqlite/build.sh makes it)"
    fi
}

run_webpage() {
    echo "== webpage: a service through martlet connect"
    gives 0 deploy webpage "${owner[@]}" --detach
    check "the service runs" $?
    web=$(running)
    reachable 7080
    "$bin/martlet" connect --to 127.0.0.1:7080 --policy "$work/policy.toml" --allow-simulated \
        --workload webpage --listen 127.0.0.1:7081 2>"$work/connect.log" &
    processes+=($!)
    for _ in $(seq 500); do grep -q '^listening' "$work/connect.log" && break; sleep 0.01; done
    for _ in 1 2 3; do page http://127.0.0.1:7081/ >>"$work/pages" 2>&1; done
    [ "$(grep -c 'to a page inside a keep' "$work/pages")" = 3 ]
    check "a plain client gets pages through the attested channel" $?
    cp "$work/connect.log" "$work/err"
    grep -q 'SIMULATED' "$work/connect.log"
    check "connect said what it verified" $?
    gives 77 connect --to 127.0.0.1:7080 --policy "$work/policy.toml" --allow-simulated --workload hello </dev/null
    check "who expects another workload is not connected (77)" $?
    ! page http://127.0.0.1:7080/ >"$work/out" 2>"$work/err" && [ ! -s "$work/out" ]
    check "a client without TLS gets nothing" $?
    ! page https://127.0.0.1:7080/ >"$work/out" 2>"$work/err" && [ ! -s "$work/out" ]
    check "a client that does not look at the evidence gets nothing" $?

    echo "== [[connect]]: a keep that is a client of another keep"
    mkdir visitor
    cat >visitor/visitor.wat <<'W'
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "martlet_attest" "peer" (func $peer (param i32 i32 i32) (result i32)))
  (memory (export "memory") 3)
  (data (i32.const 0) "\10\00\00\00\12\00\00\00")
  (data (i32.const 16) "GET / HTTP/1.1\0d\0a\0d\0a")
  (func (export "_start")
    ;; What the peer proved, to standard error; of what is no connection there is nothing to say.
    (if (i32.ne (call $peer (i32.const 2) (i32.const 65536) (i32.const 65536)) (i32.const -4))
      (then (unreachable)))
    (if (i32.ne (call $peer (i32.const 3) (i32.const 65536) (i32.const 9)) (i32.const -2))
      (then (unreachable)))
    (if (i32.ne (call $peer (i32.const 3) (i32.const 196600) (i32.const 65536)) (i32.const -1))
      (then (unreachable)))
    (i32.store (i32.const 64) (i32.const 65536))
    (i32.store (i32.const 68) (call $peer (i32.const 3) (i32.const 65536) (i32.const 65536)))
    (drop (call $write (i32.const 2) (i32.const 64) (i32.const 1) (i32.const 72)))
    (drop (call $write (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 0) (i32.const 1024))
    (loop $more
      (i32.store (i32.const 4) (i32.const 1024))
      (if (call $read (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 8)) (then (return)))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
      (br_if $more (i32.load (i32.const 8))))))
W
    visitor() {
        cat >visitor/Martlet.toml <<M
martlet = 1
name = "visitor"
program = "visitor.wat"
[budgets]
seconds = 10
[[connect]]
name = "page"
host = "127.0.0.1"
port = $1
policy = "peer.toml"
M
    }
    peer() { awk -v id="$1" '{ print } /^\[(snp|tdx)\]$/ { print "workload-identity = \"" id "\"" }' \
        "$work/policy.toml" >visitor/peer.toml; }
    cp "$work/simulated-root.pem" visitor/
    if [ "$launcher" = vm ]; then
        visitor 7080; peer "$(identity webpage)"
        # Of another owner: a machine has all vaults of its own.
        gives 70 deploy visitor "${trust[@]}" --key "$work/stranger.key" && grep -q 'can not be reached' "$work/err"
        check "a machine has no way out: refused" $?
    else
        visitor 7080; peer "$(identity webpage)"
        gives 0 deploy visitor "${owner[@]}" && grep -q 'to a page inside a keep' "$work/out"
        check "it visits the page, having verified the other keep's evidence" $?
        grep -q '"standing":"attested","workload":"'"$(identity webpage)"'","simulated":true' "$work/err"
        check "martlet_attest.peer tells the program what its peer proved" $?
        peer "$(identity hello)"
        gives 70 deploy visitor "${owner[@]}" && ! grep -q 'page inside' "$work/out"
        check "a peer with another workload is refused" $?
        visitor 7082; peer "$(identity webpage)"
        gives 70 deploy visitor "${owner[@]}" && grep -q 'lets nobody connect' "$work/err"
        check "a destination that the host's operator did not name is refused" $?
    fi
    gives 0 stop "$web" "${host[@]}"
}

run_plain() {
    echo "== [[connect]] with TLS: a keep that is a client of an ordinary server"
    if [ "$launcher" = vm ]; then echo "skipped: a machine has no way out"; return; fi
    mkdir plain
    for name in ca other; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$name" \
            -addext basicConstraints=critical,CA:TRUE -keyout "$work/$name.key.pem" \
            -out "plain/$name.pem" 2>/dev/null
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server \
        -keyout "$work/server.key.pem" -out "$work/server.csr" 2>/dev/null
    printf 'subjectAltName=IP:127.0.0.1\n' >"$work/names"
    openssl x509 -req -in "$work/server.csr" -CA plain/ca.pem -CAkey "$work/ca.key.pem" -days 2 \
        -extfile "$work/names" -out "$work/server.pem" 2>/dev/null
    openssl s_server -accept 127.0.0.1:7083 -cert "$work/server.pem" -key "$work/server.key.pem" \
        -tls1_3 -www >"$work/server.log" 2>&1 &
    processes+=($!)
    for _ in $(seq 1000); do grep -q '^ACCEPT' "$work/server.log" && break; sleep 0.01; done
    cat >plain/plain.wat <<'W'
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\12\00\00\00")
  (data (i32.const 16) "GET / HTTP/1.0\0d\0a\0d\0a")
  (func (export "_start")
    (drop (call $write (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 0) (i32.const 1024))
    (loop $more
      (i32.store (i32.const 4) (i32.const 1024))
      (if (call $read (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 8)) (then (return)))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
      (br_if $more (i32.load (i32.const 8))))))
W
    for roots in ca other; do
        printf '%s\n' 'martlet = 1' 'name = "plain"' 'program = "plain.wat"' '[[connect]]' 'name = "server"' \
            'transport = "tls"' 'host = "127.0.0.1"' 'port = 7083' "roots = \"$roots.pem\"" >plain/Martlet.toml
        if [ $roots = ca ]; then
            gives 0 deploy plain "${owner[@]}" && grep -q 's_server' "$work/out"
            check "it speaks with a server whose certificate chains to the roots that came with it" $?
        else
            gives 70 deploy plain "${owner[@]}" && ! grep -q 's_server' "$work/out"
            check "a server that chains to another root is refused" $?
        fi
    done
}

run_facts() {
    echo "== martlet_attest: a program asks for evidence of its own keep"
    mkdir facts
    cat >facts/facts.wat <<'W'
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "martlet_attest" "identity" (func $identity (param i32 i32) (result i32)))
  (import "martlet_attest" "evidence" (func $evidence (param i32 i32 i32) (result i32)))
  (memory (export "memory") 3)
  (func (export "_start")
    (if (i32.ne (call $identity (i32.const 0) (i32.const 47)) (i32.const -2)) (then (unreachable)))
    (i32.store (i32.const 64) (i32.const 128))
    (i32.store (i32.const 68) (call $identity (i32.const 128) (i32.const 48)))
    (drop (call $write (i32.const 2) (i32.const 64) (i32.const 1) (i32.const 72)))
    (i32.store (i32.const 64) (i32.const 65536))
    (i32.store (i32.const 68)
      (call $evidence (i32.const 256) (i32.const 65536) (i32.const 65536)))
    (drop (call $write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72)))))
W
    printf 'martlet = 1\nname = "facts"\nprogram = "facts.wat"\n' >facts/Martlet.toml
    gives 0 deploy facts "${owner[@]}" && cp "$work/out" "$work/bundle"
    check "it has evidence" $?
    od -An -v -tx1 "$work/err" | tr -d ' \n' | grep -q "$(identity facts)"
    check "its identity is the one computed from its files" $?
    gives 0 verify "$work/bundle" --policy "$work/policy.toml"
    check "its evidence is genuine" $?
}

run_intersection() {
    echo "== intersection: two owners of data, and a host that has none"
    for name in alice bob carol; do
        digest=$("$bin/martlet" key "$work/$name.key")
        number=$(printf '%064d' "$(case $name in alice) echo 1 ;; bob) echo 2 ;; carol) echo 3 ;; esac)")
        sed -i "s/$number/$digest/" intersection/Martlet.toml
    done
    app=intersection
    printf 'anna@example.org\nberta@example.org\ncarl@example.org\n' >"$work/alice.list"
    printf 'carl@example.org\ndora@example.org\nanna@example.org\n' >"$work/bob.list"
    printf 'anna@example.org\ncarl@example.org\n' >"$work/common"
    gives 0 deploy intersection "${owner[@]}" --hold
    check "the owner's keep holds the program" $?
    keep=$(running)
    party owner 69 start "$keep"; grep -q 'inputs of alice, inputs of bob' "$work/err"
    check "it does not start before both sent their lists" $?
    app=hello party alice 77 send "$keep" --file "/alice/list=@$work/alice.list"
    check "alice sends nothing to a keep with another workload (77)" $?
    party alice 0 send "$keep" --file "/alice/list=@$work/alice.list" --ready
    check "alice sends her list" $?
    party bob 77 send "$keep" --file "/alice/list=@$work/bob.list"
    check "bob can not overwrite it (77)" $?
    party bob 0 send "$keep" --file "/bob/list=@$work/bob.list" --ready
    check "bob sends his list" $?
    party stranger 77 start "$keep"
    check "a stranger can not start it (77)" $?
    party bob 77 start "$keep"
    check "nor can bob, who may not execute (77)" $?
    party carol 0 start "$keep"
    check "carol, who may execute and nothing else, starts it" $?
    for _ in $(seq 100); do
        party carol 0 status "$keep"
        grep -q '^ended' "$work/out" && break
        sleep 0.05
    done
    for name in alice bob; do
        party $name 0 fetch "$keep" /result/common && cmp -s "$work/out" "$work/common"
        check "$name fetches the intersection" $?
    done
    party bob 0 fetch "$keep" /result --list && [ "$(cat "$work/out")" = "$(printf '34\t/result/common')" ]
    check "the list of results has this one file" $?
    for name in bob owner carol stranger; do
        party $name 77 fetch "$keep" /alice/list && ! grep -q berta "$work/out"
        check "$name can not read alice's list (77)" $?
    done
    party alice 77 fetch "$keep" /alice/list
    check "nor can alice: her right is to write" $?
    for name in owner carol stranger; do
        party $name 77 fetch "$keep" /result/common && [ ! -s "$work/out" ]
        check "$name can not read the result (77)" $?
    done
    party alice 69 fetch "$keep" /result/other
    check "a result that is not there is told (69)" $?
    party alice 0 "receipt fetch" "$keep" "$work/receipt" \
        && gives 0 receipt verify "$work/receipt" --policy "$work/policy.toml" --workload intersection
    check "alice takes a receipt of the run" $?
    ! grep -raqF -e berta@ -e dora@ "$work/host" "$work/host.log"
    check "neither list is in the host's files or logs" $?

    echo "== an update that needs approvals"
    cp -r intersection changed
    sed -i 's/^seconds = 60/seconds = 30/' changed/Martlet.toml
    new=$(identity changed)
    party owner 0 update "$keep" changed && grep -q "^$new waits for 2 approvals" "$work/out"
    check "the owner's update waits for two approvals" $?
    party carol 77 approve "$keep" changed
    check "carol has no say (77)" $?
    party alice 69 approve "$keep" hello
    check "an identity that nobody proposed can not be approved (69)" $?
    party alice 0 approve "$keep" changed && grep -q '1 of 2' "$work/out"
    check "alice approves what she computed from the files" $?
    party alice 0 approve "$keep" changed && grep -q '1 of 2' "$work/out"
    check "twice is once" $?
    app=changed
    party bob 77 send "$keep" --file "/bob/list=@$work/bob.list"
    check "the keep is not yet what bob would expect after the update (77)" $?
    app=intersection
    party bob 0 approve "$keep" changed && grep -q 'holds' "$work/out"
    check "bob's approval puts the new program in its place" $?
    party alice 77 status "$keep"
    check "who expects the old one is told of the change (77)" $?
    app=changed
    party carol 0 start "$keep"
    check "the lists stayed, as both agreed: it starts again" $?
    for _ in $(seq 100); do
        party alice 0 fetch "$keep" /result/common && break
        sleep 0.05
    done
    cmp -s "$work/out" "$work/common"
    check "and gives the intersection again" $?
    gives 0 stop "$keep" "${host[@]}"
}

run_broken() {
    echo "== a manifest's missing files and contradictions, before anything is asked of a host"
    mkdir broken
    broken() { printf '%s\n' 'martlet = 1' 'name = "b"' "$@" >broken/Martlet.toml; }
    broken 'program = "none.wasm"'
    gives 65 measure workload broken && grep -q 'broken/Martlet.toml:3: program names broken/none.wasm' "$work/err"
    check "a program that is not there: file, line and what names it" $?
    broken 'program = "../endless.wat"' '[[listen]]' 'name = "w"' 'port = 7090' 'policy = "none.toml"'
    printf '(module (func (export "_start")))' >endless.wat
    gives 65 measure workload broken && grep -q 'Martlet.toml:7: listen\[0\].policy names broken/none.toml' "$work/err"
    check "a policy that is not there" $?
    broken 'program = "../endless.wat"' '[attestation-service]' 'address = "192.0.2.1:1"' 'policy = "p"'
    gives 65 deploy broken "${owner[@]}" && grep -q 'Martlet.toml:4: attestation-service is asked by no keep' "$work/err"
    check "an attestation service, which no keep asks yet" $?
}

run_interrupt() {
    echo "== an interrupt"
    mkdir endless
    cat >endless/endless.wat <<'W'
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\08\00\00\00")
  (data (i32.const 16) "started\0a")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (loop (br 0))))
W
    for engine in interpreter auto; do
        printf 'martlet = 1\nname = "endless"\nprogram = "endless.wat"\nengine = "%s"\n' $engine \
            >endless/Martlet.toml
        # What the run before printed must be gone before this one is waited for.
        : >"$work/deploy.out"
        timeout --foreground 60 "$bin/martlet" deploy endless "${owner[@]}" --launcher "$launcher" \
            --receipt "$work/receipt" >"$work/deploy.out" 2>"$work/deploy.err" &
        client=$!
        for _ in $(seq 600); do
            grep -q started "$work/deploy.out" && break
            sleep 0.05
        done
        kill -INT "$(pgrep -P $client)"
        wait $client
        [ $? = 130 ] && grep -q 'was stopped' "$work/deploy.err" \
            && gives 0 receipt verify "$work/receipt" --policy "$work/policy.toml" \
            && grep -q 'was stopped' "$work/out"
        check "Ctrl-C ends an endless program ($engine), and the receipt says so" $?
        ends
    done
}

run_detached() {
    echo "== detached: output, exit code and receipt come later"
    gives 0 deploy hello "${owner[@]}" --secret "token=@$work/token" --detach
    keep=$(running)
    app=hello
    party owner 0 attach "$keep" --receipt "$work/receipt" && grep -q 'has 24 bytes' "$work/out"
    check "the owner attaches afterwards and has output and receipt" $?
    party stranger 77 attach "$keep"
    check "a stranger does not see the output (77)" $?
    gives 0 stop "$keep" "${host[@]}"
    ends
    ! grep -q running "$work/out"
    check "no keep is left running" $?
}

for part in "${parts[@]}"; do "run_$part"; done
exit $failed
