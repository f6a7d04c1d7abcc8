// The table of workloads: filters, columns, the file for other programs, and rows that change by themselves.
import { readFile } from 'node:fs/promises';
import { expect, test, welcome } from '../fixtures';

test.describe('the demonstration', () => {
  test.use({ server: { demo: true } });

  test('filters, columns and the file', async ({ page, berth }) => {
    await welcome(page, await berth.link());
    const rows = page.getByRole('rowheader');
    await expect(rows.first()).toBeVisible();
    const all = await rows.count();

    // A filter, which stays in the address.
    await page.getByRole('group', { name: 'Add filter' }).or(page.getByText('Add filter')).first().click();
    await page.getByLabel('Column', { exact: true }).selectOption({ label: 'Project' });
    await page.getByLabel('Value').fill('vision');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page).toHaveURL(/filter(_field)?=projectName/);
    await expect(page.getByText('Project contains')).toBeVisible();
    await expect(rows.filter({ hasNotText: 'vision' })).toHaveCount(0);
    expect(await rows.count()).toBeLessThan(all);

    // A column, which is in the file as well.
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Image', { exact: true }).check();
    await expect(page.getByRole('columnheader', { name: 'Image' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('columnheader', { name: 'Image' })).toBeVisible();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download CSV' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toContain('"Image"');
    expect(lines).toHaveLength(1 + (await rows.count()));
    expect(lines.slice(1).every((line) => line.includes('"vision"'))).toBe(true);

    await page.getByRole('button', { name: /^Remove filter Project contains vision/ }).click();
    await expect(rows).toHaveCount(all);
  });

  test('a filter that compares what cannot be compared is said, and nothing is lost', async ({ page, berth }) => {
    await welcome(page, await berth.link());
    await page.goto('/workloads?filter=createdAt%3D%40today');
    await expect(page.getByRole('alert')).toContainText('filterBy');
    await expect(page.getByRole('rowheader').first()).toBeVisible();
  });
});

test('what changed before the stream was open is not missed', async ({ page, context, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads/new/workspace?project=1&name=early&image=a');
  // The stream of this page is held back until its workspace runs.
  let open: () => void = () => {};
  const held = new Promise<void>((resolve) => (open = resolve));
  await page.route('**/live?*', async (route) => {
    await held;
    await route.continue();
  });
  await expect(page.getByRole('heading', { name: 'Starts now' })).toBeVisible();
  await page.getByRole('button', { name: 'Create workspace' }).click();
  const row = page.getByRole('row').filter({ hasText: 'early' });
  await expect(row).toBeVisible();

  const other = await context.newPage();
  await other.goto('/workloads');
  await expect(other.getByRole('row').filter({ hasText: 'early' })).toContainText('Running', { timeout: 60_000 });
  await expect(row).not.toContainText('Running');
  open();
  await expect(row).toContainText('Running', { timeout: 10_000 });
});
