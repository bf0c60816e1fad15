import assert from "node:assert/strict";
import { test } from "node:test";
import { asSentence, csrfToken, problemFrom } from "../src/http";
import { newsFrom } from "../src/live";

test("the CSRF token is found among the cookies", () => {
  assert.equal(csrfToken("lighter-theme=dark; XSRF-TOKEN=ab%2Bc; x=1", ""), "ab+c");
  assert.equal(csrfToken("XSRF-TOKEN=other; XSRF-TOKEN-8081=no; XSRF-TOKEN-8080=yes", "8080"), "yes");
  assert.equal(csrfToken("NOT-XSRF-TOKEN=no", ""), "");
});

test("problem details become a sentence, with the field to blame where one is named", () => {
  const problem = problemFrom(
    400,
    JSON.stringify({ detail: "name is missing", errors: [{ field: "name", message: "name is missing" }] }),
  );
  assert.equal(problem.message, "Name is missing.");
  assert.equal(problem.field, "name");
  assert.equal(problem.status, 400);
  assert.equal(problemFrom(404, '{"detail":"No such container: x"}').message, "No such container: x.");
  assert.equal(problemFrom(409, '{"message":"taken"}').message, "Taken.");
});

test("an answer that is no JSON still gives a sentence", () => {
  assert.match(problemFrom(502, "<html>bad gateway</html>").message, /failed with status 502.*\.$/);
  assert.match(problemFrom(413, "").message, /refused with status 413/);
});

test("sentences begin large and end with a full stop", () => {
  assert.deepEqual(["the name is taken", "No such image: x", "Done!"].map(asSentence), [
    "The name is taken.",
    "No such image: x.",
    "Done!",
  ]);
});

test("a message of the event stream tells type, action and id", () => {
  assert.deepEqual(newsFrom('{"type":"container","action":"start","id":"abc"}'), {
    type: "container",
    action: "start",
    id: "abc",
  });
});
