#define _GNU_SOURCE

#include "include/NativeCode.h"

#include <string.h>

// MARK: Checksums

static uint64_t rotate(uint64_t value, int count) { return value << count | value >> (64 - count); }

static const uint64_t prime1 = 0x9E3779B185EBCA87, prime2 = 0xC2B2AE3D27D4EB4F,
                      prime3 = 0x165667B19E3779F9, prime4 = 0x85EBCA77C2B2AE63,
                      prime5 = 0x27D4EB2F165667C5;

static uint64_t lane(uint64_t sum, uint64_t input) {
    return rotate(sum + input * prime2, 31) * prime1;
}

static uint64_t word(const unsigned char *place) {
    uint64_t value;
    memcpy(&value, place, 8);
    return value;
}

uint64_t martlet_xxh64(const void *bytes, size_t count) {
    const unsigned char *place = bytes, *end = place + count;
    uint64_t sum = prime5;
    if (count >= 32) {
        uint64_t a = prime1 + prime2, b = prime2, c = 0, d = 0 - prime1;
        for (; end - place >= 32; place += 32) {
            a = lane(a, word(place));
            b = lane(b, word(place + 8));
            c = lane(c, word(place + 16));
            d = lane(d, word(place + 24));
        }
        sum = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
        sum = (sum ^ lane(0, a)) * prime1 + prime4;
        sum = (sum ^ lane(0, b)) * prime1 + prime4;
        sum = (sum ^ lane(0, c)) * prime1 + prime4;
        sum = (sum ^ lane(0, d)) * prime1 + prime4;
    }
    sum += count;
    for (; end - place >= 8; place += 8) {
        sum = rotate(sum ^ lane(0, word(place)), 27) * prime1 + prime4;
    }
    if (end - place >= 4) {
        uint32_t half;
        memcpy(&half, place, 4);
        sum = rotate(sum ^ half * prime1, 23) * prime2 + prime3;
        place += 4;
    }
    for (; place < end; place++) sum = rotate(sum ^ *place * prime5, 11) * prime1;
    sum = (sum ^ sum >> 33) * prime2;
    sum = (sum ^ sum >> 29) * prime3;
    return sum ^ sum >> 32;
}

#if defined(__x86_64__) && defined(__linux__)

#include <cpuid.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif

// One call of martlet_native_run or martlet_native_enter, on the host's stack. The assembly below knows the offsets.
// The host's saved registers lie above it.
typedef struct activation {
    struct activation *previous; // 0
    martlet_native_report *report; // 8
    uintptr_t stackTop; // 16: no frame of the guest's is at or above it
    martlet_native_call *call; // 24: of martlet_native_run
} activation;

// Named for the assembly below.
__attribute__((visibility("hidden"))) _Thread_local activation *martlet_native_innermost;
#define innermost martlet_native_innermost

// MARK: Registered code

enum { rangeLimit = 4096, pageBytes = 4096 };

// A range is live while `end` is not 0. Readers are signal handlers, so there is no lock.
static struct {
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
    _Atomic int isStopped;
    // Rows at the end of the range; 0 for code that keeps rbp as frame pointer.
    size_t frameRowCount;
    // Whether the rows were looked at: a frameTable.
    _Atomic int frameTable;
} ranges[rangeLimit];
static _Atomic long rangeCount;
static pthread_mutex_t rangeLock = PTHREAD_MUTEX_INITIALIZER;

enum frameTable { tableUnknown, tableWhole, tableDamaged };

long martlet_native_register(uintptr_t start, uintptr_t end, size_t frameRowCount) {
    pthread_mutex_lock(&rangeLock);
    long count = atomic_load(&rangeCount);
    long slot = 0;
    while (slot < count && atomic_load(&ranges[slot].end) != 0) slot++;
    if (slot == rangeLimit) {
        slot = -1;
    } else {
        atomic_store(&ranges[slot].start, start);
        atomic_store(&ranges[slot].isStopped, 0);
        ranges[slot].frameRowCount = frameRowCount;
        atomic_store(&ranges[slot].frameTable, tableUnknown);
        atomic_store(&ranges[slot].end, end);
        if (slot == count) atomic_store(&rangeCount, count + 1);
    }
    pthread_mutex_unlock(&rangeLock);
    return slot;
}

void martlet_native_unregister(long slot) {
    if (slot < 0 || slot >= rangeLimit) return;
    pthread_mutex_lock(&rangeLock);
    atomic_store(&ranges[slot].end, 0);
    pthread_mutex_unlock(&rangeLock);
}

// The range that an address lies in, or -1.
static long rangeOf(uintptr_t address) {
    long count = atomic_load(&rangeCount);
    for (long slot = 0; slot < count; slot++) {
        uintptr_t end = atomic_load(&ranges[slot].end);
        if (address < end && address >= atomic_load(&ranges[slot].start)) return slot;
    }
    return -1;
}

static int isGuestCode(uintptr_t instruction) { return rangeOf(instruction) >= 0; }

static int isStoppedCode(uintptr_t instruction) {
    long slot = rangeOf(instruction);
    return slot >= 0 && atomic_load(&ranges[slot].isStopped);
}

void martlet_native_stop(long slot) {
    if (slot < 0 || slot >= rangeLimit) return;
    atomic_store(&ranges[slot].isStopped, 1);
    uintptr_t start = atomic_load(&ranges[slot].start) & ~(uintptr_t)(pageBytes - 1);
    mprotect((void *)start, atomic_load(&ranges[slot].end) - start, PROT_READ);
}

// MARK: Text in files

enum { fileLimit = 256, chunkShift = 16 };

// Live while `end` is not 0; read by signal handlers.
static _Atomic long fileCount;
static struct {
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
    const unsigned char *body;
    size_t bodyBytes;
    size_t textOffset;
    const unsigned char *sums;
    _Atomic int isDamaged;
} files[fileLimit];

