package dev.lighter.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.zip.CRC32;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The script, the styles and the drawings of the pages. Script and styles are asked for with a version made from their content, so that
 * browsers keep them for good.
 */
@Component
class Assets implements WebMvcConfigurer {
    private static final String LOCATION = "static/assets/";
    private static final String[] VERSIONED = {"app.js", "style.css"};

    private final String version;

    Assets() throws IOException {
        CRC32 sum = new CRC32();
        for (String name : VERSIONED) {
            ClassPathResource file = new ClassPathResource(LOCATION + name);
            if (file.exists()) {
                try (InputStream in = file.getInputStream()) {
                    sum.update(in.readAllBytes());
                }
            }
        }
        version = Long.toHexString(sum.getValue());
    }

    /** Changes when the script or the styles change. */
    String version() {
        return version;
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/*.js", "/assets/*.css")
                .addResourceLocations("classpath:/" + LOCATION)
                .setCacheControl(CacheControl.maxAge(Duration.ofDays(365)).immutable());
        registry.addResourceHandler("/assets/*.svg")
                .addResourceLocations("classpath:/" + LOCATION)
                .setCacheControl(CacheControl.maxAge(Duration.ofHours(1)));
    }
}
