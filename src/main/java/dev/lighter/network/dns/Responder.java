package dev.lighter.network.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Decides what becomes of a question: answered at once about names of ours, refused, or looked up outside. Used on the server's thread.
 */
final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
    private static final int LARGEST_MESSAGE = 65_535;
    private static final int TURNS = 256;

    private final NameDirectory names;
    private final Forwarder forwarder;
    private final ByteBuffer out;
    /** How often names were asked, a few names sharing a count; apart for each type, since clients ask for both in turn. */
    private final int[] turns;

    Responder(NameDirectory names, Forwarder forwarder) {
        this(names, forwarder, ByteBuffer.allocateDirect(LARGEST_MESSAGE), new int[TURNS]);
    }

    private Responder(NameDirectory names, Forwarder forwarder, ByteBuffer out, int[] turns) {
        this.names = names;
        this.forwarder = forwarder;
        this.out = out;
        this.turns = turns;
    }

    /** One that does the same for whoever another directory knows. */
    Responder knowing(NameDirectory others) {
        return new Responder(others, forwarder, out, turns);
    }

    /**
     * Answers a message now or later.
     *
     * @return false when it deserves no answer
     */
    boolean respond(byte[] message, int length, Client client) {
        Question question = Question.read(message, length);
        if (question == null) {
            return false;
        }
        try {
            Asker asker = names.asker(client.address());
            int code = asker == null ? Rcode.REFUSED : check(question);
            if (asker == null || code != Rcode.NOERROR) {
                client.answer(AnswerWriter.code(out, question, code));
            } else if (!answerOwn(asker, question, client)) {
                lookUp(asker, question, client);
            }
        } catch (RuntimeException e) {
            LOG.warn("A question of {} cannot be answered", client.address(), e);
            client.answer(AnswerWriter.code(out, question, Rcode.SERVFAIL));
        }
        return true;
    }

    private static int check(Question question) {
        if (question.fault() != Rcode.NOERROR) {
            return question.fault();
        }
        // From TKEY to MAILA: transfers of zones, and what is no question about data.
        boolean refused = question.dnsClass() != DClass.IN
                || question.type() == Type.OPT
                || question.type() >= Type.TKEY && question.type() < Type.ANY;
        return refused ? Rcode.REFUSED : Rcode.NOERROR;
    }

    private boolean answerOwn(Asker asker, Question question, Client client) {
        String name = WireName.text(question.key());
        if (name == null) {
            return false;
        }
        List<InetAddress> addresses = asker.addresses(name);
        if (addresses != null) {
            client.answer(addresses(addresses, question, client.limit(question)));
            return true;
        }
        InetAddress address = WireName.address(name);
        String pointer = address == null ? null : asker.name(address);
        if (pointer == null) {
            return false;
        }
        client.answer(pointer(pointer, question, client.limit(question)));
        return true;
    }

    private ByteBuffer addresses(List<InetAddress> addresses, Question question, int limit) {
        AnswerWriter answer = new AnswerWriter(out, question, limit);
        boolean v4 = question.type() == Type.A || question.type() == Type.ANY;
        boolean v6 = question.type() == Type.AAAA || question.type() == Type.ANY;
        int count = addresses.size();
        int first = v4 || v6 ? first(addresses, question, v6) : 0;
        for (int i = 0; i < count; i++) {
            InetAddress address = addresses.get((first + i) % count);
            if (address instanceof Inet4Address ? v4 : v6) {
                answer.address(address);
            }
        }
        return answer.finish();
    }

    /** Whose turn it is to be named first, among those of the family that is asked for. */
    private int first(List<InetAddress> addresses, Question question, boolean v6) {
        int count = addresses.size();
        if (count < 2) {
            return 0;
        }
        int turn = turns[Math.floorMod(31 * question.key().hashCode() + question.type(), TURNS)]++;
        int candidates = 0;
        for (InetAddress address : addresses) {
            candidates += isAsked(address, question, v6) ? 1 : 0;
        }
        if (candidates == 0) {
            return 0;
        }
        int left = Math.floorMod(turn, candidates);
        int at = 0;
        while (!isAsked(addresses.get(at), question, v6) || left-- > 0) {
            at++;
        }
        return at;
    }

    private static boolean isAsked(InetAddress address, Question question, boolean v6) {
        return question.type() == Type.ANY || address instanceof Inet4Address != v6;
    }

    private ByteBuffer pointer(String name, Question question, int limit) {
        AnswerWriter answer = new AnswerWriter(out, question, limit);
        byte @Nullable [] target = WireName.of(name);
        if (target != null && (question.type() == Type.PTR || question.type() == Type.ANY)) {
            answer.pointer(target);
        }
        return answer.finish();
    }

    private void lookUp(Asker asker, Question question, Client client) {
        if (asker.mayAskOutside()) {
            forwarder.lookUp(asker.resolvers(), question, client);
        } else {
            client.answer(AnswerWriter.code(out, question, Rcode.SERVFAIL));
        }
    }
}
