import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import { expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { choose, open } from '../pages/assets';

test.use({ server: { demo: true } });

/** Narrows a table down by the bar above it. */
async function addFilter(page: Page, column: string, value: string): Promise<void> {
  await page.locator('summary[aria-label="Add filter"]').click();
  await page.getByLabel('Column', { exact: true }).selectOption(column);
  await page.getByLabel('Value', { exact: true }).selectOption(value);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.keyboard.press('Escape');
}

test('a credential is made, used by a data source, kept while it is used, and deleted', async ({ page, berth, complaints }) => {
  test.setTimeout(240_000);
  // What the server refuses, the browser reports as well.
  complaints.foresee(/make_item|delete_item/);
  await welcome(page, await berth.link());

  await open(page, 'Credentials');
  await shots(page, 'credentials-empty');
  await expectAccessible(page);
  await page.getByLabel('+New credential').first().click();
  await page.getByRole('menuitem', { name: 'Username & password' }).click();
  const create = page.getByRole('button', { name: 'Create credential' });
  await expect(create).toBeVisible();

  // What is wrong stands at its field, and what was typed stays.
  await page.getByLabel('Name', { exact: true }).fill('Not a name');
  await page.getByLabel('Username').fill('ada');
  await create.click();
  await expect(page.getByText('Use lowercase letters, digits and hyphens').last()).toBeVisible();
  await expect(page.getByText('Must be given').first()).toBeVisible();
  await expect(page.getByLabel('Username')).toHaveValue('ada');
  await shots(page, 'credential-wrong');
  await expectAccessible(page);
  await page.getByLabel('Name', { exact: true }).fill('git-login');
  await page.getByLabel('Password').fill('planted in a form');
  await create.click();
  await expect(page.getByRole('rowheader', { name: 'git-login' })).toBeVisible();
  expect(await page.content()).not.toContain('planted');

  // A secret that is in the cluster already is named, and nothing else of it is asked.
  await page.getByLabel('+New credential').first().click();
  await page.getByRole('menuitem', { name: 'Access key' }).click();
  await page.getByLabel('Name', { exact: true }).fill('prepared');
  await page.getByLabel('Creation mode').selectOption('Existing secret');
  await expect(page.getByLabel('Access secret')).toHaveCount(0);
  await page.getByLabel('Existing secret', { exact: true }).fill('team-bucket');
  await expectAccessible(page);
  await create.click();
  await expect(page.getByRole('rowheader', { name: 'prepared' })).toBeVisible();
  await choose(page, 'prepared', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('rowheader', { name: 'prepared' })).toHaveCount(0);

  await open(page, 'Data sources');
  await page.getByLabel('+New data source').first().click();
  await page.getByRole('menuitem', { name: 'Git', exact: true }).click();
  await page.getByLabel('Name', { exact: true }).fill('code');
  await page.getByLabel('Repository URL').fill('https://example.org/a.git');
  await page.getByLabel('Credential').selectOption({ index: 1 });
  await page.getByLabel('Container path').fill('/code');
  await shots(page, 'data-source-new');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create data source' }).click();
  await expect(page.getByRole('rowheader', { name: 'code' })).toBeVisible();
  await shots(page, 'data-sources');
  await expectAccessible(page);

  // In use: said by whom, and not deleted.
  await open(page, 'Credentials');
  await choose(page, 'git-login', 'Show usage');
  const usage = page.getByRole('dialog', { name: 'Usage' });
  await expect(usage.getByText('code')).toBeVisible();
  await usage.getByRole('button', { name: 'Close' }).last().click();
  await choose(page, 'git-login', 'Delete');
  const question = page.getByRole('dialog', { name: 'Delete credential?' });
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(question.getByText('git-login is used by Git data source code', { exact: false })).toBeVisible();
  await shots(page, 'credential-in-use');
  await expectAccessible(page);
  await question.getByRole('button', { name: 'Cancel' }).click();

  await open(page, 'Data sources');
  await choose(page, 'code', 'Rename');
  const rename = page.getByRole('dialog', { name: 'Rename data source' });
  await rename.getByLabel('Name').fill('sources');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('rowheader', { name: 'sources' })).toBeVisible();
  await choose(page, 'sources', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('rowheader', { name: 'sources' })).toHaveCount(0);
  await open(page, 'Credentials');
  await choose(page, 'git-login', 'Delete');
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No credential yet')).toBeVisible();
});

