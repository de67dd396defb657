#if defined(__x86_64__) && defined(__linux__)
#define _GNU_SOURCE

#include "include/NativeCode.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

// One call of martlet_native_enter, on the host's stack. The assembly below knows the offsets.
typedef struct activation {
    uintptr_t savedStack; // 0: the host's stack pointer, with its saved registers above
    struct activation *previous; // 8
    martlet_native_report *report; // 16
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
    activation current = {.previous = innermost, .report = report};
    innermost = &current;
    int outcome =
        martlet_native_switch(code, argument0, argument1, argument2, stackTop, &current);
    innermost = current.previous;
    return outcome;
}

_Noreturn void martlet_native_leave(uint64_t code) {
    activation *current = innermost;
    if (current == NULL) abort(); // A promise of generated code: it only runs when entered.
    current->report->instruction = (uintptr_t)__builtin_return_address(0);
    current->report->stack = (uintptr_t)__builtin_frame_address(0) + 16;
    current->report->address = 0;
    current->report->code = code;
    martlet_native_jump(current->savedStack, MARTLET_NATIVE_LEFT);
}

int martlet_native_is_active(void) { return innermost != NULL; }

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
    *current->report = (martlet_native_report){
        .instruction = instruction,
        .stack = (uintptr_t)registers[REG_RSP],
        .address = hasAddress ? (uintptr_t)info->si_addr : 0,
        .code = (uint64_t)number,
    };
    registers[REG_RSP] = (greg_t)current->savedStack;
    registers[REG_RAX] = MARTLET_NATIVE_FAULTED;
    registers[REG_RIP] = (greg_t)martlet_native_landing;
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

#endif
