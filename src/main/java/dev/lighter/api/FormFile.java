package dev.lighter.api;

import dev.lighter.error.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first file of a form (multipart/form-data, RFC 7578), read as it comes: nothing of it is kept in memory or on disk, however large it
 * is. For one thread; the form's stream is not closed with it.
 */
final class FormFile extends InputStream {
    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final int PIECE = 64 * 1024;
    private static final int LONGEST_HEADER = 8 * 1024;
    private static final int MOST_FIELDS = 100;
    private static final int MOST_FIELD_BYTES = 1 << 20;
    private static final Pattern NAME = Pattern.compile("\\bname=\"([^\"]*)\"");

    private final InputStream form;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[PIECE];
    private int position;
    private int limit;
    /** Where the delimiter was found in the buffer, or -1. */
    private int end = -1;

    private boolean formEnded;
    private String field = "";
    private int fieldBytes;

    private FormFile(InputStream form, String boundary) {
        this.form = form;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        // The first delimiter has no line before it: as if there were one.
        buffer[0] = '\r';
        buffer[1] = '\n';
        limit = 2;
    }

    /** Goes to the first part of a form that has a file name. Fails with INVALID when there is none. */
    static FormFile open(InputStream form, String contentType) throws IOException {
        return open(form, contentType, new HashMap<>());
    }

    /**
     * The same; the fields before the file are put into a map by their names in lower case. Fails with INVALID where they are longer than a
     * megabyte together.
     */
    static FormFile open(InputStream form, String contentType, Map<String, String> fields) throws IOException {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.find()) {
            throw EngineException.invalid("the Content-Type header of the form names no boundary");
        }
        String quoted = matcher.group(1);
        FormFile file = new FormFile(form, quoted == null ? matcher.group(2) : quoted);
        try {
            for (int field = 0; field < MOST_FIELDS; field++) {
                file.takePart(fields);
                String headers = file.nextHeaders();
                if (headers.contains("filename")) {
                    return file;
                }
                Matcher name = NAME.matcher(headers);
                file.field = name.find() ? name.group(1) : "";
            }
        } catch (EOFException e) {
            throw new EngineException(EngineException.Kind.INVALID, "the form has no file: send the archive as one", e);
        }
        throw EngineException.invalid("the form has no file among its first " + MOST_FIELDS + " fields");
    }

    private void takePart(Map<String, String> fields) throws IOException {
        byte[] piece = new byte[PIECE];
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (int count = read(piece, 0, PIECE); count >= 0; count = read(piece, 0, PIECE)) {
            fieldBytes += count;
            if (fieldBytes > MOST_FIELD_BYTES) {
                throw EngineException.invalid("the fields of the form are longer than " + MOST_FIELD_BYTES + " bytes");
            }
            value.write(piece, 0, count);
        }
        if (!field.isEmpty()) {
            fields.put(field, value.toString(StandardCharsets.UTF_8));
        }
    }

    /** The headers of the part that begins behind the delimiter, in lower case. */
    private String nextHeaders() throws IOException {
        position = end + delimiter.length;
        end = -1;
        StringBuilder headers = new StringBuilder();
        while (headers.length() < LONGEST_HEADER) {
            if (position == limit && !fill()) {
                throw new EOFException("the form ends in the headers of a field");
            }
            headers.append((char) (buffer[position++] & 0xff));
            if (headers.indexOf("--\r\n") == 0) {
                throw new EOFException("the form has no further field");
            }
            if (headers.length() >= 4 && headers.indexOf("\r\n\r\n", headers.length() - 4) >= 0) {
                return headers.toString().toLowerCase(Locale.ROOT);
            }
        }
        throw EngineException.invalid("a field of the form has headers of more than " + LONGEST_HEADER + " bytes");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int available = available();
        while (available == 0 && end < 0) {
            if (!fill()) {
                throw new EOFException("the form ends in the middle of a field: it is truncated");
            }
            available = available();
        }
        if (available == 0) {
            return -1;
        }
        int count = Math.min(length, available);
        System.arraycopy(buffer, position, bytes, offset, count);
        position += count;
        return count;
    }

    /** Bytes in the buffer that are surely the part's own. */
    @Override
    public int available() {
        if (end < 0) {
            end = find();
        }
        return end >= 0 ? end - position : Math.max(0, limit - position - delimiter.length + 1);
    }

    private int find() {
        for (int at = position; at <= limit - delimiter.length; at++) {
            int matched = 0;
            while (matched < delimiter.length && buffer[at + matched] == delimiter[matched]) {
                matched++;
            }
            if (matched == delimiter.length) {
                return at;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        if (formEnded) {
            return false;
        }
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        int count = form.read(buffer, limit, buffer.length - limit);
        formEnded = count < 0;
        limit += Math.max(0, count);
        return !formEnded;
    }
}
