// The smallest program: what remains is the engine's start and end.
#include "runtime.h"

int main(int count, char **arguments) {
    (void)count, (void)arguments;
    print_text("Hello, world\n");
    return 0;
}
