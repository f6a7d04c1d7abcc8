// How long a change of state takes to reach the row of an open page, in a real browser. Run by
// `cargo xtask bench`; prints one name and value a line. A change is made through the REST interface
// and counts from before it is sent, so that nothing is left out.
import { inBrowser, quantile, signIn } from './measured.mjs';

const { BENCH_URL, BENCH_TOKEN } = process.env;
const CHANGES = Number(process.env.BENCH_CHANGES);
const PATIENCE_MS = 20_000;
/** Between two changes, so that each is a burst of its own. */
const PAUSE_MS = 600;

await inBrowser(measure);

async function measure(page) {
  await signIn(page);
  let reloads = 0;
  page.on('request', (request) => {
    if (request.url().includes('/ui/workload_rows')) reloads += 1;
  });
  const live = page.waitForRequest((request) => new URL(request.url()).pathname === '/live');
  const begun = Date.now();
  await page.goto(`${BENCH_URL}/workloads`);
  await live;
  const hydrated = Date.now() - begun;

  // A workload of the first page that runs.
  const rows = await ask('GET', '/api/v1/workloads?limit=20&sortBy=createdAt&sortOrder=desc');
  const { id, name } = rows.workloads.find((row) => row.phase === 'Running');
  await watch(page, name);
  reloads = 0;
  const times = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const action = change % 2 === 0 ? 'suspend' : 'resume';
    const before = await page.evaluate(() => window.seen.length);
    const sent = Date.now();
    await ask('POST', `/api/v1/workloads/workspaces/${id}/${action}`);
    await page.waitForFunction((count) => window.seen.length > count, before, { timeout: PATIENCE_MS });
    times.push((await page.evaluate((count) => window.seen[count], before)) - sent);
    await settled(id, action === 'suspend' ? 'Stopped' : 'Running');
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  console.log(`p50 ${quantile(times, 0.5)}\np95 ${quantile(times, 0.95)}\nmost ${quantile(times, 1)}`);
  console.log(`hydrated ${hydrated}\nreloads ${reloads}`);
}

/** Collects in the page when the words of a row change. */
async function watch(page, name) {
  await page.getByRole('row').filter({ hasText: name }).first().waitFor();
  await page.evaluate((name) => {
    const words = () => {
      // The name is a whole word: bench-1 is not bench-10.
      const rows = [...document.querySelectorAll('tr')];
      const own = new RegExp(`${name}(?!\\d)`);
      return rows.find((row) => own.test(row.textContent))?.textContent;
    };
    window.seen = [];
    let last = words();
    new MutationObserver(() => {
      const now = words();
      if (now !== undefined && now !== last) {
        last = now;
        window.seen.push(Date.now());
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  }, name);
}

async function settled(id, phase) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    if ((await ask('GET', `/api/v1/workloads/${id}`)).phase === phase) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`it never became ${phase}`);
}

async function ask(method, path) {
  const headers = { authorization: `Bearer ${BENCH_TOKEN}` };
  const answer = await fetch(`${BENCH_URL}${path}`, { method, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}: ${text}`);
  return JSON.parse(text);
}
