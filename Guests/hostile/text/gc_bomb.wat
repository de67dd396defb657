;; Links structures to each other until the host says no.
(module
  (type $node (struct (field (ref null $node)) (field i64)))
  (memory (export "memory") 1)
  (global $head (mut (ref null $node)) (ref.null $node))
  (func (export "_start")
    (loop $more
      (global.set $head (struct.new $node (global.get $head) (i64.const 1)))
      (br $more))))
