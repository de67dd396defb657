;; Fills 60 MiB again and again, so that the time between two back edges is long.
(module
  (memory (export "memory") 960)
  (func (export "_start")
    (loop $again
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 62914560))
      (memory.copy (i32.const 1) (i32.const 0) (i32.const 62914559))
      (br $again))))
