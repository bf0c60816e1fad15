package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsForwardingTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final DnsSettings QUICK = DnsSettings.STANDARD.withTimes(150, 9000, 10_000);
    private static final DnsSettings PATIENT = DnsSettings.STANDARD.withTimes(60_000, 60_000, 10_000);

    private final FakeDirectory names = new FakeDirectory();
    private final List<AutoCloseable> opened = new ArrayList<>();

    DnsForwardingTest() throws IOException {}

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(0, one);
        return one;
    }

    private DnsClient ask(FakeResolver... resolvers) throws IOException {
        return ask(PATIENT, resolvers);
    }

    private DnsClient ask(DnsSettings settings, FakeResolver... resolvers) throws IOException {
        return opened(new DnsClient(serving(settings, resolvers)));
    }

    private InetSocketAddress serving(DnsSettings settings, FakeResolver... resolvers) throws IOException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (FakeResolver resolver : resolvers) {
            addresses.add(opened(resolver).address());
        }
        DnsServer server = opened(new DnsServer(names, () -> addresses, settings));
        return new InetSocketAddress(LOOPBACK, server.listen(LOOPBACK, 0));
    }

    @Test
    void whatIsNotOursIsAskedOutsideOnceAndRemembered() throws Exception {
        FakeResolver resolver = FakeResolver.withRecord("60 A 192.0.2.1");
        DnsClient client = ask(resolver);

        Message first = client.ask("Example.ORG", Type.A);
        Thread.sleep(1100);
        Message second = client.ask("example.org", Type.A);

        assertThat(DnsClient.data(first)).containsExactly("192.0.2.1");
        assertThat(first.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(first.getQuestion().getName()).hasToString("Example.ORG.");
        assertThat(second.getQuestion().getName()).hasToString("example.org.");
        assertThat(first.getSection(Section.ANSWER).get(0).getTTL()).isEqualTo(60);
        assertThat(second.getSection(Section.ANSWER).get(0).getTTL()).isBetween(50L, 59L);
        assertThat(resolver.asked()).hasSize(1);
        assertThat(resolver.asked().get(0).query().getHeader().getFlag(Flags.RD))
                .isTrue();
    }

    @Test
    void anAnswerIsForgottenWhenItsTimeIsOver() throws Exception {
        FakeResolver resolver = FakeResolver.withRecord("1 A 192.0.2.1");
        DnsClient client = ask(resolver);

        client.ask("example.org", Type.A);
        Thread.sleep(1100);
        client.ask("example.org", Type.A);

        assertThat(resolver.asked()).hasSize(2);
    }

    @Test
    void thatANameDoesNotExistIsRememberedAsLongAsItsZoneSays() throws Exception {
        FakeResolver resolver = new FakeResolver(asked -> {
            Message answer = FakeResolver.answer(asked);
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
            if (!asked.query().getQuestion().getName().toString().startsWith("lone")) {
                answer.addRecord(
                        FakeResolver.record(Name.fromString("org."), "900 SOA ns.org. me.org. 1 2 3 4 30"),
                        Section.AUTHORITY);
            }
            return List.of(answer.toWire());
        });
        DnsClient client = ask(resolver);

        for (int i = 0; i < 3; i++) {
            Message answer = client.ask("missing.org", Type.A);
            assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
            assertThat(answer.getSection(Section.AUTHORITY).get(0).getTTL()).isLessThanOrEqualTo(30);
        }
        assertThat(resolver.asked()).hasSize(1);
        client.ask("lone.org", Type.A);
        client.ask("lone.org", Type.A);
        assertThat(resolver.asked()).hasSize(3);
    }

    @Test
    void aSilentResolverIsFollowedByTheNext() throws Exception {
        FakeResolver silent = new FakeResolver(asked -> List.of());
        FakeResolver good = FakeResolver.withRecord("60 A 192.0.2.2");

        assertThat(ask(QUICK, silent, good).addresses("example.org")).containsExactly("192.0.2.2");
        assertThat(silent.asked()).isNotEmpty();
    }

    @Test
    void aResolverThatFailsIsFollowedByTheNextAtOnce() throws Exception {
        FakeResolver failing = new FakeResolver(asked -> {
            Message answer = FakeResolver.answer(asked);
            answer.getHeader().setRcode(Rcode.SERVFAIL);
            return List.of(answer.toWire());
        });
        FakeResolver gone = FakeResolver.withRecord("60 A 192.0.2.9");
        FakeResolver good = FakeResolver.withRecord("60 A 192.0.2.2");
        DnsClient client = ask(PATIENT, failing, gone, good);
        gone.close();

        assertThat(client.addresses("example.org")).containsExactly("192.0.2.2");
    }

    @Test
    void whenNobodyAnswersTheQuestionFails() throws Exception {
        FakeResolver silent = new FakeResolver(asked -> List.of());

        assertThat(ask(QUICK.withTimes(100, 1000, 1000), silent)
                        .ask("example.org", Type.A)
                        .getRcode())
                .isEqualTo(Rcode.SERVFAIL);
        assertThat(silent.asked()).hasSizeGreaterThan(2);
        assertThat(silent.asked().stream().map(FakeResolver.Asked::from).distinct())
                .hasSameSizeAs(silent.asked());
    }

    @Test
    void aTruncatedAnswerIsFetchedWholeAndCutToEachClientsSize() throws Exception {
        FakeResolver resolver = new FakeResolver(asked -> {
            if (!asked.stream()) {
                Message cut = FakeResolver.answer(asked);
                cut.getHeader().setFlag(Flags.TC);
                return List.of(cut.toWire());
            }
            String[] many = new String[100];
            for (int i = 0; i < many.length; i++) {
                many[i] = "60 A 192.0.2." + i;
            }
            return List.of(FakeResolver.answer(asked, many).toWire());
        });
        DnsClient client = ask(resolver);
        Message query = DnsClient.query("example.org", Type.A);
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);

        Message large = client.ask(query);
        Message small = client.ask("example.org", Type.A);

        assertThat(DnsClient.data(large)).hasSize(100);
        assertThat(large.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(large.getOPT()).isNotNull();
        assertThat(DnsClient.data(small)).hasSizeBetween(20, 31);
        assertThat(small.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(resolver.asked()).hasSize(2);
    }

    @Test
    void aResolverWithoutEdnsIsAskedWithoutIt() throws Exception {
        FakeResolver old = new FakeResolver(asked -> {
            Message answer = FakeResolver.answer(asked, "60 A 192.0.2.1");
            if (asked.query().getOPT() != null) {
                answer.removeAllRecords(Section.ANSWER);
                answer.getHeader().setRcode(Rcode.FORMERR);
            }
            return List.of(answer.toWire());
        });

        assertThat(ask(old).addresses("example.org")).containsExactly("192.0.2.1");
    }

    @Test
    void forgedAnswersAreIgnored() throws Exception {
        FakeResolver resolver = new FakeResolver(asked -> {
            Message otherNumber = FakeResolver.answer(asked, "60 A 203.0.113.1");
            otherNumber.getHeader().setID(asked.query().getHeader().getID() ^ 1);
            Message otherName = new Message(asked.query().getHeader().getID());
            otherName.getHeader().setFlag(Flags.QR);
            Record question = asked.query().getQuestion();
            otherName.addRecord(
                    Record.newRecord(Name.fromString("other.org."), question.getType(), question.getDClass()),
                    Section.QUESTION);
            otherName.addRecord(FakeResolver.record(Name.fromString("other.org."), "60 A 203.0.113.2"), Section.ANSWER);
            Message fromElsewhere = FakeResolver.answer(asked, "60 A 203.0.113.3");
            try (DatagramSocket elsewhere = new DatagramSocket()) {
                byte[] bytes = fromElsewhere.toWire();
                elsewhere.send(new DatagramPacket(bytes, bytes.length, asked.from()));
            }
            return List.of(
                    otherNumber.toWire(),
                    otherName.toWire(),
                    asked.query().toWire(),
                    FakeResolver.answer(asked, "60 A 192.0.2.1").toWire());
        });
        DnsClient client = ask(resolver);

        assertThat(client.addresses("example.org")).containsExactly("192.0.2.1");
        assertThat(client.hearsNothing(50)).isTrue();
    }

    @Test
    void brokenAnswersFailAndDoNotEndTheServer() throws Exception {
        FakeResolver broken = new FakeResolver(asked -> {
            byte[] bytes = FakeResolver.answer(asked, "60 A 192.0.2.1").toWire();
            bytes[7] = 9;
            return List.of(bytes);
        });
        DnsClient client = ask(broken);

        assertThat(client.ask("example.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(client.ask("example.com", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void identicalQuestionsAtOneTimeAreAskedOutsideOnce() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        FakeResolver slow = new FakeResolver(asked -> {
            awaitQuietly(all);
            return List.of(FakeResolver.answer(asked, "0 A 192.0.2.1").toWire());
        });
        DnsClient client = ask(slow);
        for (int i = 0; i < 20; i++) {
            client.send(DnsClient.query(i % 2 == 0 ? "example.org" : "EXAMPLE.org", Type.A)
                    .toWire());
        }
        client.ask(notImplemented());
        all.countDown();

        for (int i = 0; i < 20; i++) {
            assertThat(DnsClient.data(new Message(client.receive()))).containsExactly("192.0.2.1");
        }
        assertThat(slow.asked()).hasSize(1);
    }

    /** Its answer tells that all sent before has been read. */
    private static Message notImplemented() throws IOException {
        Message query = DnsClient.query("marker", Type.A);
        query.getHeader().setOpcode(Opcode.STATUS);
        return query;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void moreThanAnAskersShareFailsAtOnceAndOthersHaveTheirs() throws Exception {
        FakeResolver silent = new FakeResolver(asked -> List.of());
        names.asker("127.0.0.3", List.of()).name("web", "10.0.0.2");
        InetSocketAddress server = serving(PATIENT.withBounds(8, 4), silent);
        DnsClient greedy = opened(new DnsClient(server));
        DnsClient modest = opened(new DnsClient("127.0.0.3", server));
        for (int i = 0; i < 8; i++) {
            greedy.send(DnsClient.query("n" + i + ".org", Type.A).toWire());
        }

        assertThat(greedy.ask("n9.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(greedy.addresses("web")).containsExactly("10.0.0.2");
        modest.send(DnsClient.query("n9.org", Type.A).toWire());
        assertThat(modest.hearsNothing(100)).isTrue();
    }

    @Test
    void anAskersOwnResolversAnswerForNoOther() throws Exception {
        FakeResolver host = FakeResolver.withRecord("60 A 192.0.2.1");
        FakeResolver own = opened(FakeResolver.withRecord("60 A 203.0.113.1"));
        names.asker("127.0.0.3", List.of(own.address()));
        InetSocketAddress server = serving(PATIENT, host);
        DnsClient special = opened(new DnsClient("127.0.0.3", server));
        DnsClient plain = opened(new DnsClient(server));

        assertThat(special.addresses("example.org")).containsExactly("203.0.113.1");
        assertThat(plain.addresses("example.org")).containsExactly("192.0.2.1");
        assertThat(special.addresses("example.org")).containsExactly("203.0.113.1");
        assertThat(host.asked()).hasSize(1);
    }

    @Test
    void fromAnInternalNetworkNothingIsAskedOutside() throws Exception {
        FakeResolver resolver = FakeResolver.withRecord("60 A 192.0.2.1");
        names.mayAskOutside = false;

        assertThat(ask(resolver).ask("example.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(resolver.asked()).isEmpty();
    }

    @Test
    void theServerNeverAsksItself() throws Exception {
        List<InetSocketAddress> resolvers = new ArrayList<>();
        DnsServer server = opened(new DnsServer(names, () -> resolvers, DnsSettings.STANDARD));
        InetSocketAddress itself = new InetSocketAddress(LOOPBACK, server.listen(LOOPBACK, 0));
        resolvers.add(itself);

        assertThat(opened(new DnsClient(itself)).ask("example.org", Type.A).getRcode())
                .isEqualTo(Rcode.SERVFAIL);
    }
}
