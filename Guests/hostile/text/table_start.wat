;; Asks for a table of 2^32 - 1 references before it runs.
(module
  (memory (export "memory") 1)
  (table 4294967295 funcref)
  (func (export "_start")))
