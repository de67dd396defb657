;; Throws and catches without end, deeper each time.
(module
  (tag $e (param i64))
  (memory (export "memory") 1)
  (func $throw (param i64)
    (block $caught (result i64)
      (try_table (catch $e $caught) (throw $e (local.get 0)))
      (unreachable))
    (i64.const 1)
    (i64.add)
    (call $throw))
  (func (export "_start") (call $throw (i64.const 0))))
