// What is written survives a reload and a closed tab, and is sent once; also while an input method composes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./support/browser.mjs";
import { Hub } from "./support/hub.mjs";
import { Customer } from "./support/people.mjs";

let hub;
let browser;
const problems = [];

before(async () => {
  browser = await openBrowser();
  hub = await Hub.start();
});
after(async () => {
  await browser?.close();
  await hub?.stop();
});

test("lines written without a line to the hub outlive the page and their tab", async () => {
  const customer = await Customer.open(browser, hub.origin, problems);
  await customer.says("第一句");
  await customer.settled();
  const context = customer.page.context();
  let cut = true;
  await context.routeWebSocket(/\/v1\/customer/, (socket) => (cut ? socket.close({ code: 4003 }) : void socket.connectToServer()));
  await customer.page.reload();
  await customer.button("Open chat").click();
  await customer.says("没有网络时写的");
  await customer.says("还有一句");
  const draft = customer.page.getByRole("textbox", { name: "Message", exact: true });
  await draft.fill("半句话");
  await customer.page.reload();
  await customer.button("Open chat").click();
  await customer.sees("没有网络时写的");
  assert.equal(await draft.inputValue(), "半句话");

  // A second tab takes over what the first one leaves, in its order, and both show it once.
  const second = new Customer(await context.newPage());
  await second.page.goto(`${hub.origin}/`);
  await second.button("Open chat").click();
  await customer.page.close();
  cut = false;
  await second.sees("还有一句");
  await second.settled();
  assert.deepEqual(await second.lines(), ["> 第一句", "> 没有网络时写的", "> 还有一句"]);
});

test("Enter belongs to the input method while it composes", async () => {
  const customer = await Customer.open(browser, hub.origin, problems);
  const field = customer.page.getByRole("textbox", { name: "Message", exact: true });
  await field.focus();
  const devtools = await customer.page.context().newCDPSession(customer.page);
  await devtools.send("Input.imeSetComposition", { text: "nihao", selectionStart: 5, selectionEnd: 5 });
  await field.evaluate((element) => element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })));
  await devtools.send("Input.insertText", { text: "你好" });
  assert.equal(await field.inputValue(), "你好");
  await field.press("Shift+Enter");
  await field.pressSequentially("again");
  assert.equal(await customer.log.locator(".bubble").count(), 0);
  await field.press("Enter");
  await customer.sees("你好");
  await customer.settled();
  assert.deepEqual(await customer.lines(), ["> 你好\nagain"]);
  assert.deepEqual(problems, []);
});
