// Starting from a template: as it is, or with changes for this workspace alone; with scripts and without.
import { type Page, expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { did } from '../guide';

const TEMPLATE = 'jupyter-lab-one-gpu';
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

test('a template as it is, and changed', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads/new');
  await page.getByRole('radio', { name: /^Template/ }).check();
  await page.getByRole('radio', { name: new RegExp(TEMPLATE) }).check();
  await expect(page.getByText('Starts now.')).toBeVisible();
  await page.getByLabel('Workspace name').fill('as-it-is');
  await expectAccessible(page);
  await shots(page, 'workspace-start-template');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page).toHaveURL(/\/workloads\?open=/);
  await expect(row(page, 'as-it-is')).toContainText('Running', { timeout: 60_000 });

  await page.goto('/workloads/new');
  await page.getByRole('radio', { name: /^Template/ }).check();
  await page.getByRole('radio', { name: new RegExp(TEMPLATE) }).check();
  await page.getByLabel('Workspace name').fill('changed');
  await page.getByRole('button', { name: 'Advanced setup' }).click();
  await expect(page.getByLabel('Image URL')).not.toHaveValue('');
  await expect(page.getByRole('spinbutton', { name: 'GPU devices' })).toHaveValue('1');
  did('new.4');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a template is launched, and its refusal loses nothing', async ({ page, berth }) => {
    await welcome(page, await berth.link());
    const choose = async (name: string): Promise<void> => {
      await page.getByRole('radio', { name: /^Template/ }).check();
      await page.getByRole('radio', { name: new RegExp(TEMPLATE) }).check();
      await page.getByLabel('Workspace name').fill(name);
      await page.getByRole('button', { name: 'Create workspace' }).click();
    };
    await page.goto('/workloads/new');
    await choose('plain');
    await expect(page).toHaveURL(/\/workloads\?open=/);
    await expect(row(page, 'plain')).toBeVisible();

    // The name is taken: it says so, and what was chosen and typed is still there.
    await page.goto('/workloads/new');
    await choose('plain');
    await expect(page.getByRole('alert')).toContainText('already exists');
    await expect(page.getByRole('radio', { name: new RegExp(TEMPLATE) })).toBeChecked();
    await expect(page.getByLabel('Workspace name')).toHaveValue('plain');
    await page.getByLabel('Workspace name').fill('plain-too');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await expect(row(page, 'plain-too')).toBeVisible();
  });

  test('the form begins with a template, and creates', async ({ page, berth }) => {
    await welcome(page, await berth.link());
    await page.goto('/workloads/new');
    await page.getByRole('radio', { name: /^Template/ }).check();
    await page.getByRole('radio', { name: new RegExp(TEMPLATE) }).check();
    await page.getByLabel('Workspace name').fill('plain');
    await page.getByRole('button', { name: 'Advanced setup' }).click();
    await expect(page.getByLabel('Image URL')).not.toHaveValue('');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await expect(page).toHaveURL(/\/workloads\?open=/);
    await expect(row(page, 'plain')).toBeVisible();
  });
});
