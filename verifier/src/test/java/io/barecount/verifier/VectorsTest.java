package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the published documents say, to the letter. */
class VectorsTest {
    /** The leaves of Certificate Transparency's reference tests for RFC 6962, and the roots it gives for 0 to 8 of them. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    /** C2SP signed-note, "Verifier keys", example. */
    private static final String KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private static final String NOTE = """
            This is an example message.

            \u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
            """;

    /** C2SP tlog-cosignature: a checkpoint with the log's signature and a witness' cosignature. */
    private static final String COSIGNED = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            \u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            \u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
            """;

    @Test
    void rootsAreThoseOfTheReference() {
        var tree = new Merkle.Tree();
        for (var size = 0; size <= LEAVES.size(); size++) {
            assertThat(Hashes.hex(tree.root())).isEqualTo(ROOTS.get(size));
            if (size < LEAVES.size()) {
                tree.add(leaf(size));
            }
        }
    }

    /** RFC 6962, section 2.1.3: the seven leaves d0 to d6, with its names for the nodes. */
    @Test
    void proofsAreThoseOfTheSpecificationsExample() {
        byte[] a = leaf(0), b = leaf(1), c = leaf(2), d = leaf(3), e = leaf(4), f = leaf(5), j = leaf(6);
        var g = Merkle.nodeHash(a, b);
        var h = Merkle.nodeHash(c, d);
        var i = Merkle.nodeHash(e, f);
        var k = Merkle.nodeHash(g, h);
        var l = Merkle.nodeHash(i, j);
        var root = Merkle.nodeHash(k, l);
        assertThat(Hashes.hex(root)).isEqualTo(ROOTS.get(7));

        assertThat(Merkle.includes(0, 7, a, List.of(b, h, l), root)).isTrue();
        assertThat(Merkle.includes(3, 7, d, List.of(c, g, l), root)).isTrue();
        assertThat(Merkle.includes(4, 7, e, List.of(f, j, k), root)).isTrue();
        assertThat(Merkle.includes(6, 7, j, List.of(i, k), root)).isTrue();
        var hash0 = Merkle.nodeHash(g, c);
        var hash1 = k;
        var hash2 = Merkle.nodeHash(k, i);
        assertThat(Merkle.consistent(3, hash0, 7, root, List.of(c, d, g, l))).isTrue();
        assertThat(Merkle.consistent(4, hash1, 7, root, List.of(l))).isTrue();
        assertThat(Merkle.consistent(6, hash2, 7, root, List.of(i, j, k))).isTrue();
        assertThat(Merkle.consistent(6, hash2, 7, root, List.of(i, k, j))).isFalse();
        assertThat(Merkle.includes(4, 7, e, List.of(f, j), root)).isFalse();
        assertThat(Merkle.includes(4, 7, e, List.of(f, j, k, k), root)).isFalse();
    }

    @Test
    void theSignedNotesExampleVerifiesAndNoOtherTextDoes() {
        var key = NoteKey.parse(KEY);

        assertThat(Note.parse(NOTE).isSignedBy(key)).isTrue();
        assertThat(Note.parse(NOTE).text()).isEqualTo("This is an example message.\n");
        assertThatThrownBy(() ->
                        Note.parse(NOTE.replace("an example", "no example")).isSignedBy(key))
                .isInstanceOf(NotProven.class)
                .hasMessageContaining("does not hold");
        assertThatThrownBy(() -> NoteKey.parse(KEY.replace("530d903a", "530d903b")))
                .isInstanceOf(NotProven.class);
    }

    /** C2SP signed-note, "Format": the last empty line separates, a text may hold others; names may be of any script. */
    @Test
    void theTextOfANoteMayHoldEmptyLines() {
        var note = Note.parse("""
                Ognuno sta solo sul cuor della terra
                trafitto da un raggio di sole:

                ed \u00e8 subito sera.

