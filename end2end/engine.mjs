// How long the policy engine takes in a real browser. Run by `cargo xtask bench`; prints one name and
// value a line, in milliseconds.
import { readFileSync } from 'node:fs';

import { inBrowser } from './measured.mjs';

const { BENCH_URL, BENCH_GIVEN } = process.env;
const { around, submission } = JSON.parse(readFileSync(BENCH_GIVEN, 'utf8'));

await inBrowser(async (page) => {
  await page.goto(`${BENCH_URL}/sign-in`);
  // The largest policy of them, written as an administrator would have it in the editor.
  const largest = around.above.map((layer) => layer.policy).reduce((a, b) => (size(a) > size(b) ? a : b));
  const document = JSON.stringify(largest, null, 2);
  const told = await page.evaluate(measure, [JSON.stringify(around), JSON.stringify(submission), document]);
  for (const [name, value] of Object.entries(told)) console.log(`${name} ${value}`);
});

function size(value) {
  return JSON.stringify(value).length;
}

/** Runs in the page. */
async function measure([around, submission, document]) {
  const quantile = (times, run, part) => {
    const took = [];
    // The first ones are compiled while they run.
    for (let n = -20; n < times; n += 1) {
      const begun = performance.now();
      run();
      if (n >= 0) took.push(performance.now() - begun);
    }
    took.sort((a, b) => a - b);
    return took[Math.ceil(took.length * part) - 1];
  };
  const begun = performance.now();
  const engine = await import('/pkg/engine.js');
  await engine.default({ module_or_path: '/pkg/engine.wasm' });
  const desk = new engine.Desk(around);
  const loaded = performance.now() - begun;
  if (!JSON.parse(desk.judge(submission)).spec.image) throw new Error('nothing was judged');
  const judge = () => desk.judge(submission);
  const lines = document.split('\n').length;
  return {
    loaded,
    p50: quantile(5_000, judge, 0.5),
    p99: quantile(5_000, judge, 0.99),
    check: quantile(300, () => desk.check(document), 0.99),
    complete: quantile(300, () => desk.complete(document, lines - 3, 5), 0.99),
  };
}