long martlet_native_add_file(
    uintptr_t text, const void *body, size_t bodyBytes, size_t textOffset, const void *sums) {
    long slot = 0;
    pthread_mutex_lock(&rangeLock);
    long count = atomic_load(&fileCount);
    while (slot < count && atomic_load(&files[slot].end) != 0) slot++;
    if (slot == fileLimit) {
        slot = -1;
    } else {
        files[slot].body = body;
        files[slot].bodyBytes = bodyBytes;
        files[slot].textOffset = textOffset;
        files[slot].sums = sums;
        atomic_store(&files[slot].isDamaged, 0);
        atomic_store(&files[slot].start, text);
        atomic_store(&files[slot].end, text + (bodyBytes - textOffset));
        if (slot == count) atomic_store(&fileCount, count + 1);
    }
    pthread_mutex_unlock(&rangeLock);
    return slot;
}

void martlet_native_remove_file(long slot) {
    if (slot < 0 || slot >= fileLimit) return;
    pthread_mutex_lock(&rangeLock);
    atomic_store(&files[slot].end, 0);
    pthread_mutex_unlock(&rangeLock);
}

// Makes the chunk around an address of a file's text accessible when its checksum is right. Returns
// 1 when it did, 0 when the address is in no such text, -1 when the chunk is damaged.
static int admitChunk(uintptr_t address) {
    long count = atomic_load(&fileCount);
    for (long slot = 0; slot < count; slot++) {
        uintptr_t end = atomic_load(&files[slot].end);
        uintptr_t start = atomic_load(&files[slot].start);
        uintptr_t pageEnd = (end + pageBytes - 1) & ~(uintptr_t)(pageBytes - 1);
        if (end == 0 || address < start || address >= pageEnd) continue;
        size_t offset = files[slot].textOffset;
        size_t chunk = (offset + (address - start)) >> chunkShift;
        size_t lower = chunk << chunkShift;
        size_t upper = lower + ((size_t)1 << chunkShift);
        if (upper > files[slot].bodyBytes) upper = files[slot].bodyBytes;
        uint64_t sum = martlet_xxh64(files[slot].body + lower, upper - lower);
        uint64_t expected;
        memcpy(&expected, files[slot].sums + 8 * chunk, 8);
        if (lower < offset) lower = offset;
        if (sum != expected ||
            mprotect((void *)(start + (lower - offset)), upper - lower, PROT_READ | PROT_EXEC)
                != 0) {
            atomic_store(&files[slot].isDamaged, 1);
            return -1;
        }
        return 1;
    }
    return 0;
}

int martlet_native_admit(uintptr_t address) { return admitChunk(address); }

// MARK: Entering and leaving

extern const char martlet_native_landing[];

// int martlet_native_run(rdi call, rsi code, rdx stackTop, rcx report)
//
// Saves what the C calling convention says a callee keeps, notes the activation, switches stacks,
// loads the arguments, calls, and keeps the results. The landing pad expects the activation in RSP and
// the outcome in EAX. The way through without arguments on the stack or in vector registers has no
// jump; over the call rbx is the activation and r12 the one before, so that the next call does not
// wait for this one's loads and stores.
__asm__(
    ".text\n"
    ".p2align 5\n"
    ".globl martlet_native_run\n"
    ".type martlet_native_run, @function\n"
    "martlet_native_run:\n"
    ".cfi_startproc\n"
    "    pushq %rbp\n"
    ".cfi_def_cfa_offset 16\n"
    ".cfi_offset %rbp, -16\n"
    "    movq %rsp, %rbp\n"
    ".cfi_def_cfa_register %rbp\n"
    "    pushq %rbx\n"
    "    pushq %r12\n"
    "    pushq %r13\n"
    "    pushq %r14\n"
    "    pushq %r15\n"
    "    subq $40, %rsp\n"
    "    movq martlet_native_innermost@gottpoff(%rip), %r10\n"
    "    movq %rsp, %rbx\n"
    "    movq %fs:(%r10), %r12\n"
    "    testq %rdx, %rdx\n"
    "    cmovzq %rsp, %rdx\n"
    "    movq %r12, 0(%rsp)\n"
    "    movq %rcx, 8(%rsp)\n"
    "    movq %rdx, 16(%rsp)\n"
    "    movq %rdi, 24(%rsp)\n"
    "    movq %rsp, %fs:(%r10)\n"
    "    movq %rsi, %rax\n"
    "    cmpq $0, 56(%rdi)\n"
    "    movq %rdx, %rsp\n"
    "    jne 2f\n"
    "1:\n"
    "    movq 8(%rdi), %rsi\n"
    "    movq 16(%rdi), %rdx\n"
    "    movq 24(%rdi), %rcx\n"
    "    movq 32(%rdi), %r8\n"
    "    movq 40(%rdi), %r9\n"
    "    movq 0(%rdi), %rdi\n"
    "    callq *%rax\n"
    "    movq 24(%rbx), %rcx\n"
    "    movq martlet_native_innermost@gottpoff(%rip), %r10\n"
    "    movq %rax, 0(%rcx)\n"
    "    movups %xmm0, 64(%rcx)\n"
    "    movq %r12, %fs:(%r10)\n"
    "    xorl %eax, %eax\n"
    "    leaq 40(%rbx), %rsp\n"
    "3:\n"
    "    popq %r15\n"
    "    popq %r14\n"
    "    popq %r13\n"
    "    popq %r12\n"
    "    popq %rbx\n"
    ".cfi_remember_state\n"
    "    popq %rbp\n"
    ".cfi_def_cfa %rsp, 8\n"
    "    retq\n"
    ".cfi_restore_state\n"
    "2:\n"
    "    movq %rdi, %r11\n"
    "    movl 56(%r11), %ecx\n"
    "    leaq 1(%rcx), %rdx\n"
    "    andq $-2, %rdx\n"
    "    shlq $3, %rdx\n"
    "    subq %rdx, %rsp\n"
    "    movq 48(%r11), %rsi\n"
    "    movq %rsp, %rdi\n"
    "    cld\n"
    "    rep movsq\n"
    "    movups 64(%r11), %xmm0\n"
    "    movups 80(%r11), %xmm1\n"
    "    movups 96(%r11), %xmm2\n"
    "    movups 112(%r11), %xmm3\n"
    "    movups 128(%r11), %xmm4\n"
    "    movups 144(%r11), %xmm5\n"
    "    movups 160(%r11), %xmm6\n"
    "    movups 176(%r11), %xmm7\n"
    "    movq %r11, %rdi\n"
    "    jmp 1b\n"
    ".globl martlet_native_landing\n"
    ".hidden martlet_native_landing\n"
    "martlet_native_landing:\n"
    "    movq martlet_native_innermost@gottpoff(%rip), %r10\n"
    "    movq 0(%rsp), %rcx\n"
    "    movq %rcx, %fs:(%r10)\n"
    // martlet_native_enter has the outcome in its result's second word. The guest's rbp may be
    // anything.
    "    movl %eax, %edx\n"
    "    leaq 80(%rsp), %rbp\n"
    "    addq $40, %rsp\n"
    "    jmp 3b\n"
    ".cfi_endproc\n"
    ".size martlet_native_run, . - martlet_native_run\n"
    // martlet_native_result martlet_native_enter(rdi context, rsi first, rdx second, rcx code,
    //     r8 stackTop, r9 report): the frame is martlet_native_run's.
    ".p2align 5\n"
    ".globl martlet_native_enter\n"
    ".type martlet_native_enter, @function\n"
    "martlet_native_enter:\n"
    ".cfi_startproc\n"
    "    pushq %rbp\n"
    ".cfi_def_cfa_offset 16\n"
    ".cfi_offset %rbp, -16\n"
    "    movq %rsp, %rbp\n"
    ".cfi_def_cfa_register %rbp\n"
    "    pushq %rbx\n"
    "    pushq %r12\n"
    "    pushq %r13\n"
    "    pushq %r14\n"
    "    pushq %r15\n"
    "    subq $40, %rsp\n"
    "    movq martlet_native_innermost@gottpoff(%rip), %r10\n"
    "    movq %rsp, %rbx\n"
    "    movq %fs:(%r10), %r12\n"
    "    movq %r9, 8(%rsp)\n"
    "    movq %r8, 16(%rsp)\n"
    "    movq %r12, 0(%rsp)\n"
    "    movq %rsp, %fs:(%r10)\n"
    "    movq %r8, %rsp\n"
    "    callq *%rcx\n"
    "    movq martlet_native_innermost@gottpoff(%rip), %r10\n"
    "    leaq 40(%rbx), %rsp\n"
    "    xorl %edx, %edx\n"
    "    movq %r12, %fs:(%r10)\n"
    "    popq %r15\n"
    "    popq %r14\n"
    "    popq %r13\n"
    "    popq %r12\n"
    "    popq %rbx\n"
    "    popq %rbp\n"
    ".cfi_def_cfa %rsp, 8\n"
    "    retq\n"
    ".cfi_endproc\n"
    ".size martlet_native_enter, . - martlet_native_enter\n"
    // void martlet_native_jump(rdi activation, esi outcome): to the landing pad.
    ".globl martlet_native_jump\n"
    ".hidden martlet_native_jump\n"
    ".type martlet_native_jump, @function\n"
    "martlet_native_jump:\n"
    "    movq %rdi, %rsp\n"
    "    movl %esi, %eax\n"
    "    jmp martlet_native_landing\n"
    ".size martlet_native_jump, . - martlet_native_jump\n"
    // Reached by a call from code that traps there. The stack's alignment does not matter: nobody
    // returns to it.
    ".p2align 4\n"
    ".globl martlet_native_trap\n"
    ".hidden martlet_native_trap\n"
    ".type martlet_native_trap, @function\n"
    "martlet_native_trap:\n"
    "    movq %rsp, %rdi\n"
    "    movq %rbp, %rsi\n"
    "    andq $-16, %rsp\n"
    "    callq martlet_native_trapped\n"
    "    ud2\n"
    ".size martlet_native_trap, . - martlet_native_trap\n");

