// Running machine code that may fault, and turning its faults into values.
//
// A guest's machine code runs between martlet_native_run and its return, on a stack of its own. A
// fault inside registered code (a memory access past the guard, a division by zero, ud2) moves the
// thread to martlet_native_run's return by rewriting the signal's context; every other fault goes
// to whoever handled that signal before. No longjmp: the handler returns normally, which sanitizers
// understand.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Why martlet_native_run returned.
enum martlet_native_outcome {
    /// The code returned.
    MARTLET_NATIVE_RETURNED = 0,
    /// The code or a function it called asked to leave: martlet_native_leave.
    MARTLET_NATIVE_LEFT = 1,
    /// The code faulted; the report says where.
    MARTLET_NATIVE_FAULTED = 2,
};

enum { MARTLET_NATIVE_TRACE_LIMIT = 64, MARTLET_NATIVE_HELPER_COUNT = 24 };

/// What kind of fault it was.
enum martlet_native_fault {
    /// SIGSEGV, SIGBUS.
    MARTLET_NATIVE_MEMORY = 1,
    /// SIGFPE: integer division.
    MARTLET_NATIVE_ARITHMETIC = 2,
    /// SIGILL.
    MARTLET_NATIVE_INSTRUCTION = 3,
};

/// What is known of a fault, or of a departure.
typedef struct martlet_native_report {
    /// The instruction that faulted; for a departure, where the guest would have gone on.
    uintptr_t instruction;
    /// The address that could not be accessed (SIGSEGV, SIGBUS); 0 otherwise.
    uintptr_t address;
    /// A martlet_native_fault, or the code given to martlet_native_leave.
    uint64_t code;
    /// Places in the guest's frames, innermost first; one in the calling instruction, not after it.
    uint64_t frameCount;
    uintptr_t frames[MARTLET_NATIVE_TRACE_LIMIT];
    /// General registers at a fault, numbered as instructions number them.
    uint64_t registers[16];
} martlet_native_report;

/// Registers and stack of one call: arguments before, results after (integers[0], vectors[0]).
typedef struct martlet_native_call {
    uint64_t integers[6]; // 0
    uint64_t *_Nullable stack; // 48: arguments beyond the registers
    uint64_t stackWords; // 56
    uint64_t vectors[16]; // 64: eight registers of two words
} martlet_native_call;

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

/// Calls code by the guests' convention on the stack that ends at `stackTop` (16-byte aligned), or
/// on the current stack when it is 0. Activations nest.
int martlet_native_run(
    martlet_native_call *_Nonnull call, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *_Nonnull report);

/// Leaves the innermost activation of this thread: its martlet_native_run returns
/// MARTLET_NATIVE_LEFT with `code`, and the report has the frames from `instruction` and `frame`
/// outwards. Nothing between here and there may own anything.
_Noreturn void martlet_native_leave(uint64_t code, uintptr_t instruction, uintptr_t frame);

/// Writes the frames from `instruction` and `frame` outwards to a report.
void martlet_native_trace(
    uintptr_t instruction, uintptr_t frame, martlet_native_report *_Nonnull report);

/// Whether the calling thread is inside an activation.
int martlet_native_is_active(void);

/// Where the calling thread's stack is now.
uintptr_t martlet_native_stack_pointer(void);

/// The end of the stack that the innermost activation began on; 0 outside.
uintptr_t martlet_native_stack_top(void);

/// Addresses of the stubs that note where the guest is and go to a helper.
uintptr_t martlet_native_stub_table(void);

/// Where code for a function without machine code jumps, its record in r11.
uintptr_t martlet_native_call_out_address(void);

/// Sets what serves martlet_native_call_out: the call, the record, and the frame of the call.
void martlet_native_set_out_handler(
    void (*_Nonnull handler)(martlet_native_call *_Nonnull, uintptr_t record, uintptr_t frame));

/// Sets the function behind a stub.
void martlet_native_set_helper(int number, const void *_Nonnull function);

/// Calls `body` with an address below all callee-saved registers, which lie on the stack there.
void martlet_native_with_registers(
    void (*_Nonnull body)(uintptr_t low, void *_Nullable argument), void *_Nullable argument);

/// What the segment register GS adds to addresses now; 0 where programs may not ask.
uintptr_t martlet_native_segment_base(void);

/// What the processor has, by the bits of CPUFeatures.
uint64_t martlet_native_cpu_features(void);

/// Takes a sample of the guests' frames each time the process has used so many microseconds of
/// processor time, into `count` words, 65 for each: how many places, then the places. Returns 0, or
/// the negated errno.
long martlet_native_start_sampling(uint64_t *_Nonnull words, size_t count, long microseconds);

/// Ends sampling; returns how many words were used.
size_t martlet_native_stop_sampling(void);
