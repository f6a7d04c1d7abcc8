// What the measurements in a real browser share: the browser, somebody who is signed in, and quantiles.
import { chromium } from '@playwright/test';

const { BENCH_URL, BENCH_EMAIL, BENCH_PASSWORD, BERTH_BROWSER } = process.env;

/** Opens a page, measures with it, and closes the browser whatever happens. */
export async function inBrowser(measure) {
  const browser = await chromium.launch({
    executablePath: BERTH_BROWSER ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  try {
    await measure(await browser.newPage());
  } finally {
    await browser.close();
  }
}

export async function signIn(page) {
  await page.goto(`${BENCH_URL}/sign-in`);
  const form = page.locator('form').filter({ has: page.locator('input[name=password]') });
  await form.locator('input[name=email]').fill(BENCH_EMAIL);
  await form.locator('input[name=password]').fill(BENCH_PASSWORD);
  await form.locator('button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
}

/** The time within which this part of them lies. */
export function quantile(times, part) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1];
}
