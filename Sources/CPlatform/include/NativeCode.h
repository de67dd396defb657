// Running machine code that may fault, and turning its faults into values.
//
// A guest's machine code runs between martlet_native_run and its return, on a stack of its own. A
// fault inside registered code (a memory access past the guard, a division by zero, ud2) moves the
// thread to martlet_native_run's return: by a jump where nothing is lost by it, else by rewriting the
// signal's context, which sanitizers understand; every other fault goes to whoever handled that
// signal before.
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

/// Bytes of the call by which code traps: CALL [r + 8-bit displacement], r one of r8 to r15.
enum { MARTLET_NATIVE_TRAP_CALL_BYTES = 4 };

/// What kind of fault it was.
enum martlet_native_fault {
    /// SIGSEGV, SIGBUS.
    MARTLET_NATIVE_MEMORY = 1,
    /// SIGFPE: integer division.
    MARTLET_NATIVE_ARITHMETIC = 2,
    /// SIGILL.
    MARTLET_NATIVE_INSTRUCTION = 3,
    /// The code lies in a file whose checksum says that it was damaged.
    MARTLET_NATIVE_DAMAGED = 4,
    /// The fetch of an instruction from code that was stopped.
    MARTLET_NATIVE_STOPPED = 5,
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
    uint32_t stackWords; // 56
    uint32_t usesVectors; // 60: not 0 when arguments lie in vector registers
    uint64_t vectors[16]; // 64: eight registers of two words
} martlet_native_call;

/// Installs the fault handlers once for the process. Returns 0, or the negated errno.
long martlet_native_prepare_process(void);

/// Whether the calling thread is prepared.
extern _Thread_local int martlet_native_is_prepared;

/// Gives the calling thread an alternate signal stack, unless it has one. Returns 0, or the negated
/// errno. The stack is freed when the thread ends.
long martlet_native_prepare_this_thread(void);

/// The same, at no cost from the second time on.
static inline long martlet_native_prepare_thread(void) {
    return martlet_native_is_prepared ? 0 : martlet_native_prepare_this_thread();
}

/// Whether that was done.
static inline int martlet_native_thread_is_prepared(void) { return martlet_native_is_prepared; }

/// Tells the handler that [start, end) holds guests' code, and that its last 8 * `frameRowCount` bytes
/// tell how frames are left (Documentation/Formats/CodeImage.md); with 0 all functions keep rbp as
/// frame pointer. Returns a slot for removal, or -1 when the table is full. May be called from any
/// thread.
long martlet_native_register(uintptr_t start, uintptr_t end, size_t frameRowCount);

/// Takes back what martlet_native_register said.
void martlet_native_unregister(long slot);

/// Calls code by the guests' convention on the stack that ends at `stackTop` (16-byte aligned), or
/// on the current stack when it is 0. Activations nest.
int martlet_native_run(
    martlet_native_call *_Nonnull call, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *_Nonnull report);

/// What martlet_native_enter comes back with.
typedef struct martlet_native_result {
    /// The first integer result, when the outcome is MARTLET_NATIVE_RETURNED.
    uint64_t value;
    /// A martlet_native_outcome.
    uint64_t outcome;
} martlet_native_result;

/// martlet_native_run, quicker, for code that takes a context and two integers at most, and has one
/// integer result at most. `stackTop` is not 0.
martlet_native_result martlet_native_enter(
    uintptr_t context, uint64_t first, uint64_t second, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *_Nonnull report);

/// Leaves the innermost activation of this thread: its martlet_native_run returns
/// MARTLET_NATIVE_LEFT with `code`, and the report has the frames from a call in the guest outwards:
/// `stack` is where its return address lies, `framePointer` was rbp there. Nothing between here and
/// there may own anything.
_Noreturn void martlet_native_leave(uint64_t code, uintptr_t stack, uintptr_t framePointer);

/// Writes the frames from such a call outwards to a report.
void martlet_native_trace(
    uintptr_t stack, uintptr_t framePointer, martlet_native_report *_Nonnull report);

