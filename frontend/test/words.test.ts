import assert from "node:assert/strict";
import { test } from "node:test";
import { joinWords, parseEnvironment, parseMemory, splitWords, TypingError } from "../src/words";

test("a command line is split as a shell would, without expanding anything", () => {
  assert.deepEqual(splitWords(`sh -c 'echo "hi there"; sleep 1'`), ["sh", "-c", 'echo "hi there"; sleep 1']);
  assert.deepEqual(splitWords(`a "b \\"c\\" \\n" d\\ e ''`), ["a", 'b "c" \\n', "d e", ""]);
  assert.deepEqual(splitWords(`  x=$HOME\t--name=it's  fine'  `), ["x=$HOME", "--name=its  fine"]);
  assert.deepEqual(splitWords("   "), []);
});

test("an open quotation mark or a last backslash is told", () => {
  assert.throws(() => splitWords("echo 'hi"), { message: /quotation mark \('\) is open/ });
  assert.throws(() => splitWords('echo "hi'), TypingError);
  assert.throws(() => splitWords("echo \\"), { message: /ends with a backslash/ });
});

test("joining is the reverse of splitting", () => {
  for (const words of [
    ["echo", "it's", 'a "b"', "", "$x", "plain"],
    ["a\nb", "\\"],
  ]) {
    assert.deepEqual(splitWords(joinWords(words)), words);
  }
});

test("sizes are read with the units that people use", () => {
  assert.deepEqual(
    ["256m", "1.5 GiB", "1000000", "64K", "2gb", " 1 t "].map(parseMemory),
    [268_435_456, 1_610_612_736, 1_000_000, 65_536, 2_147_483_648, 1_099_511_627_776],
  );
  for (const wrong of ["", "m", "-1", "1e3", "10 apples", "1,5g"]) {
    assert.throws(() => parseMemory(wrong), TypingError, wrong);
  }
});

test("environment lines keep everything after the first equals sign", () => {
  assert.deepEqual(parseEnvironment("A=1\r\n\nB=x=y z\nC="), ["A=1", "B=x=y z", "C="]);
  assert.throws(() => parseEnvironment("A=1\nnonsense"), {
    message: /“nonsense” is not of the form NAME=value/,
  });
});
