// A page is pressed before it has woken up: what was pressed is done then, once. A program that does not come is asked for again.
import { expect, test, welcome } from '../fixtures';

test('a button that is pressed while the program is still loading does its work', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  let go = (): void => {};
  const held = new Promise<void>((resolve) => { go = resolve; });
  await page.route('**/pkg/form.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/workloads/new/workspace?project=1&name=early', { waitUntil: 'domcontentloaded' });
  await page.getByRole('button', { name: '+Environment variable' }).click();
  await page.getByLabel('Image URL').fill('own/image:1');
  await expect(page.locator('input[name=variable_name]')).toHaveCount(0);
  go();
  await expect(page.locator('input[name=variable_name]')).toHaveCount(1);
  await expect(page.getByLabel('Image URL')).toHaveValue('own/image:1');
  await page.getByRole('button', { name: '+Environment variable' }).click();
  await expect(page.locator('input[name=variable_name]')).toHaveCount(2);
});

test('a page whose program is broken off while it loads wakes up all the same', async ({ page, berth, complaints }) => {
  await welcome(page, await berth.link());
  complaints.foresee(/ERR_CONNECTION_RESET/);
  const asked = { js: 0, wasm: 0 };
  await page.route(/\/pkg\/form\.(js|wasm)/, async (route) => {
    const kind = route.request().url().includes('.wasm') ? 'wasm' : 'js';
    asked[kind] += 1;
    await (asked[kind] > 2 ? route.continue() : route.abort('connectionreset'));
  });
  await page.goto('/workloads/new/workspace?project=1&name=late', { waitUntil: 'domcontentloaded' });
  await page.getByRole('button', { name: '+Environment variable' }).click();
  await expect(page.locator('input[name=variable_name]')).toHaveCount(1);
  expect(Math.min(asked.js, asked.wasm)).toBeGreaterThan(2);
});
