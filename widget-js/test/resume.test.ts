import assert from "node:assert/strict";
import { test } from "node:test";
import { Resume } from "../src/core/resume.ts";

test("events apply in a row, known ones and holes are told apart", () => {
  const resume = new Resume();
  resume.place("c-1", "e1", 5);
  assert.equal(resume.take("c-1", "e1", 5), "known");
  assert.equal(resume.take("c-1", "e1", 6), "apply");
  assert.equal(resume.take("c-1", "e1", 8), "gap");
  assert.equal(resume.take("c-1", "e1", 7), "apply");
  assert.equal(resume.take("c-1", "e2", 8), "gap", "another epoch is another log");
  assert.deepEqual(resume.list(), [{ conversation: "c-1", epoch: "e1", seq: 7 }]);
});

test("a conversation nobody told about begins at its first event or not at all", () => {
  const resume = new Resume();
  assert.equal(resume.take("c-1", "e1", 2), "gap");
  assert.equal(resume.knows("c-1"), false);
  assert.equal(resume.take("c-1", "e1", 1), "apply");
});

test("the list holds the 200 touched last", () => {
  const resume = new Resume();
  for (let n = 0; n < 250; n += 1) resume.place(`c-${n}`, "e", 1);
  resume.take("c-10", "e", 2);
  const names = resume.list().map((point) => point.conversation);
  assert.equal(names.length, 200);
  assert.ok(names.includes("c-10") && names.includes("c-249") && !names.includes("c-11"));
});
