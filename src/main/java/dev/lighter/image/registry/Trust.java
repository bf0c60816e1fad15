package dev.lighter.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom the engine believes who they are, and how it shows who it is itself. */
final class Trust {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END [A-Z ]*PRIVATE KEY-----");

    private Trust() {}

    /** The machine's authorities. */
    static SSLContext ofAuthorities() throws GeneralSecurityException {
        return context(new KeyManager[0], null);
    }

    /** Anybody, for hosts that administrators have named. */
    static SSLContext ofEveryone() throws GeneralSecurityException {
        return context(new KeyManager[0], new TrustManager[] {new Everyone()});
    }

    /** The machine's authorities and those of a directory; with the directory's own certificate, where it has one. */
    static SSLContext of(Path directory) throws IOException, GeneralSecurityException {
        KeyStore authorities = empty();
        int number = 0;
        TrustManagerFactory machine = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        machine.init((KeyStore) null);
        for (TrustManager manager : machine.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (X509Certificate authority : known.getAcceptedIssuers()) {
                    authorities.setCertificateEntry("machine" + number++, authority);
                }
            }
        }
        for (Path file : files(directory, "*.crt")) {
            for (Certificate authority : certificates(file)) {
                authorities.setCertificateEntry("own" + number++, authority);
            }
        }
        TrustManagerFactory all = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        all.init(authorities);
        return context(ownKeys(directory), all.getTrustManagers());
    }

    private static SSLContext context(KeyManager[] keys, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    private static KeyManager[] ownKeys(Path directory) throws IOException, GeneralSecurityException {
        KeyStore keys = empty();
        for (Path file : files(directory, "*.cert")) {
            Path key = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.cert$", ".key"));
            if (!Files.exists(key)) {
                throw new GeneralSecurityException(file + " has no " + key.getFileName() + " beside it");
            }
            Certificate[] chain = certificates(file).toArray(Certificate[]::new);
            keys.setKeyEntry(file.getFileName().toString(), privateKey(key), new char[0], chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static List<Path> files(Path directory, String pattern) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
            entries.forEach(files::add);
        }
        return files;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(file + " holds no certificates in PEM", e);
        }
    }

    /** Reads a key in PEM: PKCS #8, or PKCS #1 for RSA, which is the same in one more envelope. */
    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new GeneralSecurityException(file + " holds no unencrypted private key in PEM");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
        String kind = pem.group(1).strip();
        if (kind.equals("RSA")) {
            bytes = inPkcs8(bytes);
        } else if (!kind.isEmpty()) {
            throw new GeneralSecurityException(
                    file + " holds a key of the form \"" + kind + "\": convert it with openssl pkcs8 -topk8 -nocrypt");
        }
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException anotherKind) {
                continue;
            }
        }
        throw new GeneralSecurityException(file + " holds a key that is neither RSA nor of an elliptic curve");
    }

    /** RFC 5208: version 0, the algorithm rsaEncryption, the key as an octet string. */
    private static byte[] inPkcs8(byte[] key) {
        byte[] algorithm = Base64.getDecoder().decode("MA0GCSqGSIb3DQEBAQUA");
        byte[] octets = der(0x04, key);
        byte[] version = {2, 1, 0};
        byte[] content = new byte[version.length + algorithm.length + octets.length];
        System.arraycopy(version, 0, content, 0, version.length);
        System.arraycopy(algorithm, 0, content, version.length, algorithm.length);
        System.arraycopy(octets, 0, content, version.length + algorithm.length, octets.length);
        return der(0x30, content);
    }

    private static byte[] der(int tag, byte[] content) {
        byte[] der = new byte[content.length + 4];
        der[0] = (byte) tag;
        der[1] = (byte) 0x82;
        der[2] = (byte) (content.length >> 8);
        der[3] = (byte) content.length;
        System.arraycopy(content, 0, der, 4, content.length);
        return der;
    }

    /** Asks nothing, neither the authority nor the name. */
    private static final class Everyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
