internal import Wasm
internal import WasmEngine

/// Some of a module's functions as LLVM IR: what one run of clang compiles.
struct ModulePart {
    let functions: Range<UInt32>
    private(set) var text = IRText()
    /// Functions of the part left to the interpreter.
    private(set) var leftOut: [UInt32] = []

    /// Lowers the functions with these indices.
    ///
    /// - Throws: ``WasmError`` where a body is malformed or invalid.
    init(_ plan: ModulePlan, _ functions: Range<UInt32>) throws(WasmError) {
        self.functions = functions
        text.line(Self.head)
        var metadata = IRText()
        var called: Set<UInt32> = []
        var nextNode = Self.firstNode
        for function in functions {
            var lowering = try FunctionLowering(plan, function: function, metadata: nextNode)
            try lowering.lower()
            if lowering.isUnsupported {
                leftOut.append(function)
                text.append(Self.stub(plan, function))
                continue
            }
            text.append(lowering.text())
            text.append(Self.entry(plan, function))
            metadata.append(lowering.metadata())
            nextNode += lowering.metadataCount
            called.formUnion(lowering.called)
        }
        for function in called.sorted() where !functions.contains(function) {
            let signature = plan.signature(ofFunction: function)
            text.line(
                "declare hidden \(IRSignature.ownConvention) \(signature.result) "
                    + "@\(plan.name(function))(\(signature.ownParameterNames)) #0")
        }
        text.line(Self.tail)
        text.append(metadata)
    }

    /// What is called from outside the instance, by the engine's convention.
    private static func entry(_ plan: ModulePlan, _ function: UInt32) -> IRText {
        var text = IRText()
        let signature = plan.signature(ofFunction: function)
        text.line(
            "define hidden \(signature.result) @\(plan.entryName(function))"
                + "(\(signature.parameterNames)) #2 {")
        text.line(
            signature.returning(
                "call \(IRSignature.ownConvention) \(signature.result) "
                    + "@\(plan.name(function))(\(signature.ownParameterNames))"))
        return text
    }

    /// A function left to the interpreter, for its callers: calls it by its record.
    private static func stub(_ plan: ModulePlan, _ function: UInt32) -> IRText {
        var text = IRText()
        let signature = plan.signature(ofFunction: function)
        let place =
            Int(NativeLayout.Record.stride) * (Int(function) - plan.module.importedFunctionCount)
            + Int(NativeLayout.Record.nativeCode)
        text.line(
            "define hidden \(IRSignature.ownConvention) \(signature.result) "
                + "@\(plan.name(function))(\(signature.ownParameterNames)) #2 {")
        text.line("%a = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.functionRecords)")
        text.line("%b = load ptr, ptr %a\n%c = getelementptr i8, ptr %b, i64 \(place)")
        text.line("%d = load ptr, ptr %c")
        text.line(
            signature.returning("tail call \(signature.result) %d(\(signature.parameterNames))"))
        return text
    }

    private static let head = """
        source_filename = "martlet"
        target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
        target triple = "x86_64-unknown-linux-gnu"
        declare ptr @llvm.frameaddress.p0(i32 immarg)
        declare void @llvm.ubsantrap(i8 immarg) #3
        """

    /// Attributes and the nodes that everything shares.
    ///
    /// Functions may run for ever without effect, so `mustprogress` is not among the attributes;
    /// `no-builtins` keeps LLVM from calling a C library.
    private static let tail = """
        attributes #0 = { nounwind "frame-pointer"="all" "no-builtins" "probe-stack"="inline-asm" }
        attributes #1 = { noreturn nounwind cold nomerge }
        attributes #3 = { cold noreturn nounwind }
        attributes #2 = { nounwind noinline "frame-pointer"="all" "no-builtins" }
        !llvm.dbg.cu = !{!0}
        !llvm.module.flags = !{!7, !8, !9}
        !0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, isOptimized: true, \
        runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, \
        nameTableKind: None)
        !1 = !DIFile(filename: "module.wasm", directory: "/")
        !2 = !{}
        !3 = !DISubroutineType(types: !2)
        !4 = !{}
        !5 = !{!"branch_weights", i32 1, i32 1048575}
        !6 = !{!"branch_weights", i32 1048575, i32 1}
        !7 = !{i32 2, !"Debug Info Version", i32 3}
        !8 = !{i32 7, !"Dwarf Version", i32 5}
        !9 = !{i32 8, !"PIC Level", i32 2}
        !10 = !{!"Martlet"}
        !14 = !{!"linear memory", !10, i64 0}
        !15 = !{!"engine state", !10, i64 0}
        !16 = !{!"globals", !10, i64 0}
        !11 = !{!14, !14, i64 0}
        !12 = !{!15, !15, i64 0}
        !13 = !{!16, !16, i64 0}
        """

    /// The first number of a node that is free.
    private static let firstNode = 20
}
