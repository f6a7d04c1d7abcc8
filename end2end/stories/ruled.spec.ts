// What the form does with each part of a policy, beside what `member.spec.ts` tells: what follows another field, what a
// new row opens with, options with names of their own, what is imposed, and what cannot be chosen.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const FORM = '/workloads/new/workspace?project=2&name=ruled';

async function rule(page: Page, policy: object): Promise<void> {
  await call(page, 'PUT', '/api/v2/policy/workspaces', { meta: { name: 'house', scope: 'tenant' }, policy });
}

test('a value follows another one, and a new row opens with what the policy fills in', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  await rule(page, {
    defaults: {
      compute: { cpuCoreLimit: 4 },
      storage: { git: { attributes: { repository: 'https://git.example/r', branch: 'main' } } },
    },
    rules: {
      image: { options: [{ value: 'house/notebook:1', displayed: 'The notebook of the house' }] },
      compute: { cpuCoreRequest: { defaultFrom: { field: 'cpuCoreLimit', factor: 0.5 } } },
      security: { supplementalGroups: { blocked: true } },
      storage: {
        git: { attributes: { repository: { canEdit: false } } },
        emptyDirVolume: { attributes: { path: { options: [{ value: '/scratch' }, { value: '/tmp' }] } } },
      },
    },
  });
  await page.goto(FORM);
  await expect(page.locator('[data-verdict]')).toBeVisible();

  // One option is chosen at once, by the name that it was given.
  const image = page.getByLabel('Image URL');
  await expect(image).toHaveValue('house/notebook:1');
  await expect(image.locator('option')).toHaveText(['The notebook of the house']);

  // Half of the limit, until somebody says otherwise.
  const [request, limit] = [page.locator('[name=cpu]'), page.locator('[name=cpu_limit]')];
  await expect(limit).toHaveValue('4');
  await expect(request).toHaveValue('2');
  await limit.fill('6');
  await expect(request).toHaveValue('3');
  await request.fill('1');
  await limit.fill('8');
  await expect(request).toHaveValue('1');
  await request.fill('4');
  await limit.fill('10');
  await expect(request).toHaveValue('5');

  // What is blocked is empty, read-only and says why.
  await page.getByLabel('UID, GID and supplementary groups').selectOption('custom');
  const groups = page.locator('[name=groups]');
  await expect(groups).toHaveValue('');
  await expect(groups).not.toBeEditable();
  await page.locator('summary', { hasText: 'where Supplementary groups comes from' }).focus();
  await expect(page.getByText('Supplementary groups is blocked by the policy of account “default”.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByLabel('UID, GID and supplementary groups').selectOption('fromTheImage');

  // A repository that somebody adds is the policy's, and its address stays.
  await page.getByRole('button', { name: '+Data', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Git/ }).click();
  await expect(page.locator('[name=data_repository]')).toHaveValue('https://git.example/r');
  await expect(page.locator('[name=data_repository]')).not.toBeEditable();
  await expect(page.locator('[name=data_revision]')).toHaveValue('main');
  await page.locator('[name=data_path]').fill('/code');

  // What may be chosen in every row is a list.
  await page.getByRole('button', { name: '+Data', exact: true }).click();
  await page.getByRole('menuitem', { name: /^EmptyDir/ }).click();
  await page.locator('select[name=data_path]').selectOption('/scratch');
  await expectAccessible(page);
  await shots(page, 'workspace-ruled-rows');
  await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('1');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'ruled' })).toBeVisible();
  const list = await call(page, 'GET', '/api/v1/workloads?filterBy=name==ruled');
  const { spec } = await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`);
  expect(spec.image).toBe('house/notebook:1');
  expect(spec.compute).toMatchObject({ cpuCoreRequest: 5, cpuCoreLimit: 10 });
  expect(spec.storage.git[0]).toMatchObject({ repository: 'https://git.example/r', path: '/code' });
  expect(spec.storage.emptyDirVolume[0].path).toBe('/scratch');
});

test('what is imposed, what is in order, and what cannot be chosen', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  const { meta } = await call(page, 'POST', '/api/v1/asset/datasource/nfs', {
    meta: { name: 'handbook', scope: 'tenant' },
    spec: { server: 'nfs.example', path: '/handbook', mountPath: '/handbook', readOnly: true },
  });
  await call(page, 'POST', '/api/v1/asset/compute', {
    meta: { name: 'four-cards', scope: 'tenant' },
    spec: { gpuDevicesRequest: 4, cpuCoreRequest: 1, cpuMemoryRequest: '1G' },
  });
  await rule(page, {
    imposedAssets: [meta.id],
    defaults: { nodePools: ['a100'], preemptibility: 'preemptible' },
    rules: {
      nodePools: { canEdit: false },
      preemptibility: { options: [{ value: 'preemptible' }] },
      priorityClass: { options: [{ value: 'low' }, { value: 'medium' }] },
      compute: { gpuDevicesRequest: { max: 0 } },
    },
  });
  await page.goto(FORM);
  await expect(page.locator('[data-verdict]')).toBeVisible();

  // A data source of the policy is there, and stays.
  const storage = page.locator('#storage');
  await expect(storage.getByText('Imposed by policy')).toBeVisible();
  await expect(storage.locator('[name=data_path]')).toHaveValue('/handbook');
  await expect(storage.locator('[name=data_path]')).not.toBeEditable();
  await expect(storage.getByRole('button', { name: /^Remove/ })).toHaveCount(0);

  // Node pools in the order of the policy, with no handle; the other card and the other priorities say why not.
  await expect(page.locator('#compute').getByText('a100', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: '+Node pool' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: /^Non-preemptible/ })).toBeDisabled();
  await expect(page.getByText(/^Preemptibility must be one of: preemptible/).first()).toBeVisible();
  await expect(page.locator('[name=priority] option[value=high]')).toBeDisabled();
  await expect(page.locator('[name=priority] option[value=low]')).toBeEnabled();

  // A card that does not comply cannot be chosen, and says what stands against it, and whose rule that is.
  await page.locator('#compute').getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load a compute resource' });
  await expect(pane.getByRole('radio', { name: /four-cards/ })).toBeDisabled();
  await pane.getByRole('button', { name: 'Not compliant – view details of four-cards' }).press('Enter');
  const against = page.getByRole('dialog', { name: 'What stands against four-cards' });
  const line = against.getByRole('row').filter({ hasText: 'max' });
  await expect(line).toContainText('GPU devices per pod must not be greater than 0 (requested 4).');
  await expect(line).toContainText('account “default”');
  await expectAccessible(page);
  await shots(page, 'not-compliant');
  await page.keyboard.press('Escape');
  await expect(against).toBeHidden();
  await page.keyboard.press('Escape');

  // Nor can a template be launched as it is; the form begins with it all the same and shows what is wrong.
  await page.goto('/workloads/new?project=2&name=tiled');
  await page.getByRole('radio', { name: /^Template/ }).check();
  await page.getByRole('radio', { name: /jupyter-lab-one-gpu/ }).check();
  await expect(page.getByRole('button', { name: 'Create workspace' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Not compliant – view details of jupyter-lab-one-gpu' }).click();
  await expect(page.getByRole('dialog').getByText('GPU devices per pod must not be greater than 0')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Advanced setup' }).click();
  await expect(page.getByText('GPU devices per pod must not be greater than 0 (requested 1).').first()).toBeVisible();
});
