package dev.lighter.image;

import dev.lighter.content.ContentOwners;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What pulls keep of blobs that have not come whole: as much as the settings allow is wanted by the next attempt. */
@Component
class DownloadContents implements ContentOwners {
    private final Downloads downloads;

    DownloadContents(Downloads downloads) {
        this.downloads = downloads;
    }

    @Override
    public Set<String> directories() {
        return Set.of(Downloads.DIRECTORY);
    }

    @Override
    public List<Content> contents() throws IOException {
        return downloads.digests().stream()
                .map(digest -> new Content(
                        Downloads.DIRECTORY + "/" + Sha256.hex(digest),
                        (downloads.isInUse(digest) ? "a pull of " : "the next pull of ") + digest,
                        false))
                .toList();
    }

    @Override
    public void remove(String path) throws IOException {
        downloads.remove(path.substring(Downloads.DIRECTORY.length() + 1));
    }
}
