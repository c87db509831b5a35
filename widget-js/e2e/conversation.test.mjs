// Two customers, two agents, one hub that is killed in the middle.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./support/browser.mjs";
import { Hub } from "./support/hub.mjs";
import { Agent, Customer, nextOffer } from "./support/people.mjs";

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

/** Both sides show the same lines in the same order, and each of these exactly once. */
async function agree(customer, agent, expected) {
  for (const line of expected) {
    await customer.sees(line.slice(2));
    await agent.sees(line.slice(2));
  }
  await customer.settled();
  await agent.settled();
  const lines = await customer.lines();
  assert.deepEqual(await agent.lines(), lines);
  assert.deepEqual([...lines].sort(), [...expected].sort());
  for (const side of [">", "<"]) {
    const of = (list) => list.filter((line) => line.startsWith(side));
    assert.deepEqual(of(lines), of(expected), `the order of ${side}`);
  }
}

test("a conversation from the first word to the rating, through a kill of the hub", async () => {
  const agents = [await Agent.signIn(browser, hub.origin, "ada", problems), await Agent.signIn(browser, hub.origin, "lin", problems)];
  const mei = await Customer.open(browser, hub.origin, problems);
  const tom = await Customer.open(browser, hub.origin, problems);

  await mei.says("你好，我的订单还没到");
  const first = await nextOffer(agents, "你好，我的订单还没到");
  const { taker, other } = first;
  await mei.types("我");
  await taker.seesTyping();
  await taker.types("您");
  await mei.seesTyping();
  await taker.says("您好，我来帮您查一下 https://shop.example/orders");
  await mei.says("谢谢！订单号 TG-48213");
  const meiLines = ["> 你好，我的订单还没到", "< 您好，我来帮您查一下 https://shop.example/orders", "> 谢谢！订单号 TG-48213"];
  await agree(mei, taker, meiLines);
  await taker.notes("包裹在海关");
  assert.equal(await mei.log.getByText("包裹在海关").count(), 0, "a customer never sees a note");

  // What comes while the chat is closed is counted, and read once it is open again.
  await mei.button("Close chat").click();
  await taker.says("包裹明天到");
  await mei.page.locator(".badge", { hasText: "1" }).waitFor();
  await mei.button("Open chat").click();
  meiLines.push("< 包裹明天到");
  await agree(mei, taker, meiLines);
  await taker.log.getByText("Read", { exact: true }).waitFor();

  await tom.says("Does the kettle whistle?");
  const second = await nextOffer(agents, "Does the kettle whistle?");
  await second.taker.says("It hums, 真的。");
  const tomLines = ["> Does the kettle whistle?", "< It hums, 真的。"];
  await agree(tom, second.taker, tomLines);

  // Everybody goes on writing while the hub is dead; some of it just before the blow.
  await taker.opens(first.conversation);
  await mei.says("死机前一刻");
  await taker.says("just before the end");
  await hub.kill();
  await mei.says("断线时写的第一句");
  await mei.says("断线时写的第二句");
  await tom.says("Are you still there?");
  await taker.says("还在，马上回来");
  await hub.run();
  meiLines.push("> 死机前一刻", "< just before the end", "> 断线时写的第一句", "> 断线时写的第二句", "< 还在，马上回来");
  await agree(mei, taker, meiLines);
  await second.taker.opens(second.conversation);
  tomLines.push("> Are you still there?");
  await agree(tom, second.taker, tomLines);

  await taker.opens(first.conversation);
  await taker.transfers(other);
  assert.equal(await other.accepts(), first.conversation);
  await agree(mei, other, meiLines);
  await other.says("我接着为您处理");
  await mei.says("好的");
  meiLines.push("< 我接着为您处理", "> 好的");
  await agree(mei, other, meiLines);

  await other.button("Close conversation").click();
  await mei.page.getByRole("radiogroup", { name: "Rating" }).waitFor();
  await mei.page.getByRole("radio", { name: "Great" }).click();
  await mei.page.getByText("Thank you.").waitFor();
  await other.button("Finish wrap-up").click();
  await other.button("Finish wrap-up").waitFor({ state: "detached" });

  // A reload brings everything back, and nothing twice.
  await tom.page.reload();
  await tom.button("Open chat").click();
  await second.taker.opens(second.conversation);
  await agree(tom, second.taker, tomLines);
  assert.deepEqual(problems, []);
});
