(module
  (import "wasi_snapshot_preview1" "path_open" (func $open
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read
    (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write
    (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "Hello from the keep; the secret has 00 bytes.\n")
  (data (i32.const 200) "token")
  (func (export "_start") (local $size i32)
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 5)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 12) (i32.const 99))
    (drop (call $read (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 16)))
    (local.set $size (i32.load (i32.const 16)))
    (i32.store8 (i32.const 136)
      (i32.add (i32.const 48) (i32.div_u (local.get $size) (i32.const 10))))
    (i32.store8 (i32.const 137)
      (i32.add (i32.const 48) (i32.rem_u (local.get $size) (i32.const 10))))
    (i32.store (i32.const 8) (i32.const 100))
    (i32.store (i32.const 12) (i32.const 46))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))
