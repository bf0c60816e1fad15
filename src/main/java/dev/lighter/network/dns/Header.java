package dev.lighter.network.dns;

/** The bits of a message's header, RFC 1035 section 4.1.1 and RFC 4035 section 3, and what has a fixed size beside it. */
final class Header {
    static final int BYTES = 12;
    static final int RESPONSE = 0x8000;
    static final int OPCODE = 0x7800;
    static final int AUTHORITATIVE = 0x0400;
    static final int TRUNCATED = 0x0200;
    static final int RECURSION_DESIRED = 0x0100;
    static final int RECURSION_AVAILABLE = 0x0080;
    static final int AUTHENTIC = 0x0020;
    static final int CHECKING_DISABLED = 0x0010;
    static final int RCODE = 0x000f;
    /** In the flags of an OPT record, RFC 3225. */
    static final int DNSSEC_OK = 0x8000;
    /** An OPT record without options, RFC 6891 section 6.1. */
    static final int OPT_BYTES = 11;

    private Header() {}

    /** Two bytes of a message. */
    static int u16(byte[] message, int at) {
        return (message[at] & 0xff) << 8 | message[at + 1] & 0xff;
    }
}
