// What a keep does when it is the first process of a virtual machine, before any Swift runs: the
// file systems that programs expect, the devices' drivers, the network; then a child becomes the
// keep, and the first process waits for it, reaps orphans and powers the machine off.
//
// Acts only when the kernel's command line says MARTLET_MACHINE=1 and the process is number 1.
#pragma once

/// Whether this process is the keep of a virtual machine that the first process prepared.
int martlet_in_own_machine(void);