extern _Noreturn void martlet_native_jump(activation *current, int outcome);

// Functions that are left by a jump would leave the thread sanitizer's own stack one deeper each time.
#if __has_attribute(disable_sanitizer_instrumentation)
#define uninstrumented __attribute__((disable_sanitizer_instrumentation))
#else
#define uninstrumented
#endif

// MARK: Frames

// A frame: an instruction in it, and the registers that it goes on with.
typedef struct {
    uintptr_t instruction;
    uintptr_t stackPointer;
    uintptr_t framePointer;
    // Of the innermost only: how far a frame of many pages is made.
    uintptr_t r11;
} frame;

// Documentation/Formats/CodeImage.md, "Frames".
typedef struct {
    uint32_t offset;
    uint32_t rule;
} frameRow;

enum frameBase { fromStackPointer, fromFramePointer, fromR11 };

// Whether a range's rows may be read: those of a file are checked like its code, once.
static int hasFrameTable(long slot, uintptr_t table, uintptr_t end) {
    int known = atomic_load(&ranges[slot].frameTable);
    if (known == tableUnknown) {
        known = tableWhole;
        for (uintptr_t place = table; place < end; place += (uintptr_t)1 << chunkShift) {
            if (admitChunk(place) == -1) known = tableDamaged;
        }
        if (admitChunk(end - 1) == -1) known = tableDamaged;
        if (atomic_load(&ranges[slot].isStopped)) martlet_native_stop(slot);
        atomic_store(&ranges[slot].frameTable, known);
    }
    return known == tableWhole;
}

// How a frame at an instruction is left: the last row at or before it; 0 where none tells.
static uint32_t ruleOf(long slot, uintptr_t instruction) {
    uintptr_t end = atomic_load(&ranges[slot].end), start = atomic_load(&ranges[slot].start);
    size_t low = 0, high = ranges[slot].frameRowCount;
    if (high > (end - start) / sizeof(frameRow)) return 0;
    const frameRow *rows = (const frameRow *)(end - high * sizeof(frameRow));
    if (!hasFrameTable(slot, (uintptr_t)rows, end)) return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].offset > instruction - start) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low == 0 ? 0 : rows[low - 1].rule;
}

