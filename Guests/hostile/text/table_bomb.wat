;; Grows a table until the host says no: 2^32 references would be 32 GiB of the host's memory.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "_start")
    (loop $more
      (br_if $more
        (i32.ne (table.grow $t (ref.null func) (i32.const 1000000)) (i32.const -1))))
    ;; 20 million references are more than the budget of the test.
    (if (i32.gt_u (table.size $t) (i32.const 20000000))
      (then (call $exit (i32.const 66))))))
