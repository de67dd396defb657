// Running machine code that may fault, and turning its faults into values.
//
// A guest's machine code runs between martlet_native_enter and its return, on a stack of its own. A
// fault inside registered code (a memory access past the guard, a division by zero, ud2) moves the
// thread to martlet_native_enter's return by rewriting the signal's context; every other fault goes
// to whoever handled that signal before. No longjmp: the handler returns normally, which sanitizers
// understand.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Why martlet_native_enter returned.
enum martlet_native_outcome {
    /// The code returned.
    MARTLET_NATIVE_RETURNED = 0,
    /// The code or a function it called asked to leave: martlet_native_leave.
    MARTLET_NATIVE_LEFT = 1,
    /// The code faulted; the report says where.
    MARTLET_NATIVE_FAULTED = 2,
};

/// What is known of a fault, or of a departure.
typedef struct martlet_native_report {
    /// The instruction that faulted; for a departure, the return address of the call that left.
    uintptr_t instruction;
    /// The stack pointer there.
    uintptr_t stack;
    /// The address that could not be accessed (SIGSEGV, SIGBUS); 0 otherwise.
    uintptr_t address;
    /// The signal's number, or the code given to martlet_native_leave.
    uint64_t code;
} martlet_native_report;

/// Installs the fault handlers once for the process. Returns 0, or the negated errno.
long martlet_native_prepare_process(void);

/// Gives the calling thread an alternate signal stack, unless it has one. Returns 0, or the negated
/// errno. The stack is freed when the thread ends.
long martlet_native_prepare_thread(void);

/// Tells the handler that [start, end) holds guests' code; returns a slot for removal, or -1 when
/// the table is full. May be called from any thread.
long martlet_native_register(uintptr_t start, uintptr_t end);

/// Takes back what martlet_native_register said.
void martlet_native_unregister(long slot);

/// Calls code(argument0, argument1, argument2) on the stack that ends at `stackTop` (16-byte
/// aligned), or on the current stack when it is 0. Activations nest.
int martlet_native_enter(
    uintptr_t code, uintptr_t argument0, uintptr_t argument1, uintptr_t argument2,
    uintptr_t stackTop, martlet_native_report *_Nonnull report);

/// Leaves the innermost activation of this thread: its martlet_native_enter returns
/// MARTLET_NATIVE_LEFT with `code`. Called from guests' code with the C calling convention; nothing
/// between here and there may own anything.
_Noreturn void martlet_native_leave(uint64_t code);

/// Whether the calling thread is inside an activation.
int martlet_native_is_active(void);