// Goes to the frame of the caller; 0 when that is no guest's.
static int toCaller(const activation *current, frame *here) {
    long slot = rangeOf(here->instruction);
    if (slot < 0) return 0;
    uintptr_t outer; // Where the caller's frame ends: above the return address.
    uintptr_t saved = 0; // Where the caller's frame pointer is, if the function keeps it.
    if (ranges[slot].frameRowCount == 0) {
        outer = here->framePointer + 16;
        saved = here->framePointer;
    } else {
        uint32_t rule = ruleOf(slot, here->instruction);
        if (rule == 0) return 0;
        uintptr_t base = here->stackPointer;
        if ((rule >> 24 & 3) == fromFramePointer) base = here->framePointer;
        if ((rule >> 24 & 3) == fromR11) base = here->r11;
        outer = base + 8 * (uintptr_t)(rule & 0xFFFFFF);
        if (rule >> 26 != 0) saved = outer - 8 * (uintptr_t)(rule >> 26);
    }
    if (outer % 8 != 0 || outer > current->stackTop || outer < here->stackPointer + 8) return 0;
    // Popped already, but still there.
    enum { redZoneBytes = 128 };
    if (saved != 0) {
        if (saved + redZoneBytes < here->stackPointer || saved > outer - 16) return 0;
        here->framePointer = *(const uintptr_t *)saved;
    }
    uintptr_t next = *(const uintptr_t *)(outer - 8);
    if (!isGuestCode(next)) return 0;
    here->instruction = next - 1;
    here->stackPointer = outer;
    here->r11 = 0;
    return 1;
}

// Writes an instruction of each frame, innermost first.
static size_t trace(const activation *current, frame here, uintptr_t *places) {
    size_t count = 0;
    do places[count++] = here.instruction;
    while (count < MARTLET_NATIVE_TRACE_LIMIT && toCaller(current, &here));
    return count;
}

void martlet_native_trace(uintptr_t stack, uintptr_t framePointer, martlet_native_report *report) {
    activation *current = innermost;
    report->frameCount = 0;
    if (current == NULL || stack + 8 > current->stackTop) return;
    uintptr_t next = *(const uintptr_t *)stack;
    if (!isGuestCode(next)) return;
    frame here = {next - 1, stack + 8, framePointer, 0};
    report->frameCount = trace(current, here, report->frames);
}

uninstrumented
_Noreturn void martlet_native_leave(uint64_t code, uintptr_t stack, uintptr_t framePointer) {
    activation *current = innermost;
    if (current == NULL) abort(); // A promise of generated code: it only runs when entered.
    current->report->instruction = *(const uintptr_t *)stack;
    current->report->address = 0;
    current->report->code = code;
    martlet_native_trace(stack, framePointer, current->report);
    martlet_native_jump(current, MARTLET_NATIVE_LEFT);
}

// Leaves the guest because of the call that returns to what `stack` holds, a trap that its code's table
// tells.
__attribute__((visibility("hidden"), used)) uninstrumented _Noreturn
void martlet_native_trapped(uintptr_t stack, uintptr_t framePointer) {
    activation *current = innermost;
    if (current == NULL) abort(); // As above.
    martlet_native_report *report = current->report;
    report->instruction = *(const uintptr_t *)stack - MARTLET_NATIVE_TRAP_CALL_BYTES;
    report->address = 0;
    report->code = MARTLET_NATIVE_INSTRUCTION;
    frame here = {report->instruction, stack + 8, framePointer, 0};
    report->frameCount = trace(current, here, report->frames);
    martlet_native_jump(current, MARTLET_NATIVE_FAULTED);
}

extern void martlet_native_trap(void);

uintptr_t martlet_native_trap_address(void) { return (uintptr_t)martlet_native_trap; }

uintptr_t martlet_native_stack_top(void) {
    return innermost == NULL ? 0 : innermost->stackTop;
}

int martlet_native_is_active(void) { return innermost != NULL; }

uintptr_t martlet_native_stack_pointer(void) { return (uintptr_t)__builtin_frame_address(0); }

// MARK: Faults

static const int faultSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { faultSignalCount = sizeof faultSignals / sizeof faultSignals[0] };
static struct sigaction previousActions[faultSignalCount];

// Hands a fault that is not a guest's to whoever had the signal before us.
static void chain(int number, siginfo_t *info, void *context) {
    for (int index = 0; index < faultSignalCount; index++) {
        if (faultSignals[index] != number) continue;
        struct sigaction *previous = &previousActions[index];
        if (previous->sa_flags & SA_SIGINFO) {
            previous->sa_sigaction(number, info, context);
        } else if (previous->sa_handler == SIG_IGN) {
            return;
        } else if (previous->sa_handler != SIG_DFL) {
            previous->sa_handler(number);
        } else {
            // The default action happens when the instruction faults again.
            signal(number, SIG_DFL);
        }
        return;
    }
}

// MARK: Leaving the handler without the kernel

// rt_sigreturn restores registers that the landing pad sets or does not need, and what is looked at
// here: Documentation/Decisions/0067. Where any of it could matter, the kernel does it.

enum { defaultMXCSR = 0x1F80, defaultControlWord = 0x37F, protectionKeys = 9 };

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) \
    || __has_feature(memory_sanitizer) || __has_feature(hwaddress_sanitizer)
#define MARTLET_IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MARTLET_IS_SANITIZED 1
#endif
#ifndef MARTLET_IS_SANITIZED
#define MARTLET_IS_SANITIZED 0
#endif

// A runtime that watches stacks may be there although this file is not instrumented.
extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

// What the kernel writes in the unused end of a frame's FXSAVE area (Linux, asm/sigcontext.h).
struct extendedArea {
    uint32_t magic;
    uint32_t byteCount;
    uint64_t features;
    uint32_t stateBytes;
};
enum { extendedAreaOffset = 464, extendedMagic = 0x46505853, headerOffset = 512 };

// Whether the thread's protection keys in a frame are those that the handler runs with.
static int keepsProtectionKeys(const unsigned char *state, const struct extendedArea *area) {
    if (!(area->features >> protectionKeys & 1)) return 1;
    // Where the keys are in a frame; asked once, because that is slow on virtual machines.
    static _Atomic unsigned known;
    unsigned offset = atomic_load(&known);
    if (offset == 0) {
        unsigned size, c, d;
        __cpuid_count(0xD, protectionKeys, size, offset, c, d);
        if (size < sizeof(uint32_t)) offset = 0;
        atomic_store(&known, offset);
    }
    uint64_t present;
    uint32_t saved = 0, now, high;
    if (offset < headerOffset + 64 || area->stateBytes < offset + sizeof saved) return 0;
    memcpy(&present, state + headerOffset, sizeof present);
    if (present >> protectionKeys & 1) memcpy(&saved, state + offset, sizeof saved);
    // RDPKRU
    __asm__ volatile(".byte 0x0f, 0x01, 0xee" : "=a"(now), "=d"(high) : "c"(0));
    return saved == now;
}