test('every table of assets is searched, sorted, copied from, and fit for all', async ({ page, berth }) => {
  test.setTimeout(240_000);
  await welcome(page, await berth.link());

  await open(page, 'Compute resources');
  const names = page.getByRole('rowheader');
  await expect(names.first()).toBeVisible();
  await page.getByRole('button', { name: 'GPU devices' }).click();
  const column = page.getByRole('columnheader', { name: 'GPU devices' });
  await expect(column).toHaveAttribute('aria-sort', /ending/);
  // Amounts are sorted by their size, whatever their letters are.
  await page.getByRole('button', { name: 'CPU memory request' }).click();
  const memory = await page.locator('td[data-label="CPU memory request"]').allTextContents();
  const size = (text: string) => parseFloat(text) * (text.includes('G') ? 1000 : 1);
  const amounts = memory.filter((text) => text !== '–').map(size);
  expect(amounts).toEqual([...amounts].sort((a, b) => a - b));

  // A filter is added by column and value, and taken off; what is seen is what the file holds.
  await addFilter(page, 'GPU devices request per pod', '0');
  await expect(names).toHaveText(['cpu-only']);
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('compute-resources.csv');
  const lines = (await readFile((await file.path()) ?? '', 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('"Compute resource","GPU devices request per pod"');
  expect(lines[1]).toContain('"cpu-only","0"');
  await page.getByRole('button', { name: 'Remove filter GPU devices request per pod is 0' }).click();

  // Where a thing belongs is one press away.
  await page.getByRole('button', { name: 'Scope of half-gpu', exact: false }).click();
  const scope = page.getByRole('dialog', { name: 'Scope' });
  await expect(scope).toContainText('half-gpu belongs to The account');
  await scope.getByRole('button', { name: 'Close' }).last().click();

  await page.getByLabel('Search').fill('half');
  await expect(names).toHaveText(['half-gpu']);
  await choose(page, 'half-gpu', 'Make a copy');
  const copy = page.getByRole('dialog', { name: 'Make a copy' });
  await expect(copy.getByLabel('Name')).toHaveValue('half-gpu-copy');
  await copy.getByRole('button', { name: 'Make a copy' }).click();
  await expect(page.getByRole('rowheader', { name: 'half-gpu-copy' })).toBeVisible();
  await shots(page, 'compute-resources');
  await expectAccessible(page);

  for (const [name, shot] of [['Environments', 'environments'], ['Templates', 'templates'], ['Data volumes', 'data-volumes'], ['Storage classes', 'storage-classes']]) {
    await open(page, name);
    await shots(page, shot);
    await expectAccessible(page);
  }

  // A class is configured, and stands in the table with what it allows.
  await page.getByRole('link', { name: '+New storage class' }).first().click();
  await page.getByLabel('Storage class', { exact: true }).fill('fast');
  await page.getByLabel('Smallest claim').fill('10G');
  await page.getByRole('button', { name: 'Create storage class' }).click();
  await expect(page.getByRole('row', { name: /fast/ })).toContainText('from 10G');

  // What is mine.
  await page.getByRole('button', { name: /user menu of/ }).click();
  await page.getByRole('menuitem', { name: 'My credentials' }).click();
  await page.getByLabel('+New credential').first().click();
  await page.getByRole('menuitem', { name: 'Generic secret' }).click();
  await page.getByLabel('Name', { exact: true }).fill('hf');
  await page.getByLabel('Key', { exact: true }).fill('token');
  await page.getByLabel('Value', { exact: true }).fill('planted as mine');
  await shots(page, 'my-credential-new');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create credential' }).click();
  await expect(page.getByRole('rowheader', { name: 'hf' })).toBeVisible();
});
