import ArgumentParser

/// How much a program may use.
struct BudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("End the program after about N instructions.", valueName: "n"))
    var fuel: UInt64?

    @Option(
        help: ArgumentHelp(
            "Bytes of all the program's memories together.", valueName: "64MiB"))
    var maxMemory = RunSettings.Budgets.defaultMemory

    @Option(
        help: ArgumentHelp("Bytes of the program's call stack.", valueName: "8MiB"))
    var maxStack = RunSettings.Budgets.defaultStack

    @Option(
        help: ArgumentHelp(
            "Bytes that files in the in-memory directories may take.", valueName: "256MiB"))
    var maxFiles = RunSettings.Budgets.defaultFiles

    @Option(
        help: ArgumentHelp(
            "Bytes the program may write to its standard output and error.", valueName: "1GiB"))
    var maxOutput: ByteCount?

    @Option(
        help: ArgumentHelp("End the program after this time.", valueName: "10s"))
    var timeout: TimeBudget?

    func validate() throws {
        guard maxStack.bytes >= 64 << 10, maxStack.bytes <= 4 << 30 else {
            throw ValidationError("--max-stack: allowed are 64KiB to 4GiB")
        }
    }
}
