// What the form of a workspace costs where there is much to choose from: its first byte, how long until it can be
// used, and the script of one key press. Run by `cargo xtask bench`; prints one name and value a line, in milliseconds.
import { inBrowser, quantile, signIn } from './measured.mjs';

const { BENCH_URL } = process.env;
const OPENINGS = 7;
const KEYS = 120;

await inBrowser(measure);

async function measure(page) {
  await signIn(page);

  const [bytes, usable] = [[], []];
  const variables = Array.from({ length: 20 }, (_, n) => `variable_name=V${n}&variable_value=${n}`).join('&');
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    await page.goto(`${BENCH_URL}/workloads/new/workspace?project=1&name=bench&image=own/image:1&${variables}`, { waitUntil: 'commit' });
    // Pressed while it wakes up: it can be used when the press has done its work.
    const [firstByte, used] = await page.evaluate(async () => {
      const add = () => [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === '+Label');
      const until = async (there) => {
        while (!there()) await new Promise((done) => setTimeout(done, 5));
      };
      await until(add);
      add().click();
      await until(() => document.querySelector('[name=label_name]'));
      const [{ responseStart }] = performance.getEntriesByType('navigation');
      return [responseStart, performance.now()];
    });
    bytes.push(firstByte);
    usable.push(used);
  }
  const keys = await page.evaluate(typed, KEYS);
  const start = await pick(page);
  console.log(`firstByte ${quantile(bytes, 0.5)}\nusable ${quantile(usable, 0.5)}\nstart ${start}`);
  console.log(`key50 ${quantile(keys, 0.5)}\nkey95 ${quantile(keys, 0.95)}`);
}

/** How long step 1 with all its templates takes until a tile can be chosen. */
async function pick(page) {
  await page.goto(`${BENCH_URL}/workloads/new`, { waitUntil: 'commit' });
  return page.evaluate(async () => {
    while (document.querySelectorAll('input[name=template]').length < 100) {
      await new Promise((done) => setTimeout(done, 5));
    }
    return performance.now();
  });
}

/** Types into a field with the rest of the form around it; everything that a key press sets off at once. */
async function typed(count) {
  const field = document.querySelector('[name=working_dir]');
  const turn = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
  });
  const times = [];
  for (let n = -20; n < count; n += 1) {
    await new Promise((done) => setTimeout(done, 30));
    const begun = performance.now();
    field.value += 'x';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await turn();
    if (n >= 0) times.push(performance.now() - begun);
  }
  return times;
}
