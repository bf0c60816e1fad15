package dev.lighter.kernel;

import java.util.Locale;

/** A processor architecture that Lighter knows the system call numbers of. */
public enum Arch {
    X86_64("amd64", 0xC000_003E, 62),
    AARCH64("arm64", 0xC000_00B7, 183);

    private static final Arch HOST = detect(System.getProperty("os.arch", ""));

    private final String ociName;
    private final int auditArch;
    private final int elfMachine;

    Arch(String ociName, int auditArch, int elfMachine) {
        this.ociName = ociName;
        this.auditArch = auditArch;
        this.elfMachine = elfMachine;
    }

    /** The architecture of this machine. */
    public static Arch host() {
        return HOST;
    }

    private static Arch detect(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw new IllegalStateException("no system call table for the architecture " + name);
        };
    }

    /** The name in an OCI image's {@code architecture} (Go's GOARCH). */
    public String ociName() {
        return ociName;
    }

    /** {@code AUDIT_ARCH_*} as a seccomp filter sees it, linux/audit.h. */
    public int auditArch() {
        return auditArch;
    }

    /** {@code e_machine} of an ELF header, elf(5). */
    public int elfMachine() {
        return elfMachine;
    }
}
