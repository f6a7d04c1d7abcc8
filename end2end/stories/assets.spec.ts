import { expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { choose, open } from '../pages/assets';

test.use({ server: { demo: true } });

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
