package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final FakeDirectory names = new FakeDirectory();
    private final DnsServer server = new DnsServer(names, List::of);
    private final InetSocketAddress address = new InetSocketAddress(LOOPBACK, server.listen(LOOPBACK, 0));
    private final DnsClient client = new DnsClient(address);

    DnsServerTest() throws IOException {}

    @BeforeEach
    void someNames() throws IOException {
        names.name("web", "10.0.0.2", "fd00::2")
                .name("db", "10.0.0.3")
                .name("workers", "10.0.0.4", "10.0.0.5", "10.0.0.6")
                .name("nowhere");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void aNameOfOursIsAnsweredWithItsAddressOfEachFamily() throws IOException {
        Message answer = client.ask("web", Type.A);

        assertThat(DnsClient.data(answer)).containsExactly("10.0.0.2");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RD)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isTrue();
        assertThat(answer.getSection(Section.ANSWER).get(0).getTTL()).isEqualTo(AnswerWriter.TTL_SECONDS);
        assertThat(DnsClient.data(client.ask("web", Type.AAAA))).containsExactly("fd00:0:0:0:0:0:0:2");
        assertThat(DnsClient.data(client.ask("web", Type.ANY))).containsExactly("10.0.0.2", "fd00:0:0:0:0:0:0:2");
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.AAAA, Type.MX, Type.TXT, Type.HTTPS})
    void aNameOfOursAskedWithAnotherTypeHasNoData(int type) throws IOException {
        Message answer = client.ask("db", type);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void aNameWithoutAddressesHasNoData() throws IOException {
        Message answer = client.ask("nowhere", Type.A);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void severalUnderOneAliasAreNamedFirstInTurn() throws IOException {
        List<String> first = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            List<String> all = client.addresses("workers");
            assertThat(all).containsExactlyInAnyOrder("10.0.0.4", "10.0.0.5", "10.0.0.6");
            first.add(all.get(0));
            client.ask("workers", Type.AAAA);
        }

        assertThat(first).containsExactly("10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.4", "10.0.0.5", "10.0.0.6");
    }

    @Test
    void lettersOfEitherCaseAreOneNameAndComeBackAsAsked() throws IOException {
        client.send(DnsClient.query("WeB", Type.A).toWire());
        byte[] answer = client.receive();

        assertThat(new String(answer, 13, 3, StandardCharsets.US_ASCII)).isEqualTo("WeB");
        assertThat(DnsClient.data(new Message(answer))).containsExactly("10.0.0.2");
    }

    @Test
    void anAddressOfOursHasItsName() throws IOException {
        assertThat(DnsClient.data(client.ask("2.0.0.10.in-addr.arpa", Type.PTR)))
                .containsExactly("web.");
        String nibbles = "2" + ".0".repeat(27) + ".0.0.d.f";
        assertThat(DnsClient.data(client.ask(nibbles + ".IP6.arpa", Type.PTR))).containsExactly("web.");
        assertThat(DnsClient.data(client.ask("2.0.0.10.in-addr.arpa", Type.A))).isEmpty();
    }

    @Test
    void whoeverIsNobodyOfOursIsRefused() throws IOException {
        try (DnsClient stranger = new DnsClient("127.0.0.2", address)) {
            assertThat(stranger.ask("web", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void withoutAResolverWhatIsNotOursFails() throws IOException {
        assertThat(client.ask("example.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void transfersAndOtherClassesAreRefused() throws IOException {
        Message chaos = new Message();
        chaos.addRecord(Record.newRecord(Name.fromString("version.bind."), Type.TXT, DClass.CH), Section.QUESTION);

        assertThat(client.ask(chaos).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(client.ask("web", Type.AXFR).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void whatIsNoQueryIsNotImplemented() throws IOException {
        Message update = DnsClient.query("web", Type.A);
        update.getHeader().setOpcode(Opcode.UPDATE);

        Message answer = client.ask(update);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOTIMP);
        assertThat(answer.getHeader().getID()).isEqualTo(update.getHeader().getID());
        assertThat(answer.getHeader().getOpcode()).isEqualTo(Opcode.UPDATE);
    }

    @Test
    void edgesOfEdnsAreKept() throws IOException {
        Message query = DnsClient.query("web", Type.A);
        query.addRecord(new OPTRecord(1232, 0, 0, 0x8000), Section.ADDITIONAL);

        Message answer = client.ask(query);

        assertThat(answer.getOPT()).isNotNull();
        assertThat(answer.getOPT().getFlags()).isEqualTo(0x8000);
        assertThat(DnsClient.data(answer)).containsExactly("10.0.0.2");
        assertThat(client.ask("web", Type.A).getOPT()).isNull();
        Message newer = DnsClient.query("web", Type.A);
        newer.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
        assertThat(client.ask(newer).getRcode()).isEqualTo(Rcode.BADVERS);
    }

    @Test
    void anAnswerHasNoMoreThanTheClientTakesAndSaysSo() throws IOException {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "10.0.1." + i;
        }
        names.name("crowd", many);

        Message plain = client.ask("crowd", Type.A);
        Message query = DnsClient.query("crowd", Type.A);
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        Message large = client.ask(query);

        assertThat(plain.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(DnsClient.data(plain)).hasSize((512 - 12 - 11) / 16);
        assertThat(large.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(DnsClient.data(large)).hasSize(200);
    }

    @Test
    void brokenMessagesAreFormatErrorsAndAnswersAreDropped() throws IOException {
        byte[] good = DnsClient.query("web", Type.A).toWire();
        byte[] cut = Arrays.copyOf(good, good.length - 3);
        byte[] pointing = good.clone();
        pointing[12] = (byte) 0xc0;
        byte[] answer = good.clone();
        answer[2] |= (byte) 0x80;
        client.send(answer);
        client.send(new byte[11]);
        for (byte[] broken : List.of(cut, pointing)) {
            client.send(broken);
            Message refusal = new Message(client.receive());
            assertThat(refusal.getRcode()).isEqualTo(Rcode.FORMERR);
            assertThat(refusal.getHeader().getID())
                    .isEqualTo(new Message(good).getHeader().getID());
        }
        assertThat(client.hearsNothing(100)).isTrue();
    }

    @Test
    void nothingThatArrivesKeepsTheServerFromAnswering() throws IOException {
        Random random = new Random(53);
        try (DnsClient hostile = new DnsClient(address)) {
            byte[] good = DnsClient.query("web", Type.A).toWire();
            for (int i = 0; i < 5000; i++) {
                byte[] packet = random.nextBoolean() ? good.clone() : new byte[random.nextInt(200)];
                if (packet.length != good.length) {
                    random.nextBytes(packet);
                }
                for (int change = random.nextInt(6); change > 0 && packet.length > 0; change--) {
                    packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
                }
                hostile.send(packet);
                if (i % 50 == 0) {
                    assertThat(client.addresses("web")).containsExactly("10.0.0.2");
                }
            }
        }
    }

    @Test
    void anAddressIsListenedOnOnceAndFreeAfterItIsForgotten() throws IOException {
        assertThat(server.listen(LOOPBACK, 0)).isEqualTo(address.getPort());
        try (DnsServer second = new DnsServer(names, List::of)) {
            assertThatIOException()
                    .isThrownBy(() -> second.listen(LOOPBACK, address.getPort()))
                    .withMessageContaining("127.0.0.1 port " + address.getPort());
        }

        server.forget(LOOPBACK);
        server.forget(LOOPBACK);

        new DatagramSocket(address).close();
        assertThat(server.listen(LOOPBACK, address.getPort())).isEqualTo(address.getPort());
        assertThat(client.addresses("web")).containsExactly("10.0.0.2");
    }

    @Test
    void whatTheDirectoryDoesWrongIsAFailureForThisQuestionOnly() throws IOException {
        NameDirectory broken = source -> {
            throw new IllegalStateException("broken on purpose");
        };
        try (DnsServer other = new DnsServer(broken, List::of);
                DnsClient asking = new DnsClient(new InetSocketAddress(LOOPBACK, other.listen(LOOPBACK, 0)))) {
            assertThat(asking.ask("web", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(asking.ask("web", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }
}
