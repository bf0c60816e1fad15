package dev.lighter.registry;

import dev.lighter.image.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/** The uploads that are going on. They end with the engine: a client whose upload is unknown begins again. Safe for all threads. */
@Service
public class Uploads implements DisposableBean {
    private final Map<String, Upload> byId = new ConcurrentHashMap<>();
    private final RegistrySettings settings;
    private final ContentStore content;
    private final Blobs blobs;

    Uploads(RegistrySettings settings, ContentStore content, Blobs blobs) {
        this.settings = settings;
        this.content = content;
        this.blobs = blobs;
    }

    /** Begins an upload; fails with TOOMANYREQUESTS. */
    public synchronized Upload begin(Repository repository) {
        cancelIdle();
        if (byId.size() >= settings.mostUploads()) {
            throw new RegistryException(
                    RegistryError.TOOMANYREQUESTS,
                    "there are " + byId.size() + " uploads already: finish or cancel one, or raise"
                            + " lighter.registry.most-uploads");
        }
        Upload upload = new Upload(UUID.randomUUID().toString(), repository, content.receive(), blobs);
        byId.put(upload.id(), upload);
        return upload;
    }

    /** An upload by its id; fails with BLOB_UPLOAD_UNKNOWN. */
    public Upload find(Repository repository, String id) {
        Upload upload = byId.get(id);
        if (upload == null || !upload.repository().equals(repository)) {
            throw unknown(id);
        }
        return upload;
    }

    /**
     * Ends an upload with its last bytes, and adds the blob to its repository. Fails with DIGEST_INVALID where it is another blob than the
     * client says; nothing of it is kept then.
     */
    public void finish(Upload upload, InputStream bytes, long position, long length, String digest) throws IOException {
        try {
            upload.finish(bytes, position, length, digest);
        } finally {
            if (upload.hasEnded()) {
                byId.remove(upload.id());
            }
        }
    }

    /** Gives an upload up. */
    public void cancel(Upload upload) {
        byId.remove(upload.id());
        upload.cancel();
    }

    /** Gives up what nobody goes on with. */
    void cancelIdle() {
        Instant then = Instant.now().minus(settings.uploadIdle());
        List.copyOf(byId.values()).stream()
                .filter(upload -> upload.isIdleSince(then))
                .forEach(this::cancel);
    }

    static RegistryException unknown(String id) {
        return new RegistryException(
                RegistryError.BLOB_UPLOAD_UNKNOWN, "blob upload unknown to registry: " + id + "; begin another one");
    }

    @Override
    public void destroy() {
        List.copyOf(byId.values()).forEach(this::cancel);
    }
}
