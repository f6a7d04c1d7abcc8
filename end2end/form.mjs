// What the form of a workspace costs where there is much to choose from: its first byte, how long until it can be
// used, and the script of one key press. Run by `cargo xtask bench`; prints one name and value a line, in milliseconds.
import { chromium } from '@playwright/test';

const { BENCH_URL, BENCH_EMAIL, BENCH_PASSWORD, BERTH_BROWSER } = process.env;
const OPENINGS = 7;
const KEYS = 120;

const browser = await chromium.launch({
  executablePath: BERTH_BROWSER ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  await measure(await browser.newPage());
} finally {
  await browser.close();
}

async function measure(page) {
  await page.goto(`${BENCH_URL}/sign-in`);
  const form = page.locator('form').filter({ has: page.locator('input[name=password]') });
  await form.locator('input[name=email]').fill(BENCH_EMAIL);
  await form.locator('input[name=password]').fill(BENCH_PASSWORD);
  await form.locator('button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));

  const [bytes, usable] = [[], []];
  const variables = Array.from({ length: 20 }, (_, n) => `variable_name=V${n}&variable_value=${n}`).join('&');
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    await page.goto(`${BENCH_URL}/workloads/new/workspace?project=1&name=bench&image=own/image:1&${variables}`, { waitUntil: 'commit' });
    // Pressed while it wakes up: it can be used when the press has done its work.
    const added = await page.evaluate(async () => {
      const button = (document.querySelector('body') && [...document.querySelectorAll('button')]
        .find((one) => one.textContent.trim() === '+Label'));
      button?.click();
      while (document.querySelector('[name=label_name]') === null) {
        const again = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === '+Label');
        if (button === undefined && again) again.click();
        await new Promise((done) => setTimeout(done, 5));
      }
      const [{ responseStart }] = performance.getEntriesByType('navigation');
      return [responseStart, performance.now()];
    });
    bytes.push(added[0]);
    usable.push(added[1]);
  }
  const keys = await page.evaluate(typed, KEYS);
  const start = await pick(page);
  const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  const most = (times, part) => times.toSorted((a, b) => a - b)[Math.ceil(times.length * part) - 1];
  console.log(`firstByte ${median(bytes)}\nusable ${median(usable)}\nstart ${start}`);
  console.log(`key50 ${median(keys)}\nkey95 ${most(keys, 0.95)}`);
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
