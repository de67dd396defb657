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
            metadata.append(lowering.metadata())
            nextNode += lowering.metadataCount
            text.append(Self.entry(plan, function, scope: nextNode))
            metadata.append(Self.entryPlaces(scope: nextNode))
            nextNode += 2
            called.formUnion(lowering.called)
        }
        let imported = UInt32(plan.module.importedFunctionCount)
        let isFirst = functions.lowerBound == imported
        for (index, table) in plan.settledTables.sorted(by: { $0.key < $1.key }) {
            text.line(isFirst ? table.definition(index, plan) : table.declaration(index, plan))
            if isFirst { called.formUnion(table.functions.compactMap { $0 }) }
        }
        for function in called.sorted() where !functions.contains(function) {
            if function < imported {
                text.append(Self.importedFunction(plan, function))
                continue
            }
            let signature = plan.signature(ofFunction: function)
            text.line(
                "declare hidden \(IRSignature.ownConvention) \(signature.result) "
                    + "@\(plan.name(function))(\(signature.ownParameterNames)) #0")
        }
        text.line(Self.tail)
        text.append(metadata)
    }

    /// What is called from outside the instance, by the engine's convention.
    ///
    /// It is no frame of the module's, unless its function is inlined there: that is what its places
    /// say.
    private static func entry(_ plan: ModulePlan, _ function: UInt32, scope: Int) -> IRText {
        var text = IRText()
        let signature = plan.signature(ofFunction: function)
        text.line(
            "define hidden \(signature.result) @\(plan.entryName(function))"
                + "(\(signature.parameterNames)) #2 !dbg !\(scope) {")
        text.line("%self = getelementptr i8, ptr %ctx, i64 \(plan.selfOffset)")
        text.line(
            signature.returning(
                "call \(IRSignature.ownConvention) \(signature.result) "
                    + "@\(plan.name(function))(\(signature.ownParameterNames)), "
                    + "!dbg !\(scope + 1)"))
        return text
    }

    /// The nodes that an entry names.
    private static func entryPlaces(scope: Int) -> IRText {
        var text = IRText()
        text.line(
            "!\(scope) = distinct !DISubprogram(name: \"entry\", scope: !1, file: !1, "
                + "line: \(CodeSite.none), type: !3, unit: !0, spFlags: DISPFlagDefinition)")
        text.line("!\(scope + 1) = !DILocation(line: \(CodeSite.none), scope: !\(scope))")
        return text
    }

    /// Looks at the stack, in functions that call what needs room there: helpers, hosts, other
    /// instances, the interpreter.
    ///
    /// All other functions run into the pages at the stack's end that fault.
    static func stackCheck(location: String) -> IRText {
        var text = IRText()
        text.line("%sc0 = call ptr @llvm.addressofreturnaddress.p0()")
        text.line("%sc1 = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.state)")
        text.line("%sc2 = load ptr, ptr %sc1, align 8, !invariant.load !4, !tbaa !12")
        text.line("%sc3 = getelementptr i8, ptr %sc2, i64 \(NativeLayout.State.nativeStackLimit)")
        text.line("%sc4 = load ptr, ptr %sc3, align 8, !invariant.load !4, !tbaa !12")
        text.line("%sc5 = icmp ult ptr %sc0, %sc4")
        text.line("br i1 %sc5, label %overflow, label %body, !prof !5\noverflow:")
        let code = TrapCode.stackExhausted.rawValue
        text.line("call void @llvm.ubsantrap(i8 \(code)) #1\(location)\nunreachable\nbody:")
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
        text.line(plan.contextFromSelf)
        text.append(stackCheck(location: ""))
        text.line("%a = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.functionRecords)")
        text.line("%b = load ptr, ptr %a\n%c = getelementptr i8, ptr %b, i64 \(place)")
        text.line("%d = load ptr, ptr %c")
        text.line(
            signature.returning("tail call \(signature.result) %d(\(signature.parameterNames))"))
        return text
    }

    /// An imported function, for calls through settled tables.
    private static func importedFunction(_ plan: ModulePlan, _ function: UInt32) -> IRText {
        var text = IRText()
        let signature = plan.signature(ofFunction: function)
        text.line(
            "define hidden \(IRSignature.ownConvention) \(signature.result) "
                + "@\(plan.name(function))(\(signature.ownParameterNames)) #2 {")
        text.line(plan.contextFromSelf)
        text.append(stackCheck(location: ""))
        text.line("%a = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.importedFunctions)")
        text.line("%b = load ptr, ptr %a\n%c = getelementptr i8, ptr %b, i64 \(8 * Int(function))")
        text.line("%d = load ptr, ptr %c")
        text.line("%e = getelementptr i8, ptr %d, i64 \(NativeLayout.Record.context)")
        text.line("%f = load ptr, ptr %e\n%g = icmp eq ptr %f, null")
        text.line("%h = select i1 %g, ptr %ctx, ptr %f")
        text.line("%i = getelementptr i8, ptr %d, i64 \(NativeLayout.Record.nativeCode)")
        text.line("%j = load ptr, ptr %i")
        let arguments = signature.parameterNames.dropFirst("ptr %ctx".count)
        text.line(signature.returning("tail call \(signature.result) %j(ptr %h\(arguments))"))
        return text
    }

    private static let head = """
        source_filename = "martlet"
        target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
        target triple = "x86_64-unknown-linux-gnu"
        declare ptr @llvm.addressofreturnaddress.p0()
        declare void @llvm.ubsantrap(i8 immarg) #3
        """

    /// Attributes and the nodes that everything shares.
    ///
    /// Functions may run for ever without effect, so `mustprogress` is not among the attributes;
    /// `no-builtins` keeps LLVM from calling a C library.
    private static let tail = """
        attributes #0 = { nounwind "no-builtins" "probe-stack"="inline-asm" }
        attributes #1 = { noreturn nounwind cold nomerge }
        attributes #3 = { cold noreturn nounwind }
        attributes #2 = { nounwind noinline "no-builtins" }
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
