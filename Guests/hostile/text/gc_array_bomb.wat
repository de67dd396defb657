;; Asks for arrays of 2^32 - 1 elements.
(module
  (type $bytes (array (mut i64)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (array.new_default $bytes (i32.const -1)))))
