package dev.lighter.kernel.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Chain.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What builders refuse and what they write, without a kernel. */
class RuleTest {
    private final Table inet = new Table(Family.INET, "t");
    private final Chain chain = inet.chain("c");
    private final Chain four = new Table(Family.IP, "t").chain("c");

    private static List<String> names(Rule rule) throws Exception {
        List<String> names = new ArrayList<>();
        ByteBuffer list = ByteBuffer.wrap(rule.expressions().toBytes());
        // A list is read as the content of an attribute that holds it.
        ByteBuffer attribute = ByteBuffer.allocate(list.capacity() + 4).order(ByteOrder.nativeOrder());
        attribute.putShort((short) attribute.capacity()).putShort((short) 1).put(list);
        for (Attributes expression : Attributes.parse(attribute.flip()).list(1)) {
            names.add(String.valueOf(expression.string(1)));
        }
        return names;
    }

    @Test
    void aFamilyIsAskedForOnlyWherePacketsOfBothCome() throws Exception {
        IpPrefix prefix = IpPrefix.parse("10.0.0.0/8");

        assertThat(names(Rule.in(chain).ipSaddr(prefix))).containsExactly("meta", "cmp", "payload", "bitwise", "cmp");
        assertThat(names(Rule.in(four).ipSaddr(prefix))).containsExactly("payload", "bitwise", "cmp");
        assertThat(names(Rule.in(four).ipSaddr(IpPrefix.parse("10.0.0.1")))).containsExactly("payload", "cmp");
        assertThatIllegalArgumentException().isThrownBy(() -> Rule.in(four).ipSaddr(IpPrefix.parse("fd00::/8")));
    }

    @Test
    void whatIsSaidLeftToRightIsWrittenSo() throws Exception {
        assertThat(names(Rule.in(four).tcpDport(80).counter().dnat(IpPrefix.address("10.0.0.2"), 8080)))
                .containsExactly("meta", "cmp", "payload", "cmp", "counter", "immediate", "immediate", "nat");
        assertThat(names(Rule.in(four).udpDport(1, 9).drop()))
                .containsExactly("meta", "cmp", "payload", "range", "immediate");
    }

    @Test
    void anOppositeNeedsACondition() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Rule.in(chain).not().drop().expressions());
        assertThatIllegalStateException().isThrownBy(() -> Rule.in(chain).not().not());
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        Rule.in(chain).not().verdictOf(inet.set("m", Field.PORT).toVerdicts(), Load.SOURCE_PORT));
    }

    @Test
    void aKeyMustBeTheSets() {
        NftSet set = inet.set("s", Field.IPV4, Field.PORT);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rule.in(chain).in(set, Load.DESTINATION_PORT, Load.DESTINATION_IPV4));
        assertThatIllegalArgumentException().isThrownBy(() -> Rule.in(chain).in(set, Load.DESTINATION_IPV4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rule.in(chain).dnatTo(set, Load.DESTINATION_IPV4, Load.DESTINATION_PORT))
                .withMessageContaining("gives no address");
    }

    @Test
    void valuesMustBeOfTheirFields() {
        NftSet set = inet.set("s", Field.IPV4, Field.PORT).to(Field.MARK);
        NftBatch batch = NftBatch.create();

        for (Element wrong : List.of(
                Element.of(IpPrefix.address("10.0.0.1")).to(1),
                Element.of(IpPrefix.address("10.0.0.1"), 65_536).to(1),
                Element.of(IpPrefix.address("10.0.0.1"), -1).to(1),
                Element.of(IpPrefix.address("fd00::1"), 80).to(1),
                Element.of("10.0.0.1", 80).to(1),
                Element.of(IpPrefix.address("10.0.0.1"), 80).to("one"),
                Element.of(IpPrefix.address("10.0.0.1"), 80)
                        .upTo(IpPrefix.address("10.0.0.2"), 81)
                        .to(1),
                Element.of(IpPrefix.address("10.0.0.1"), 80).to(1).comment("x".repeat(128)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> batch.add(set, wrong));
        }
        assertThat(batch.requests()).isEmpty();
    }

    @Test
    void namesOfLinksAreChecked() {
        for (String name : List.of("", "*", "sixteen-letters-")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Rule.in(chain).iifname(name));
        }
    }

    @Test
    void onlyAChainOfAHookHasAPolicy() {
        assertThatIllegalStateException().isThrownBy(() -> chain.withPolicy(Chain.Policy.DROP));
        assertThat(inet.chain("c", Type.FILTER, Hook.INPUT, 0)
                        .withPolicy(Chain.Policy.DROP)
                        .base())
                .isEqualTo(new Chain.Base(Type.FILTER, Hook.INPUT, 0, Chain.Policy.DROP, null));
    }

    @Test
    void fieldsSurviveTheirJourney() {
        List<Field> fields = List.of(Field.values());
        List<Object> values = List.of(
                IpPrefix.address("10.0.0.1"),
                IpPrefix.address("fd00::1"),
                MacAddress.parse("02:42:ac:11:00:02"),
                200,
                40_000,
                0x89abcdef,
                "br0",
                8);

        byte[] bytes = Field.encode(fields, values);

        assertThat(bytes).hasSize(4 + 16 + 8 + 4 + 4 + 4 + 16 + 4);
        assertThat(Field.decode(fields, bytes)).isEqualTo(values);
        assertThat(Field.encode(List.of(Field.PORT), List.of(80))).containsExactly(0, 80);
    }

    @Test
    void keysHaveNeighbours() {
        assertThat(Element.next(new byte[] {0, 80})).containsExactly(0, 81);
        assertThat(Element.next(new byte[] {0, -1})).containsExactly(1, 0);
        assertThat(Element.next(new byte[] {-1, -2})).containsExactly(-1, -1);
        assertThat(Element.next(new byte[] {-1, -1})).isNull();
        assertThat(Element.previous(new byte[] {1, 0})).containsExactly(0, -1);
        assertThat(Element.previous(new byte[] {-128, 0, 0, 0})).containsExactly(127, -1, -1, -1);
        assertThat(Element.previous(new byte[] {0, 1})).containsExactly(0, 0);
    }

    @Test
    void commentsAreReadWithWhateverIsBesideThem() {
        byte[] comment = Comments.encode("web");

        assertThat(comment).containsExactly(0, 4, 'w', 'e', 'b', 0);
        assertThat(Comments.decode(comment)).isEqualTo("web");
        assertThat(Comments.decode(new byte[] {9, 1, 7, 0, 2, 'x', 0})).isEqualTo("x");
        assertThat(Comments.decode(new byte[] {9, 1, 7})).isNull();
        assertThat(Comments.decode(new byte[] {0, 100, 'x'})).isNull();
        assertThat(Comments.decode(new byte[] {0})).isNull();
        assertThat(Comments.decode(null)).isNull();
    }
}
