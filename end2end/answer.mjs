// How long the answer takes after a key was pressed in the form: until the panel shows what the scheduler says of what
// is typed now. Run by `cargo xtask bench`; prints one name and value a line, in milliseconds.
import { inBrowser, quantile, signIn } from './measured.mjs';

const { BENCH_URL } = process.env;
const KEYS = 60;
/** Between an answer and the next key, so that each is asked alone. */
const PAUSE_MS = 200;

await inBrowser(measure);

async function measure(page) {
  await signIn(page);
  await page.goto(`${BENCH_URL}/workloads/new/workspace?project=1&name=bench&image=own/image:1&gpu_devices=1`);
  const field = page.locator('[name=gpu_devices]');
  await page.locator('[data-verdict]:not([aria-busy=true])').waitFor();
  await field.evaluate(watch);
  for (let key = 0; key < KEYS; key += 1) {
    await field.press('Control+A');
    await field.press(String(2 + (key % 7)));
    await page.waitForFunction((count) => window.answers.length > count, key);
    await page.waitForTimeout(PAUSE_MS);
  }
  // The first may have come while the page was waking up.
  const times = await page.evaluate(() => window.answers.slice(1));
  console.log(`answer50 ${quantile(times, 0.5)}\nanswer95 ${quantile(times, 0.95)}\nanswer100 ${quantile(times, 1)}`);
}

/** Collects in the page how long each answer took. */
function watch(field) {
  window.answers = [];
  let [pressed, isAsking] = [undefined, false];
  field.addEventListener('input', (event) => (pressed = event.timeStamp));
  const told = () => {
    const isBusy = document.querySelector('[data-verdict]')?.getAttribute('aria-busy') === 'true';
    if (pressed !== undefined && isAsking && !isBusy) {
      window.answers.push(performance.now() - pressed);
      pressed = undefined;
    }
    isAsking = isBusy;
  };
  const changes = { attributes: true, attributeFilter: ['aria-busy'], childList: true, subtree: true };
  new MutationObserver(told).observe(document.body, changes);
}