// Whether the handler whose frame this is may go to the landing pad by itself.
static int mayLeaveHandler(const ucontext_t *context, uintptr_t frame) {
    if (MARTLET_IS_SANITIZED || __asan_init || __tsan_init) return 0;
    // Called by the kernel, with nobody in between: its frame begins behind the return address.
    if ((uintptr_t)context != frame + 16) return 0;
    // The kernel disarmed the alternate stack and arms it on return.
    if ((unsigned)context->uc_stack.ss_flags & 1u << 31) return 0;
    const unsigned char *state = (const unsigned char *)context->uc_mcontext.fpregs;
    if (state == NULL) return 0;
    struct extendedArea area;
    memcpy(&area, state + extendedAreaOffset, sizeof area);
    if (area.magic != extendedMagic || !keepsProtectionKeys(state, &area)) return 0;
    // Of a shadow stack only the kernel can take its frame away; without one this is no operation.
    uintptr_t shadow = 0;
    __asm__ volatile("rdsspq %0" : "+r"(shadow));
    return shadow == 0;
}

static frame interrupted(const greg_t *registers) {
    return (frame){
        (uintptr_t)registers[REG_RIP], (uintptr_t)registers[REG_RSP],
        (uintptr_t)registers[REG_RBP], (uintptr_t)registers[REG_R11],
    };
}

static void handle(int number, siginfo_t *info, void *opaque) {
    ucontext_t *context = opaque;
    greg_t *registers = context->uc_mcontext.gregs;
    activation *current = innermost;
    uintptr_t instruction = (uintptr_t)registers[REG_RIP];
    int isDamaged = 0;
    int isStopped = number == SIGSEGV && isStoppedCode(instruction)
        && instruction == (uintptr_t)info->si_addr;
    // Bit 1 of the error code: a write, which no text ever admits.
    if (number == SIGSEGV && info->si_code == SEGV_ACCERR && !isStopped
        && !(registers[REG_ERR] & 2)) {
        int admitted = admitChunk((uintptr_t)info->si_addr);
        if (admitted == 1) {
            // Stopped meanwhile: what was admitted is taken back, and faults again.
            long range = rangeOf((uintptr_t)info->si_addr);
            if (range >= 0 && atomic_load(&ranges[range].isStopped)) martlet_native_stop(range);
            return;
        }
        isDamaged = admitted == -1;
    }
    if (current == NULL || !isGuestCode(instruction)) {
        chain(number, info, opaque);
        return;
    }
    int hasAddress = number == SIGSEGV || number == SIGBUS;
    martlet_native_report *report = current->report;
    report->instruction = instruction;
    report->address = hasAddress ? (uintptr_t)info->si_addr : 0;
    report->code = isDamaged ? MARTLET_NATIVE_DAMAGED
        : isStopped ? MARTLET_NATIVE_STOPPED
        : number == SIGFPE ? MARTLET_NATIVE_ARITHMETIC
        : number == SIGILL ? MARTLET_NATIVE_INSTRUCTION : MARTLET_NATIVE_MEMORY;
    static const int order[16] = {
        REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
        REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
    };
    for (int index = 0; index < 16; index++) {
        report->registers[index] = (uint64_t)registers[order[index]];
    }
    report->frameCount = trace(current, interrupted(registers), report->frames);
    if (mayLeaveHandler(context, (uintptr_t)__builtin_frame_address(0))) {
        const struct _libc_fpstate *state = context->uc_mcontext.fpregs;
        // What a callee keeps of the floating-point state: the handler began with defaults.
        if (state->mxcsr != defaultMXCSR) __asm__ volatile("ldmxcsr %0" : : "m"(state->mxcsr));
        if (state->cwd != defaultControlWord) __asm__ volatile("fldcw %0" : : "m"(state->cwd));
        martlet_native_jump(current, MARTLET_NATIVE_FAULTED);
    }
    registers[REG_RSP] = (greg_t)current;
    registers[REG_RAX] = MARTLET_NATIVE_FAULTED;
    registers[REG_RIP] = (greg_t)martlet_native_landing;
}

// MARK: Sampling

static uint64_t *sampleWords;
static size_t sampleLimit;
static _Atomic size_t sampleUsed;
static struct sigaction previousProfileAction;

// Appends one sample: how many places, then the places, innermost first; none outside guests' code.
static void sample(int number, siginfo_t *info, void *opaque) {
    (void)number;
    (void)info;
    ucontext_t *context = opaque;
    size_t used = atomic_load(&sampleUsed);
    activation *current = innermost;
    uintptr_t instruction = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    if (sampleLimit - used < MARTLET_NATIVE_TRACE_LIMIT + 1) return;
    if (!atomic_compare_exchange_strong(
            &sampleUsed, &used, used + MARTLET_NATIVE_TRACE_LIMIT + 1)) {
        return;
    }
    uint64_t *words = sampleWords + used;
    words[0] = 0;
    if (current == NULL || !isGuestCode(instruction)) return;
    words[0] = trace(current, interrupted(context->uc_mcontext.gregs), words + 1);
}

long martlet_native_start_sampling(uint64_t *words, size_t count, long microseconds) {
    sampleWords = words;
    sampleLimit = count;
    atomic_store(&sampleUsed, 0);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = sample;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGPROF, &action, &previousProfileAction) != 0) return -(long)errno;
    struct itimerval timer = {{0, microseconds}, {0, microseconds}};
    return setitimer(ITIMER_PROF, &timer, NULL) == 0 ? 0 : -(long)errno;
}

size_t martlet_native_stop_sampling(void) {
    struct itimerval none = {{0, 0}, {0, 0}};
    setitimer(ITIMER_PROF, &none, NULL);
    sigaction(SIGPROF, &previousProfileAction, NULL);
    return atomic_load(&sampleUsed);
}

