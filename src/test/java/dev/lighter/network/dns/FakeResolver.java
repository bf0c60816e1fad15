package dev.lighter.network.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A resolver on loopback that answers, by UDP and TCP, what a test tells it to. */
final class FakeResolver implements AutoCloseable {
    /** One question that arrived. */
    record Asked(Message query, SocketAddress from, boolean stream) {}

    /** Gives the messages to send back, in turn; none for silence. */
    @FunctionalInterface
    interface Behaviour {
        List<byte[]> answer(Asked asked) throws IOException;
    }

    private final DatagramChannel datagrams;
    private final ServerSocketChannel streams;
    private final Behaviour behaviour;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final InetSocketAddress address;
    private final Thread reader;

    FakeResolver(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        streams = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
        address = (InetSocketAddress) streams.getLocalAddress();
        datagrams = DatagramChannel.open().bind(address);
        reader = start(this::serveDatagrams);
        start(this::serveStreams);
    }

    /** One that answers every question with one record, of the type asked. */
    static FakeResolver withRecord(String record) throws IOException {
        return new FakeResolver(asked -> List.of(answer(asked, record).toWire()));
    }

    /** An answer with records in the text form of zone files, each {@code ttl type data} of the name that is asked. */
    static Message answer(Asked asked, String... records) throws IOException {
        Message answer = new Message(asked.query().getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        Record question = asked.query().getQuestion();
        answer.addRecord(question, Section.QUESTION);
        for (String record : records) {
            answer.addRecord(record(question.getName(), record), Section.ANSWER);
        }
        return answer;
    }

    static Record record(Name name, String text) throws IOException {
        String[] parts = text.split(" ", 3);
        return Record.fromString(name, Type.value(parts[1]), DClass.IN, Long.parseLong(parts[0]), parts[2], Name.root);
    }

    InetSocketAddress address() {
        return address;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "fake resolver");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void serveDatagrams() {
        ByteBuffer in = ByteBuffer.allocate(65_535);
        try {
            while (true) {
                SocketAddress from = datagrams.receive(in.clear());
                byte[] bytes = new byte[in.flip().remaining()];
                in.get(bytes);
                for (byte[] answer : reply(new Asked(new Message(bytes), from, false))) {
                    datagrams.send(ByteBuffer.wrap(answer), from);
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serveStreams() {
        try {
            while (true) {
                try (SocketChannel channel = streams.accept()) {
                    DataInputStream in = new DataInputStream(channel.socket().getInputStream());
                    byte[] bytes = new byte[in.readUnsignedShort()];
                    in.readFully(bytes);
                    DataOutputStream out = new DataOutputStream(channel.socket().getOutputStream());
                    for (byte[] answer : reply(new Asked(new Message(bytes), channel.getRemoteAddress(), true))) {
                        out.writeShort(answer.length);
                        out.write(answer);
                    }
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private List<byte[]> reply(Asked question) throws IOException {
        asked.add(question);
        return behaviour.answer(question);
    }

    /** Nobody listens at the port when this returns: until its reader has left the kernel, a closed socket would still take questions. */
    @Override
    public void close() throws IOException {
        datagrams.close();
        streams.close();
        try {
            reader.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