/// Whether the calling thread is inside an activation.
int martlet_native_is_active(void);

/// Where the calling thread's stack is now.
uintptr_t martlet_native_stack_pointer(void);

/// The end of the stack that the innermost activation began on; 0 outside.
uintptr_t martlet_native_stack_top(void);

/// Addresses of the stubs that note where the guest is and go to a helper.
uintptr_t martlet_native_stub_table(void);

/// Where code calls that traps: the table of its image says at the call why.
uintptr_t martlet_native_trap_address(void);

/// Where code for a function without machine code jumps, its record in r11. The quicker one is for
/// functions whose arguments and results are in no vector registers.
uintptr_t martlet_native_call_out_address(int usesVectors);

/// Sets what serves martlet_native_call_out: the call, the record, and the frame of the call.
void martlet_native_set_out_handler(
    void (*_Nonnull handler)(martlet_native_call *_Nonnull, uintptr_t record, uintptr_t frame));

/// Where stubs of functions that are not compiled yet jump, having pushed the function's number.
uintptr_t martlet_native_first_call_address(int isFast);

/// Sets what finds the code of a function that is called for the first time: the context, the
/// number with bit 63 for the compiler's own convention, and the stub's frame (the caller's frame,
/// then the return address). Returns where to go on.
void martlet_native_set_first_call_handler(
    uintptr_t (*_Nonnull handler)(uintptr_t context, uint64_t number, uintptr_t frame));

/// Guests' code that grows while it runs: a table that is written, and behind it text that is
/// mapped to be read and run, never to be written; it is written through its file.
typedef struct martlet_native_text {
    uintptr_t table;
    uintptr_t text;
    size_t byteCount;
    int file;
} martlet_native_text;

/// Makes such a text; sizes are multiples of the page's. Returns 0, or the negated errno.
long martlet_native_text_create(
    size_t tableBytes, size_t textBytes, martlet_native_text *_Nonnull text);

/// Unmaps it.
void martlet_native_text_free(const martlet_native_text *_Nonnull text);

/// Writes text. Returns 0, or the negated errno.
long martlet_native_text_write(
    const martlet_native_text *_Nonnull text, const void *_Nonnull bytes, size_t count,
    size_t offset);

/// XXH64 with seed 0.
uint64_t martlet_xxh64(const void *_Nullable bytes, size_t count);

/// Tells the handler of text that is mapped from a file, inaccessible at first: each 64 KiB of the
/// file's body are made accessible when first touched, if their XXH64 in `sums` (unaligned, eight
/// bytes each) is right. `body` is another mapping of the same bytes, for reading; the text lies at
/// `textOffset` in it, at a page, and ends with it. Returns a slot, or -1 when there is none left.
long martlet_native_add_file(
    uintptr_t text, const void *_Nonnull body, size_t bodyBytes, size_t textOffset,
    const void *_Nonnull sums);

/// Takes the right to execute from registered code, for good: its next instruction faults.
void martlet_native_stop(long slot);

/// Takes back what martlet_native_add_file said.
void martlet_native_remove_file(long slot);

/// Does for an address what touching it would do: 1 when its chunk is whole and accessible, 0 when it
/// lies in no such text, -1 when it is damaged.
int martlet_native_admit(uintptr_t address);

/// Sets the function behind a stub.
void martlet_native_set_helper(int number, const void *_Nonnull function);

/// Calls `body` with an address below all callee-saved registers, which lie on the stack there.
void martlet_native_with_registers(
    void (*_Nonnull body)(uintptr_t low, void *_Nullable argument), void *_Nullable argument);

/// What the processor has, by the bits of CPUFeatures.
uint64_t martlet_native_cpu_features(void);

/// Takes a sample of the guests' frames each time the process has used so many microseconds of
/// processor time, into `count` words, 65 for each: how many places, then the places. Returns 0, or
/// the negated errno.
long martlet_native_start_sampling(uint64_t *_Nonnull words, size_t count, long microseconds);

/// Ends sampling; returns how many words were used.
size_t martlet_native_stop_sampling(void);