static pthread_once_t processOnce = PTHREAD_ONCE_INIT;
static pthread_key_t signalStackKey;
static long processResult;
enum { signalStackBytes = 64 * 1024 };

static void freeSignalStack(void *stack) {
    stack_t off = {.ss_flags = SS_DISABLE};
    sigaltstack(&off, NULL);
    munmap(stack, signalStackBytes);
}

static void prepareProcess(void) {
    int error = pthread_key_create(&signalStackKey, freeSignalStack);
    if (error != 0) {
        processResult = -error;
        return;
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    // SA_NODEFER and no mask: after a fault the thread goes on in ordinary code that may fault again,
    // without rt_sigreturn, which would restore the mask.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < faultSignalCount; index++) {
        if (sigaction(faultSignals[index], &action, &previousActions[index]) != 0) {
            processResult = -(long)errno;
            return;
        }
    }
}

long martlet_native_prepare_process(void) {
    pthread_once(&processOnce, prepareProcess);
    return processResult;
}

_Thread_local int martlet_native_is_prepared;

long martlet_native_prepare_this_thread(void) {
    stack_t present;
    if (sigaltstack(NULL, &present) != 0) return -(long)errno;
    if (present.ss_flags & SS_DISABLE) {
        void *stack = mmap(
            NULL, signalStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (stack == MAP_FAILED) return -(long)errno;
        stack_t fresh = {.ss_sp = stack, .ss_size = signalStackBytes};
        if (sigaltstack(&fresh, NULL) != 0) {
            long error = -(long)errno;
            munmap(stack, signalStackBytes);
            return error;
        }
        pthread_setspecific(signalStackKey, stack);
    }
    martlet_native_is_prepared = 1;
    return 0;
}

// MARK: Between the host's calls and the guests' convention

__asm__(
    ".text\n"
    // Reached by a jump from a guest's call, with the callee's record in r11: hands all argument
    // registers to the host's handler and gives the results back.
    ".p2align 4\n"
    ".globl martlet_native_call_out\n"
    ".type martlet_native_call_out, @function\n"
    "martlet_native_call_out:\n"
    "    pushq %rbp\n"
    "    movq %rsp, %rbp\n"
    "    subq $192, %rsp\n"
    "    movq %rdi, 0(%rsp)\n"
    "    movq %rsi, 8(%rsp)\n"
    "    movq %rdx, 16(%rsp)\n"
    "    movq %rcx, 24(%rsp)\n"
    "    movq %r8, 32(%rsp)\n"
    "    movq %r9, 40(%rsp)\n"
    "    leaq 16(%rbp), %rax\n"
    "    movq %rax, 48(%rsp)\n"
    "    movups %xmm0, 64(%rsp)\n"
    "    movups %xmm1, 80(%rsp)\n"
    "    movups %xmm2, 96(%rsp)\n"
    "    movups %xmm3, 112(%rsp)\n"
    "    movups %xmm4, 128(%rsp)\n"
    "    movups %xmm5, 144(%rsp)\n"
    "    movups %xmm6, 160(%rsp)\n"
    "    movups %xmm7, 176(%rsp)\n"
    "    movq %rsp, %rdi\n"
    "    movq %r11, %rsi\n"
    "    movq %rbp, %rdx\n"
    "    callq *martlet_native_out_handler(%rip)\n"
    "    movq 0(%rsp), %rax\n"
    "    movups 64(%rsp), %xmm0\n"
    "    leave\n"
    "    retq\n"
    ".size martlet_native_call_out, . - martlet_native_call_out\n"
    // The same without vector registers.
    ".p2align 4\n"
    ".globl martlet_native_call_out_plain\n"
    ".type martlet_native_call_out_plain, @function\n"
    "martlet_native_call_out_plain:\n"
    "    pushq %rbp\n"
    "    movq %rsp, %rbp\n"
    "    subq $192, %rsp\n"
    "    movq %rdi, 0(%rsp)\n"
    "    movq %rsi, 8(%rsp)\n"
    "    movq %rdx, 16(%rsp)\n"
    "    movq %rcx, 24(%rsp)\n"
    "    movq %r8, 32(%rsp)\n"
    "    movq %r9, 40(%rsp)\n"
    "    leaq 16(%rbp), %rax\n"
    "    movq %rax, 48(%rsp)\n"
    "    movq %rsp, %rdi\n"
    "    movq %r11, %rsi\n"
    "    movq %rbp, %rdx\n"
    "    callq *martlet_native_out_handler(%rip)\n"
    "    movq 0(%rsp), %rax\n"
    "    leave\n"
    "    retq\n"
    ".size martlet_native_call_out_plain, . - martlet_native_call_out_plain\n"
    // Reached by a jump from a stub that pushed a function's number: asks where the function's code
    // is, with all argument registers kept, and goes there. Bit 63 of the number: by the compiler's
    // own convention, in which r14 is the context.
    ".p2align 4\n"
    ".globl martlet_native_first_call_fast\n"
    ".type martlet_native_first_call_fast, @function\n"
    "martlet_native_first_call_fast:\n"
    "    popq %r11\n"
    "    movq %r14, %rdi\n"
    "    btsq $63, %r11\n"
    "    jmp 1f\n"
    ".size martlet_native_first_call_fast, . - martlet_native_first_call_fast\n"
    ".p2align 4\n"
    ".globl martlet_native_first_call\n"
    ".type martlet_native_first_call, @function\n"
    "martlet_native_first_call:\n"
    "    popq %r11\n"
    "1:\n"
    "    pushq %rbp\n"
    "    movq %rsp, %rbp\n"
    "    subq $192, %rsp\n"
    "    movq %rdi, 0(%rsp)\n"
    "    movq %rsi, 8(%rsp)\n"
    "    movq %rdx, 16(%rsp)\n"
    "    movq %rcx, 24(%rsp)\n"
    "    movq %r8, 32(%rsp)\n"
    "    movq %r9, 40(%rsp)\n"
    "    movups %xmm0, 64(%rsp)\n"
    "    movups %xmm1, 80(%rsp)\n"
    "    movups %xmm2, 96(%rsp)\n"
    "    movups %xmm3, 112(%rsp)\n"
    "    movups %xmm4, 128(%rsp)\n"
    "    movups %xmm5, 144(%rsp)\n"
    "    movups %xmm6, 160(%rsp)\n"
    "    movups %xmm7, 176(%rsp)\n"
    "    movq %r11, %rsi\n"
    "    movq %rbp, %rdx\n"
    "    callq *martlet_native_first_call_handler(%rip)\n"
    "    movq %rax, %r11\n"
    "    movq 0(%rsp), %rdi\n"
    "    movq 8(%rsp), %rsi\n"
    "    movq 16(%rsp), %rdx\n"
    "    movq 24(%rsp), %rcx\n"
    "    movq 32(%rsp), %r8\n"
    "    movq 40(%rsp), %r9\n"
    "    movups 64(%rsp), %xmm0\n"
    "    movups 80(%rsp), %xmm1\n"
    "    movups 96(%rsp), %xmm2\n"
    "    movups 112(%rsp), %xmm3\n"
    "    movups 128(%rsp), %xmm4\n"
    "    movups 144(%rsp), %xmm5\n"
    "    movups 160(%rsp), %xmm6\n"
    "    movups 176(%rsp), %xmm7\n"
    "    leave\n"
    "    jmpq *%r11\n"
    ".size martlet_native_first_call, . - martlet_native_first_call\n");

__attribute__((visibility("hidden")))
uintptr_t (*martlet_native_first_call_handler)(uintptr_t context, uint64_t number, uintptr_t frame);
__attribute__((visibility("hidden")))
void (*martlet_native_out_handler)(martlet_native_call *, uintptr_t record, uintptr_t frame);
__attribute__((visibility("hidden")))
void (*martlet_native_helpers[MARTLET_NATIVE_HELPER_COUNT])(void);

// Each stub notes in the context's state (offset 8) where the guest's return address lies, and its
// frame pointer, then goes to its helper.
#define STUB(number) \
    "    .p2align 4\n" \
    "1:  movq 8(%rdi), %r10\n" \
    "    movq %rsp, 112(%r10)\n" \
    "    movq %rbp, 120(%r10)\n" \
    "    jmpq *martlet_native_helpers + 8 * " #number "(%rip)\n" \
    "    .pushsection .data.rel.ro.martlet_native_stubs, \"aw\", @progbits\n" \
    "    .quad 1b\n" \
    "    .popsection\n"

__asm__(
    "    .pushsection .data.rel.ro.martlet_native_stubs, \"aw\", @progbits\n"
    "    .p2align 3\n"
    "    .globl martlet_native_stubs\n"
    "    .hidden martlet_native_stubs\n"
    "martlet_native_stubs:\n"
    "    .popsection\n"
    "    .text\n"
    STUB(0) STUB(1) STUB(2) STUB(3) STUB(4) STUB(5) STUB(6) STUB(7)
    STUB(8) STUB(9) STUB(10) STUB(11) STUB(12) STUB(13) STUB(14) STUB(15)
    STUB(16) STUB(17) STUB(18) STUB(19) STUB(20) STUB(21) STUB(22) STUB(23)
    // Functions that machine code calls without a stub: they neither trap nor look at the context.
    "    .pushsection .data.rel.ro.martlet_native_stubs, \"aw\", @progbits\n"
    "    .quad martlet_native_move\n"
    "    .quad martlet_native_set\n"
    "    .popsection\n");

// C's own, behind the shortest way to it: the processor's variant stands in the table of addresses.
__asm__(
    ".text\n.p2align 4\n.hidden martlet_native_move\n"
    ".type martlet_native_move, @function\nmartlet_native_move:\n"
    "    jmp *memmove@GOTPCREL(%rip)\n"
    ".size martlet_native_move, . - martlet_native_move\n"
    ".p2align 4\n.hidden martlet_native_set\n"
    ".type martlet_native_set, @function\nmartlet_native_set:\n"
    "    jmp *memset@GOTPCREL(%rip)\n"
    ".size martlet_native_set, . - martlet_native_set\n");

extern const uintptr_t martlet_native_stubs[];
extern void martlet_native_call_out(void);
extern void martlet_native_call_out_plain(void);
extern void martlet_native_first_call(void);
extern void martlet_native_first_call_fast(void);

uintptr_t martlet_native_stub_table(void) { return (uintptr_t)martlet_native_stubs; }
uintptr_t martlet_native_call_out_address(int usesVectors) {
    return usesVectors ? (uintptr_t)martlet_native_call_out
                       : (uintptr_t)martlet_native_call_out_plain;
}

void martlet_native_set_out_handler(
    void (*handler)(martlet_native_call *, uintptr_t record, uintptr_t frame)) {
    martlet_native_out_handler = handler;
}

uintptr_t martlet_native_first_call_address(int isFast) {
    return isFast ? (uintptr_t)martlet_native_first_call_fast
                  : (uintptr_t)martlet_native_first_call;
}

void martlet_native_set_first_call_handler(
    uintptr_t (*handler)(uintptr_t context, uint64_t number, uintptr_t frame)) {
    martlet_native_first_call_handler = handler;
}

// MARK: Text that grows

long martlet_native_text_create(size_t tableBytes, size_t textBytes, martlet_native_text *text) {
    // MFD_EXEC tells newer kernels that this is meant; older ones do not know it.
    int file = memfd_create("martlet-code", MFD_CLOEXEC | 0x10u);
    if (file < 0 && errno == EINVAL) file = memfd_create("martlet-code", MFD_CLOEXEC);
    if (file < 0) return -(long)errno;
    int reserve = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *base = MAP_FAILED;
    if (ftruncate(file, (off_t)textBytes) == 0) {
        base = mmap(NULL, tableBytes + textBytes, PROT_READ | PROT_WRITE, reserve, -1, 0);
    }
    if (base == MAP_FAILED ||
        mmap(base + tableBytes, textBytes, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, 0)
            == MAP_FAILED) {
        long error = -(long)errno;
        if (base != MAP_FAILED) munmap(base, tableBytes + textBytes);
        close(file);
        return error;
    }
    text->file = file;
    text->table = (uintptr_t)base;
    text->text = (uintptr_t)base + tableBytes;
    text->byteCount = tableBytes + textBytes;
    return 0;
}

void martlet_native_text_free(const martlet_native_text *text) {
    munmap((void *)text->table, text->byteCount);
    close(text->file);
}

long martlet_native_text_write(
    const martlet_native_text *text, const void *bytes, size_t count, size_t offset) {
    const char *source = bytes;
    while (count > 0) {
        ssize_t written = pwrite(text->file, source, count, (off_t)offset);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return written < 0 ? -(long)errno : -EIO;
        source += written;
        offset += (size_t)written;
        count -= (size_t)written;
    }
    return 0;
}

void martlet_native_set_helper(int number, const void *function) {
    if (number < 0 || number >= MARTLET_NATIVE_HELPER_COUNT) return;
    martlet_native_helpers[number] = (void (*)(void))(uintptr_t)function;
}

__attribute__((noinline)) void martlet_native_with_registers(
    void (*body)(uintptr_t low, void *argument), void *argument) {
    uintptr_t saved[6];
    __asm__ volatile(
        "movq %%rbx, 0(%0)\n movq %%rbp, 8(%0)\n movq %%r12, 16(%0)\n"
        "movq %%r13, 24(%0)\n movq %%r14, 32(%0)\n movq %%r15, 40(%0)\n"
        :
        : "r"(saved)
        : "memory");
    body((uintptr_t)saved, argument);
    __asm__ volatile("" : : "r"(saved) : "memory");
}

// What the C library found out when the program started, where it tells: on virtual machines each CPUID
// takes microseconds.
#if defined(CPU_FEATURE_ACTIVE)
#define HAS(name, libraryName) CPU_FEATURE_ACTIVE(libraryName)
#else
#define HAS(name, libraryName) __builtin_cpu_supports(name)
#endif

uint64_t martlet_native_cpu_features(void) {
#if !defined(CPU_FEATURE_ACTIVE)
    __builtin_cpu_init();
#endif
    uint64_t features = 0;
    if (HAS("sse3", SSE3)) features |= 1u << 0;
    if (HAS("ssse3", SSSE3)) features |= 1u << 1;
    if (HAS("sse4.1", SSE4_1)) features |= 1u << 2;
    if (HAS("sse4.2", SSE4_2)) features |= 1u << 3;
    if (HAS("popcnt", POPCNT)) features |= 1u << 4;
    if (HAS("avx", AVX)) features |= 1u << 5;
    if (HAS("avx2", AVX2)) features |= 1u << 6;
    if (HAS("bmi", BMI1)) features |= 1u << 7;
    if (HAS("bmi2", BMI2)) features |= 1u << 8;
    if (HAS("lzcnt", LZCNT)) features |= 1u << 9;
    if (HAS("fma", FMA)) features |= 1u << 10;
    if (HAS("f16c", F16C)) features |= 1u << 11;
    if (HAS("avx512f", AVX512F)) features |= 1u << 12;
    if (HAS("avx512bw", AVX512BW)) features |= 1u << 13;
    if (HAS("avx512cd", AVX512CD)) features |= 1u << 14;
    if (HAS("avx512dq", AVX512DQ)) features |= 1u << 15;
    if (HAS("avx512vl", AVX512VL)) features |= 1u << 16;
    return features;
}

#else

// No machine code of guests on this machine: everything refuses, so the interpreter runs them.
#include <errno.h>
#include <stdlib.h>

long martlet_native_prepare_process(void) { return -ENOSYS; }
_Thread_local int martlet_native_is_prepared;
long martlet_native_prepare_this_thread(void) { return -ENOSYS; }
long martlet_native_register(uintptr_t start, uintptr_t end, size_t frameRowCount) { return -1; }
void martlet_native_unregister(long slot) {}
int martlet_native_is_active(void) { return 0; }
uintptr_t martlet_native_stack_pointer(void) { return 0; }
uintptr_t martlet_native_stack_top(void) { return 0; }
void martlet_native_trace(uintptr_t stack, uintptr_t framePointer, martlet_native_report *report) {}
_Noreturn void martlet_native_leave(uint64_t code, uintptr_t stack, uintptr_t framePointer) {
    abort();
}
uintptr_t martlet_native_stub_table(void) { return 0; }
uintptr_t martlet_native_trap_address(void) { return 0; }
uintptr_t martlet_native_call_out_address(int usesVectors) { return 0; }
void martlet_native_set_out_handler(
    void (*handler)(martlet_native_call *, uintptr_t record, uintptr_t frame)) {}
void martlet_native_set_helper(int number, const void *function) {}
uintptr_t martlet_native_first_call_address(int isFast) { return 0; }
void martlet_native_set_first_call_handler(
    uintptr_t (*handler)(uintptr_t context, uint64_t number, uintptr_t frame)) {}
long martlet_native_text_create(size_t tableBytes, size_t textBytes, martlet_native_text *text) {
    return -ENOSYS;
}
void martlet_native_text_free(const martlet_native_text *text) {}
long martlet_native_add_file(
    uintptr_t text, const void *body, size_t bodyBytes, size_t textOffset, const void *sums) {
    return -1;
}
void martlet_native_remove_file(long slot) {}

void martlet_native_stop(long slot) {}
int martlet_native_admit(uintptr_t address) { return 0; }
long martlet_native_text_write(
    const martlet_native_text *text, const void *bytes, size_t count, size_t offset) {
    return -ENOSYS;
}
int martlet_native_run(
    martlet_native_call *call, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *report) {
    abort();
}
martlet_native_result martlet_native_enter(
    uintptr_t context, uint64_t first, uint64_t second, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *report) {
    abort();
}
void martlet_native_with_registers(
    void (*body)(uintptr_t low, void *argument), void *argument) {
    body((uintptr_t)__builtin_frame_address(0), argument);
}
uint64_t martlet_native_cpu_features(void) { return 0; }
long martlet_native_start_sampling(uint64_t *words, size_t count, long microseconds) {
    return -ENOSYS;
}
size_t martlet_native_stop_sampling(void) { return 0; }

#endif
