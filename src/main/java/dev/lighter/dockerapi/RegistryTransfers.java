package dev.lighter.dockerapi;

import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageTransfers;
import dev.lighter.image.PullRequest;
import dev.lighter.image.PushRequest;
import dev.lighter.image.registry.Credentials;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Pulls and pushes that Docker's clients ask for. */
@Component
class RegistryTransfers {
    private final ImageTransfers transfers;
    private final JsonMapper json;

    RegistryTransfers(ImageTransfers transfers, JsonMapper json) {
        this.transfers = transfers;
        this.json = json;
    }

    /** {@code POST /images/create?fromImage=…}; without a tag all of them are meant. */
    void pull(String fromImage, String tag, String platform, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ImageReference name = ImageReference.parse(fromImage);
        if (name.digest() == null && !tag.isEmpty()) {
            name = tag.startsWith("sha256:") ? name.withDigest(tag) : name.withTag(tag);
        }
        PullRequest pull = new PullRequest(name, platform, RegistryAuth.of(request, json));
        TransferStream stream = new TransferStream(request, response, json);
        stream.run(() -> transfers.pull(pull, stream));
    }

    /** {@code POST /images/NAME/push}; without a tag all of them are meant. */
    void push(String image, String tag, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ImageReference name = ImageReference.parse(image);
        if (!tag.isEmpty()) {
            name = name.withTag(tag);
        }
        Credentials credentials = RegistryAuth.of(request, json);
        PushRequest push = new PushRequest(name, credentials);
        TransferStream stream = new TransferStream(request, response, json);
        stream.run(() -> transfers.push(push, stream));
    }
}
