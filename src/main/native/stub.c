/*
 * The stub: runs a program of system calls and nothing else. It maps a fixed region, reads a program
 * into it from its control socket (descriptor 3: a length, then that many bytes, the table of
 * operations first), and carries the operations out one after another. What went wrong is written to
 * descriptor 4 as (index, result). There is no policy in here: see dev.lighter.launch.
 *
 * A monitor stays for as long as its container. So that it takes few pages, the region shares its page
 * table with the stub's own code, and holds the stack, so that a program can unmap all that lies above.
 */
typedef unsigned long word;

struct op {
	word nr, arg[6];
	long *store;      /* where the result goes, or 0 */
	unsigned flags;   /* below; bit 8+k: argument k is the address of its value */
	unsigned target;  /* index of the operation to jump to */
};

enum { IGNORE = 1, BELOW = 2, ZERO = 4, ABOVE = 8, REPORT = 16 };
enum { CONTROL = 3, REPORTS = 4 };

#define REGION 0x410000
#define REGION_SIZE 0x80000
#define STACK_SIZE 0x400
#define PROGRAM ((struct op *) (REGION + STACK_SIZE))

#if defined(__x86_64__)
enum { NR_read = 0, NR_write = 1, NR_mmap = 9, NR_exit_group = 231 };
static long call(word nr, word a, word b, word c, word d, word e, word f)
{
	register word r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long result;
	__asm__ volatile("syscall" : "=a"(result)
		: "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return result;
}
#define RUN_ON(stack) __asm__ volatile("mov %0, %%rsp\n\tcall run" : : "r"(stack) : "memory")
#elif defined(__aarch64__)
enum { NR_read = 63, NR_write = 64, NR_mmap = 222, NR_exit_group = 94 };
static long call(word nr, word a, word b, word c, word d, word e, word f)
{
	register word x8 __asm__("x8") = nr, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
	register word x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return (long) x0;
}
#define RUN_ON(stack) __asm__ volatile("mov sp, %0\n\tbl run" : : "r"(stack) : "memory")
#else
#error "this architecture is not known"
#endif

static void receive(char *to, word length)
{
	while (length) {
		long got = call(NR_read, CONTROL, (word) to, length, 0, 0, 0);
		if (got <= 0)
			call(NR_exit_group, 2, 0, 0, 0, 0, 0);
		to += got;
		length -= got;
	}
}

static word value(const struct op *op, int k)
{
	return op->flags >> (8 + k) & 1 ? *(word *) op->arg[k] : op->arg[k];
}

__attribute__((noreturn, used)) void run(void)
{
	word length;

	receive((char *) &length, sizeof length);
	receive((char *) PROGRAM, length);
	for (word i = 0;;) {
		struct op *op = PROGRAM + i;
		long report[2] = { i, call(op->nr, value(op, 0), value(op, 1), value(op, 2),
			value(op, 3), value(op, 4), value(op, 5)) };
		long result = report[1];
		int failed = result < 0 && !(op->flags & (IGNORE | BELOW));

		if (op->store)
			*op->store = result;
		if (failed || op->flags & REPORT)
			call(NR_write, REPORTS, (word) report, sizeof report, 0, 0, 0);
		if (failed)
			call(NR_exit_group, 1, 0, 0, 0, 0, 0);
		i = op->flags & (result < 0 ? BELOW : result == 0 ? ZERO : ABOVE) ? op->target : i + 1;
	}
}

void _start(void)
{
	call(NR_mmap, REGION, REGION_SIZE, 3 /* read, write */, 0x32 /* private, anonymous, fixed */, -1, 0);
	RUN_ON((word) PROGRAM);
	__builtin_unreachable();
}
