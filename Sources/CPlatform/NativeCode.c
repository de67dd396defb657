#define _GNU_SOURCE

#include "include/NativeCode.h"

#if defined(__x86_64__) && defined(__linux__)

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

// One call of martlet_native_enter, on the host's stack. The assembly below knows the offsets.
typedef struct activation {
    uintptr_t savedStack; // 0: the host's stack pointer, with its saved registers above
    struct activation *previous; // 8
    martlet_native_report *report; // 16
    uintptr_t stackTop; // 24: no frame of the guest's is at or above it
} activation;

static _Thread_local activation *innermost;

// MARK: Registered code

enum { rangeLimit = 4096 };

// A range is live while `end` is not 0. Readers are signal handlers, so there is no lock.
static struct {
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
} ranges[rangeLimit];
static _Atomic long rangeCount;
static pthread_mutex_t rangeLock = PTHREAD_MUTEX_INITIALIZER;

long martlet_native_register(uintptr_t start, uintptr_t end) {
    pthread_mutex_lock(&rangeLock);
    long count = atomic_load(&rangeCount);
    long slot = 0;
    while (slot < count && atomic_load(&ranges[slot].end) != 0) slot++;
    if (slot == rangeLimit) {
        slot = -1;
    } else {
        atomic_store(&ranges[slot].start, start);
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

static int isGuestCode(uintptr_t instruction) {
    long count = atomic_load(&rangeCount);
    for (long slot = 0; slot < count; slot++) {
        uintptr_t end = atomic_load(&ranges[slot].end);
        if (instruction < end && instruction >= atomic_load(&ranges[slot].start)) return 1;
    }
    return 0;
}

// MARK: Entering and leaving

extern int martlet_native_switch(
    uintptr_t code, uintptr_t argument0, uintptr_t argument1, uintptr_t argument2,
    uintptr_t stackTop, activation *current);
extern const char martlet_native_landing[];

// int martlet_native_switch(rdi code, rsi, rdx, rcx arguments, r8 stackTop, r9 activation)
//
// Saves what the C calling convention says a callee keeps, switches stacks and calls. The landing
// pad expects RSP = savedStack and the outcome in EAX.
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl martlet_native_switch\n"
    ".hidden martlet_native_switch\n"
    ".type martlet_native_switch, @function\n"
    "martlet_native_switch:\n"
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
    "    subq $8, %rsp\n"
    "    stmxcsr (%rsp)\n"
    "    movq %rsp, 0(%r9)\n"
    "    testq %r8, %r8\n"
    "    cmovneq %r8, %rsp\n"
    "    movq %rdi, %rax\n"
    "    movq %rsi, %rdi\n"
    "    movq %rdx, %rsi\n"
    "    movq %rcx, %rdx\n"
    "    movq %r9, %rbx\n"
    "    callq *%rax\n"
    "    movq 0(%rbx), %rsp\n"
    "    xorl %eax, %eax\n"
    ".globl martlet_native_landing\n"
    ".hidden martlet_native_landing\n"
    "martlet_native_landing:\n"
    "    ldmxcsr (%rsp)\n"
    "    cld\n"
    "    addq $8, %rsp\n"
    "    popq %r15\n"
    "    popq %r14\n"
    "    popq %r13\n"
    "    popq %r12\n"
    "    popq %rbx\n"
    "    popq %rbp\n"
    ".cfi_def_cfa %rsp, 8\n"
    "    retq\n"
    ".cfi_endproc\n"
    ".size martlet_native_switch, . - martlet_native_switch\n"
    // void martlet_native_jump(rdi savedStack, esi outcome): to the landing pad.
    ".globl martlet_native_jump\n"
    ".hidden martlet_native_jump\n"
    ".type martlet_native_jump, @function\n"
    "martlet_native_jump:\n"
    "    movq %rdi, %rsp\n"
    "    movl %esi, %eax\n"
    "    jmp martlet_native_landing\n"
    ".size martlet_native_jump, . - martlet_native_jump\n");

extern _Noreturn void martlet_native_jump(uintptr_t savedStack, int outcome);

int martlet_native_enter(
    uintptr_t code, uintptr_t argument0, uintptr_t argument1, uintptr_t argument2,
    uintptr_t stackTop, martlet_native_report *report) {
    uintptr_t top = stackTop != 0 ? stackTop : (uintptr_t)__builtin_frame_address(0);
    activation current = {.previous = innermost, .report = report, .stackTop = top};
    report->frameCount = 0;
    innermost = &current;
    int outcome =
        martlet_native_switch(code, argument0, argument1, argument2, stackTop, &current);
    innermost = current.previous;
    return outcome;
}

// Notes the instructions that frames will return to, from `frame` outwards, as long as they lie in
// registered code. Frames start with the caller's frame and the return address.
static void trace(activation *current, uintptr_t frame, martlet_native_report *report) {
    uintptr_t lowest = 0;
    while (report->frameCount < MARTLET_NATIVE_TRACE_LIMIT) {
        if (frame <= lowest || frame % 8 != 0 || frame + 16 > current->stackTop) return;
        uintptr_t instruction = ((const uintptr_t *)frame)[1];
        if (!isGuestCode(instruction)) return;
        report->frames[report->frameCount++] = instruction - 1;
        lowest = frame;
        frame = *(const uintptr_t *)frame;
    }
}

void martlet_native_trace(
    uintptr_t instruction, uintptr_t frame, martlet_native_report *report) {
    activation *current = innermost;
    report->frameCount = 0;
    if (current == NULL) return;
    if (isGuestCode(instruction)) report->frames[report->frameCount++] = instruction - 1;
    trace(current, frame, report);
}

_Noreturn void martlet_native_leave(uint64_t code, uintptr_t instruction, uintptr_t frame) {
    activation *current = innermost;
    if (current == NULL) abort(); // A promise of generated code: it only runs when entered.
    current->report->instruction = instruction;
    current->report->address = 0;
    current->report->code = code;
    martlet_native_trace(instruction, frame, current->report);
    martlet_native_jump(current->savedStack, MARTLET_NATIVE_LEFT);
}

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

static void handle(int number, siginfo_t *info, void *opaque) {
    ucontext_t *context = opaque;
    greg_t *registers = context->uc_mcontext.gregs;
    activation *current = innermost;
    uintptr_t instruction = (uintptr_t)registers[REG_RIP];
    if (current == NULL || !isGuestCode(instruction)) {
        chain(number, info, opaque);
        return;
    }
    int hasAddress = number == SIGSEGV || number == SIGBUS;
    martlet_native_report *report = current->report;
    report->instruction = instruction;
    report->address = hasAddress ? (uintptr_t)info->si_addr : 0;
    report->code = number == SIGFPE ? MARTLET_NATIVE_ARITHMETIC
        : number == SIGILL ? MARTLET_NATIVE_INSTRUCTION : MARTLET_NATIVE_MEMORY;
    static const int order[16] = {
        REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
        REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
    };
    for (int index = 0; index < 16; index++) {
        report->registers[index] = (uint64_t)registers[order[index]];
    }
    report->frames[0] = instruction;
    report->frameCount = 1;
    trace(current, (uintptr_t)registers[REG_RBP], report);
    registers[REG_RSP] = (greg_t)current->savedStack;
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
    words[++words[0]] = instruction;
    uintptr_t frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
    uintptr_t lowest = 0;
    while (words[0] < MARTLET_NATIVE_TRACE_LIMIT) {
        if (frame <= lowest || frame % 8 != 0 || frame + 16 > current->stackTop) return;
        uintptr_t caller = ((const uintptr_t *)frame)[1];
        if (!isGuestCode(caller)) return;
        words[++words[0]] = caller - 1;
        lowest = frame;
        frame = *(const uintptr_t *)frame;
    }
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
    // SA_NODEFER: after a fault the handler returns into ordinary code that may fault again.
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

long martlet_native_prepare_thread(void) {
    static _Thread_local int isPrepared;
    if (isPrepared) return 0;
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
    isPrepared = 1;
    return 0;
}

// MARK: Between the host's calls and the guests' convention

// void martlet_native_invoke(rdi martlet_native_call *, rsi code)
//
// Loads the argument registers, copies the arguments on the stack, calls, and keeps the results.
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl martlet_native_invoke\n"
    ".type martlet_native_invoke, @function\n"
    "martlet_native_invoke:\n"
    "    pushq %rbp\n"
    "    movq %rsp, %rbp\n"
    "    pushq %rbx\n"
    "    subq $8, %rsp\n"
    "    movq %rdi, %rbx\n"
    "    movq %rsi, %rax\n"
    "    movq 56(%rbx), %rcx\n"
    "    testq %rcx, %rcx\n"
    "    jz 1f\n"
    "    leaq 1(%rcx), %rdx\n"
    "    andq $-2, %rdx\n"
    "    shlq $3, %rdx\n"
    "    subq %rdx, %rsp\n"
    "    movq 48(%rbx), %rsi\n"
    "    movq %rsp, %rdi\n"
    "    cld\n"
    "    rep movsq\n"
    "1:\n"
    "    movups 64(%rbx), %xmm0\n"
    "    movups 80(%rbx), %xmm1\n"
    "    movups 96(%rbx), %xmm2\n"
    "    movups 112(%rbx), %xmm3\n"
    "    movups 128(%rbx), %xmm4\n"
    "    movups 144(%rbx), %xmm5\n"
    "    movups 160(%rbx), %xmm6\n"
    "    movups 176(%rbx), %xmm7\n"
    "    movq 0(%rbx), %rdi\n"
    "    movq 8(%rbx), %rsi\n"
    "    movq 16(%rbx), %rdx\n"
    "    movq 24(%rbx), %rcx\n"
    "    movq 32(%rbx), %r8\n"
    "    movq 40(%rbx), %r9\n"
    "    callq *%rax\n"
    "    movq %rax, 0(%rbx)\n"
    "    movups %xmm0, 64(%rbx)\n"
    "    leaq -8(%rbp), %rsp\n"
    "    popq %rbx\n"
    "    popq %rbp\n"
    "    retq\n"
    ".size martlet_native_invoke, . - martlet_native_invoke\n"
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
    ".size martlet_native_call_out, . - martlet_native_call_out\n");

__attribute__((visibility("hidden")))
void (*martlet_native_out_handler)(martlet_native_call *, uintptr_t record, uintptr_t frame);
__attribute__((visibility("hidden")))
void (*martlet_native_helpers[MARTLET_NATIVE_HELPER_COUNT])(void);

// Each stub notes in the context's state (offset 8) where the guest is, then goes to its helper.
#define STUB(number) \
    "    .p2align 4\n" \
    "1:  movq 8(%rdi), %r10\n" \
    "    movq (%rsp), %r11\n" \
    "    movq %r11, 112(%r10)\n" \
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

__attribute__((visibility("hidden"), used))
void martlet_native_move(void *target, const void *source, size_t count) {
    memmove(target, source, count);
}

__attribute__((visibility("hidden"), used))
void martlet_native_set(void *target, int value, size_t count) { memset(target, value, count); }

extern const uintptr_t martlet_native_stubs[];
extern void martlet_native_invoke(void);
extern void martlet_native_call_out(void);

uintptr_t martlet_native_stub_table(void) { return (uintptr_t)martlet_native_stubs; }
uintptr_t martlet_native_invoke_address(void) { return (uintptr_t)martlet_native_invoke; }
uintptr_t martlet_native_call_out_address(void) { return (uintptr_t)martlet_native_call_out; }

void martlet_native_set_out_handler(
    void (*handler)(martlet_native_call *, uintptr_t record, uintptr_t frame)) {
    martlet_native_out_handler = handler;
}

void martlet_native_set_helper(int number, const void *function) {
    if (number < 0 || number >= MARTLET_NATIVE_HELPER_COUNT) return;
    martlet_native_helpers[number] = (void (*)(void))(uintptr_t)function;
}

int martlet_native_run(
    martlet_native_call *call, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *report) {
    return martlet_native_enter(
        (uintptr_t)martlet_native_invoke, (uintptr_t)call, code, 0, stackTop, report);
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

uintptr_t martlet_native_segment_base(void) {
    uintptr_t base = 0;
    if (getauxval(AT_HWCAP2) & 2) __asm__ volatile("rdgsbase %0" : "=r"(base));
    return base;
}

uint64_t martlet_native_cpu_features(void) {
    __builtin_cpu_init();
    uint64_t features = 0;
    if (__builtin_cpu_supports("sse3")) features |= 1u << 0;
    if (__builtin_cpu_supports("ssse3")) features |= 1u << 1;
    if (__builtin_cpu_supports("sse4.1")) features |= 1u << 2;
    if (__builtin_cpu_supports("sse4.2")) features |= 1u << 3;
    if (__builtin_cpu_supports("popcnt")) features |= 1u << 4;
    if (__builtin_cpu_supports("avx")) features |= 1u << 5;
    if (__builtin_cpu_supports("avx2")) features |= 1u << 6;
    if (__builtin_cpu_supports("bmi")) features |= 1u << 7;
    if (__builtin_cpu_supports("bmi2")) features |= 1u << 8;
    if (__builtin_cpu_supports("lzcnt")) features |= 1u << 9;
    if (__builtin_cpu_supports("fma")) features |= 1u << 10;
    if (__builtin_cpu_supports("f16c")) features |= 1u << 11;
    if (__builtin_cpu_supports("avx512f")) features |= 1u << 12;
    if (__builtin_cpu_supports("avx512bw")) features |= 1u << 13;
    if (__builtin_cpu_supports("avx512cd")) features |= 1u << 14;
    if (__builtin_cpu_supports("avx512dq")) features |= 1u << 15;
    if (__builtin_cpu_supports("avx512vl")) features |= 1u << 16;
    // Linux tells in this way that programs may write the base of GS.
    if (getauxval(AT_HWCAP2) & 2) features |= 1u << 17;
    return features;
}

#else

// No machine code of guests on this machine: everything refuses, so the interpreter runs them.
#include <errno.h>
#include <stdlib.h>

long martlet_native_prepare_process(void) { return -ENOSYS; }
long martlet_native_prepare_thread(void) { return -ENOSYS; }
long martlet_native_register(uintptr_t start, uintptr_t end) { return -1; }
void martlet_native_unregister(long slot) {}
int martlet_native_is_active(void) { return 0; }
uintptr_t martlet_native_stack_pointer(void) { return 0; }
uintptr_t martlet_native_stack_top(void) { return 0; }
void martlet_native_trace(uintptr_t instruction, uintptr_t frame, martlet_native_report *report) {}
_Noreturn void martlet_native_leave(uint64_t code, uintptr_t instruction, uintptr_t frame) {
    abort();
}
uintptr_t martlet_native_stub_table(void) { return 0; }
uintptr_t martlet_native_invoke_address(void) { return 0; }
uintptr_t martlet_native_call_out_address(void) { return 0; }
void martlet_native_set_out_handler(
    void (*handler)(martlet_native_call *, uintptr_t record, uintptr_t frame)) {}
void martlet_native_set_helper(int number, const void *function) {}
int martlet_native_run(
    martlet_native_call *call, uintptr_t code, uintptr_t stackTop,
    martlet_native_report *report) {
    abort();
}
void martlet_native_with_registers(
    void (*body)(uintptr_t low, void *argument), void *argument) {
    body((uintptr_t)__builtin_frame_address(0), argument);
}
uint64_t martlet_native_cpu_features(void) { return 0; }
uintptr_t martlet_native_segment_base(void) { return 0; }
long martlet_native_start_sampling(uint64_t *words, size_t count, long microseconds) {
    return -ENOSYS;
}
size_t martlet_native_stop_sampling(void) { return 0; }

#endif