                \u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
                """);

        assertThat(note.text()).endsWith(":\n\ned \u00e8 subito sera.\n");
        assertThat(note.signatures()).singleElement().satisfies(signature -> {
            assertThat(signature.name()).isEqualTo("quasimodo.example/salvatore");
            assertThat(HexFormat.of().formatHex(signature.hash())).isEqualTo("367ba04b");
            assertThat(signature.blob()).hasSize(64);
        });
    }

    /** Its keys are not published, so that its signatures can't be checked; its parts are as the documents say. */
    @Test
    void theCosignedCheckpointsExampleIsReadAsItsDocumentsSay() {
        var note = Note.parse(COSIGNED);

        assertThat(note.text().lines().toList())
                .containsExactly(
                        "example.com/behind-the-sofa", "20852163", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
        assertThat(note.signatures()).hasSize(2);
        var cosignature = note.signatures().get(1);
        assertThat(cosignature.blob()).hasSize(8 + 64);
        assertThat(java.nio.ByteBuffer.wrap(cosignature.blob()).getLong()).isEqualTo(1_679_315_147L);
    }

    /** C2SP tlog-tiles: "index 1234067 will be encoded as x001/x234/067". */
    @ParameterizedTest
    @CsvSource({
        "0, 1234067, 256, tile/0/x001/x234/067, tile/entries/x001/x234/067",
        "1, 0, 17, tile/1/000.p/17, tile/entries/000.p/17",
        "0, 273, 112, tile/0/273.p/112, tile/entries/273.p/112",
        "2, 999, 256, tile/2/999, tile/entries/999",
        "2, 1000, 256, tile/2/x001/000, tile/entries/x001/000"
    })
    void tilesAreNamedAsTheDocumentNamesThem(int level, long index, int width, String path, String entries) {
        assertThat(new Tile(level, index, width).path()).isEqualTo(path);
        assertThat(new Tile(level, index, width).entriesPath()).isEqualTo(entries);
    }

    /** C2SP tlog-tiles: what a tree of size 70,000 is represented by, and one of size 256. */
    @Test
    void aTreeHasTheTilesThatTheDocumentCounts() throws Exception {
        assertThat(tilesOf(70_000)).isEqualTo("{0 full=273, 0 of 112=1, 1 full=1, 1 of 17=1, 2 of 1=1}");
        assertThat(tilesOf(256)).isEqualTo("{0 full=1, 1 of 1=1}");
    }

    /** What the verifier reads of a log of this size. */
    private static String tilesOf(int size) {
        var log = FakeLog.of(size);
        var read = new ArrayList<String>();
        var verdict = new LedgerVerifier(
                        path -> {
                            synchronized (read) {
                                read.add(path);
                            }
                            return log.source().read(path);
                        },
                        FakeLog.TRUST)
                .verify(java.util.Optional.empty());
        assertThat(verdict.findings()).isEmpty();
        var counts = new TreeMap<String, Integer>();
        read.stream()
                .filter(path -> path.matches("tile/\\d.*"))
                .distinct()
                .map(path -> path.replaceAll("tile/(\\d+)/.*\\.p/(\\d+)", "$1 of $2")
                        .replaceAll("tile/(\\d+)/.*", "$1 full"))
                .forEach(kind -> counts.merge(kind, 1, Integer::sum));
        return counts.toString();
    }

    /** RFC 8032, section 7.1, tests 1 to 3. */
    @ParameterizedTest
    @CsvSource({
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signaturesAreThoseOfTheSpecification(String key, String message, String signature) {
        var hex = HexFormat.of();
        var verifier = PublicKey.ofRaw(hex.parseHex(key));
        var signed = hex.parseHex(signature);

        assertThat(verifier.verifies(hex.parseHex(message), signed)).isTrue();
        signed[5] ^= 1;
        assertThat(verifier.verifies(hex.parseHex(message), signed)).isFalse();
    }

    /** DSSE, protocol.md: the example's encoding, its length in bytes. */
    @Test
    void envelopesAreEncodedAsTheirSpecificationSays() {
        assertThat(new String(
                        Dsse.preAuthenticationEncoding("http://example.com/HelloWorld", "hello world".getBytes(UTF_8)),
                        UTF_8))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    /** RFC 8785: section 3.2.2's example, and appendix B's numbers. */
    @Test
    void jsonIsWrittenInItsCanonicalForm() {
        assertThat(canonical("""
                {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                 "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}"""))
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
        for (var number : List.of(
                "0 -0",
                "5e-324 5e-324",
                "-5e-324 -5e-324",
                "1.7976931348623157e+308 1.7976931348623157e308",
                "9007199254740992 9007199254740992",
                "295147905179352830000 295147905179352830000",
                "9.999999999999997e+22 9.999999999999997e22",
                "1e+23 1e23",
                "1.0000000000000001e+23 1.0000000000000001e23",
                "999999999999999700000 999999999999999700000",
                "999999999999999900000 999999999999999900000",
                "1e+21 1e21",
                "9.999999999999997e-7 9.999999999999997e-7",
                "0.000001 1e-6",
                "333333333.3333332 333333333.3333332",
                "-0.0000033333333333333333 -0.0000033333333333333333",
                "1424953923781206.2 1424953923781206.2")) {
            assertThat(canonical("[" + number.split(" ")[1] + "]")).isEqualTo("[" + number.split(" ")[0] + "]");
        }
    }

    @Test
    void whatIsWrittenInTwoWaysIsRefused() {
        for (var text : List.of("{\"a\":1,\"a\":2}", "{} {}", "", "[1,]", "{\"a\":NaN}")) {
            assertThatThrownBy(() -> Json.parse(text.getBytes(UTF_8))).as(text).isInstanceOf(NotProven.class);
        }
        for (var text : List.of("QUI", "QUJ=", "QQ==\n", "Q Q==")) {
            assertThatThrownBy(() -> Texts.base64(text)).as(text).isInstanceOf(NotProven.class);
        }
    }

    private static String canonical(String json) {
        return new String(Json.parse(json.getBytes(UTF_8)).canonical(), UTF_8);
    }

    private static byte[] leaf(int index) {
        return Merkle.leafHash(HexFormat.of().parseHex(LEAVES.get(index)));
    }
}
