// Steps of the guide that no other story takes: what is made on the way and comes back chosen, where a workspace may
// run, what is mounted once, who may open its tools, and templates that link their assets.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { did } from '../guide';

test.use({ server: { demo: true } });

const FORM = '/workloads/new/workspace?project=2&name=guide';

/** A field of a row: rows have several of the same name. */
const field = (page: Page, name: string) => page.locator(`[name=${name}]`).last();

async function spec(page: Page): Promise<Record<string, any>> {
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'guide' })).toBeVisible();
  const list = await call(page, 'GET', '/api/v1/workloads?filterBy=name==guide');
  return (await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`)).spec;
}

test('what a form lacks is made on the way, and comes back chosen', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());

  // Step 1 leads to a new project.
  await page.goto('/workloads/new');
  await page.getByRole('link', { name: '+New project' }).click();
  await expect(page.getByRole('heading', { name: 'New project' })).toBeVisible();
  did('new.3');

  // The Original form: a new environment is in the gallery, and selected.
  await page.goto(`${FORM}&style=original&backoff=3`);
  await page.locator('#environment').getByRole('button', { name: '+New environment' }).click();
  await page.getByLabel('Scope').selectOption({ label: 'Project vision' });
  await page.getByLabel('Name', { exact: true }).fill('own-environment');
  await page.getByLabel('Image URL').fill('own/image:3');
  await page.getByRole('button', { name: 'Create environment' }).click();
  await expect(page).toHaveURL(/\/workloads\/new\/workspace/);
  await expect(page.locator('#environment').getByRole('radio', { name: /own-environment/ })).toBeChecked();
  did('environment.original.1');
  await expect(page.getByRole('spinbutton', { name: 'Backoff limit' })).toHaveValue('3');

  // The Flexible form: a new data source is a row, with its place to change.
  await page.getByText('Flexible', { exact: true }).click();
  await page.locator('#storage').getByRole('button', { name: 'Load from existing setup' }).click();
  await page.locator('summary[aria-label="+New data source"]').click();
  await page.getByRole('menuitem', { name: 'ConfigMap' }).click();
  await page.getByLabel('Name', { exact: true }).fill('settings');
  await page.getByLabel('Scope').selectOption({ label: 'Project vision' });
  await page.getByLabel('ConfigMap name').fill('app-settings');
  await page.getByLabel('Container path').fill('/etc/app');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create data source' }).click();
  await expect(page).toHaveURL(/\/workloads\/new\/workspace/);
  const storage = page.locator('#storage');
  await expect(storage).toContainText('settings');
  await storage.getByLabel('Container path').fill('/etc/app/app.properties');
  await storage.getByLabel('Sub-path').fill('app.properties');
  did('data.load.2', 'data.load.3');
  const made = await spec(page);
  expect(made['storage']['configMapVolume'][0]).toMatchObject({
    configMap: 'app-settings', mountPath: '/etc/app/app.properties', subPath: 'app.properties',
  });
  expect(made['image']).toBe('own/image:3');
});

test('in the Original form a data source is chosen, and one is made', async ({ page, berth, complaints }) => {
  test.setTimeout(120_000);
  complaints.foresee(/create_workspace/);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  await call(page, 'POST', '/api/v1/asset/datasource/nfs', {
    meta: { name: 'corpus', scope: 'tenant' }, spec: { server: 'nfs.example.com', path: '/corpus', mountPath: '/corpus' },
  });
  await page.goto(`${FORM}&style=original`);
  // Nothing starts without an environment.
  const environment = page.locator('#environment');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(environment.getByRole('alert')).toContainText(/image|environment/);
  await environment.getByRole('radio', { name: /jupyter-lab/ }).first().check();
  await expect(environment.getByRole('alert')).toHaveCount(0);
  const storage = page.locator('#storage');
  await storage.getByRole('radio', { name: /corpus/ }).check();
  await storage.getByLabel('Container path').fill('/data/corpus');
  did('data.original.2');
  await storage.locator('summary[aria-label="+New data source"]').click();
  await page.getByRole('menuitem', { name: 'Host path' }).click();
  await page.getByLabel('Name', { exact: true }).fill('scratch');
  await page.getByLabel('Scope').selectOption({ label: 'Project vision' });
  await page.getByLabel('Host path', { exact: true }).fill('/scratch');
  await page.getByLabel('Container path').fill('/scratch');
  await page.getByRole('button', { name: 'Create data source' }).click();
  await expect(page).toHaveURL(/\/workloads\/new\/workspace/);
  await expect(storage.getByLabel('Container path')).toHaveCount(2);
  did('data.original.3');
  const made = await spec(page);
  expect(made['storage']['nfs'][0]).toMatchObject({ server: 'nfs.example.com', mountPath: '/data/corpus' });
  expect(made['storage']['hostPath'][0]).toMatchObject({ path: '/scratch', mountPath: '/scratch' });
});

test('the Original form changes what an environment leaves open, and nothing else', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const tool = (name: string, own: object) => ({ name, isExternal: false, internalToolInfo: { containerPort: 8888, ...own } });
  const keep = (name: string, isOpen: boolean) => berth.api('POST', '/api/v1/asset/environment', {
    meta: { name, scope: 'tenant' },
    spec: {
      image: 'own/image:1', uidGidSource: 'custom', runAsUid: 1000, runAsGid: 100, overrideUidGidInWorkspace: isOpen,
      connections: [
        tool('Jupyter', { toolType: 'jupyter-notebook', connectionType: 'ExternalUrl', externalUrlInfo: { isCustomUrl: true } }),
        tool('board', { toolType: 'tensorboard', connectionType: 'NodePort', containerPort: 6006, nodePortInfo: { isCustomPort: true } }),
      ],
    },
  });
  await keep('closed-user', false);
  await keep('open-user', true);
  await page.goto(`${FORM}&style=original`);
  const environment = page.locator('#environment');
  await environment.getByRole('radio', { name: /closed-user/ }).check();

  // Tools: where they are reached and by whom, not what they are.
  await expect(environment.getByLabel('Container port').first()).not.toBeEditable();
  await expect(environment.getByRole('button', { name: '+Tool' })).toHaveCount(0);
  await expect(environment.getByRole('button', { name: /^Remove tool/ })).toHaveCount(0);
  await environment.getByLabel('Custom URL', { exact: true }).fill('https://guide.example.org');
  await environment.getByRole('textbox', { name: 'Custom port' }).fill('30010');
  await environment.getByLabel('Access').selectOption('Specific user(s) and service account(s)');
  await environment.getByLabel('Users').fill('bob@example.org');
  await expect(environment.getByText(/you will not be able to open this tool/)).toBeVisible();

  // The user is the environment's, in both forms.
  await expect(environment.getByLabel('User ID (UID)')).toHaveValue('1000');
  await expect(environment.getByLabel('User ID (UID)')).not.toBeEditable();
  await expect(environment.getByText('does not let workspaces change this').first()).toBeVisible();
  await page.getByText('Flexible', { exact: true }).click();
  await expect(environment.getByLabel('User ID (UID)')).not.toBeEditable();
  await page.getByText('Original', { exact: true }).click();

  await environment.getByText('+Command & arguments').click();
  await environment.getByLabel('Command', { exact: true }).fill('python');
  await environment.getByLabel('Arguments').fill('train.py --epochs 3');
  await environment.getByRole('button', { name: '+Environment variable' }).click();
  await field(page, 'variable_name').fill('MODE');
  await field(page, 'variable_value').fill('fast');
  await expect(field(page, 'variable_source').locator('option')).toHaveText(['Custom', 'Shared secret', 'ConfigMap']);
  did('environment.original.2', 'environment.original.3', 'environment.original.4');
  await expectAccessible(page);
  await shots(page, 'form-original-environment');

  // Another one lets the user be changed.
  await environment.getByRole('radio', { name: /open-user/ }).check();
  await environment.getByLabel('User ID (UID)').fill('2000');
  await environment.getByLabel('Custom URL', { exact: true }).fill('https://guide.example.org');
  await environment.getByRole('textbox', { name: 'Custom port' }).fill('30010');
  const made = await spec(page);
  expect(made['security']).toMatchObject({ uidGidSource: 'custom', runAsUid: 2000, runAsGid: 100 });
  expect(made['ports'][0]).toMatchObject({ container: 6006, external: 30010 });
  expect(made['exposedUrls'][0].url).toBe('https://guide.example.org');
  expect(made['command']).toBe('python');
});

test('where it may run, what is mounted once, and who may open it', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const cluster = (await berth.api('GET', '/api/v1/clusters'))[0].uuid;
  const attributes = [
    { key: 'cost-centre', display: 'Cost centre', description: 'Who pays for it.', format: 'number', required: true },
    { key: 'encrypted', display: 'Encrypted', format: 'boolean' },
  ];
  await berth.api('POST', '/api/v1/storage-class-configuration', {
    scopeId: cluster, name: 'fast',
    permissions: { allowedForEphemeralVolumes: false },
    customization: {
      attributes,
      accessMode: { default: { readWriteMany: true }, supportedValues: { readWriteOnce: false } },
      volumeMode: { supportedValues: { block: false } },
      claimSize: { default: '20G', min: '10G', max: '100G' },
    },
  });
  await page.goto(`${FORM}&image=own/image:2`);

  // Compute: a type of node, and a taint that is tolerated.
  await page.getByLabel('Node affinity').selectOption({ index: 1 });
  const kind = await page.getByLabel('Node affinity').inputValue();
  await page.getByRole('button', { name: '+Toleration' }).click();
  await field(page, 'toleration_key').fill('dedicated');
  await field(page, 'toleration_operator').selectOption({ label: 'Equals' });
  await field(page, 'toleration_value').fill('research');
  await field(page, 'toleration_effect').selectOption('NoExecute');
  await field(page, 'toleration_seconds').fill('60');

  // Data, for this workspace alone.
  const add = async (kind: string): Promise<void> => {
    await page.getByRole('button', { name: '+Data' }).click();
    await page.getByRole('menuitem', { name: kind, exact: true }).click();
  };
  await add('S3 bucket');
  await field(page, 'data_bucket').fill('corpus');
  await field(page, 'data_path').fill('/s3');
  await add('Git');
  await field(page, 'data_repository').fill('https://git.example.com/team/code.git');
  await field(page, 'data_path').fill('/code');
  await add('Host path');
  await field(page, 'data_host_path').fill('/data/shared');
  await field(page, 'data_path').fill('/shared');

  await add('Volume');
  await field(page, 'data_class').selectOption('fast');
  const asked = page.getByRole('group', { name: 'Attributes of the storage class' });
  await expect(asked.getByText('Who pays for it')).toBeVisible();
  await asked.getByLabel('Cost centre').fill('42');
  await asked.getByLabel('Encrypted').selectOption('true');
  // The class fills in what it begins with; what it does not take cannot be chosen, and says why.
  await expect(field(page, 'data_size')).toHaveValue('20');
  await expect(page.getByLabel('Read-write by many nodes')).toBeChecked();
  await expect(page.getByLabel('Read-write by one node')).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('Storage class fast has no volumes that are read-write by one node').first()).toBeAttached();
  await expect(field(page, 'data_volume_mode').locator('option', { hasText: 'Block' })).toBeDisabled();
  await expect(field(page, 'data_persistency').locator('option', { hasText: 'Ephemeral' })).toBeDisabled();
  await field(page, 'data_path').fill('/scratch');

  // Access: named people; whoever leaves oneself out is told before it is too late.
  await page.getByRole('button', { name: '+Tool' }).click();
  await field(page, 'tool_access').selectOption('authorizedUsers');
  await field(page, 'tool_users').fill('grace@example.org');
  await expect(page.getByText('You (ada@example.org) are not among them')).toBeVisible();
  await expectAccessible(page);
  await shots(page, 'form-access');
  await field(page, 'tool_users').fill('grace@example.org, ada@example.org');
  await expect(page.getByText('are not among them')).toBeHidden();

  const made = await spec(page);
  expect(kind).not.toBe('');
  expect(made['nodeType']).toBe(kind);
  expect(made['tolerations'][0]).toMatchObject({ key: 'dedicated', operator: 'Equal', value: 'research', effect: 'NoExecute', seconds: 60 });
  expect(made['storage']['s3'][0]).toMatchObject({ bucket: 'corpus', path: '/s3' });
  expect(made['storage']['git'][0]).toMatchObject({ repository: 'https://git.example.com/team/code.git', path: '/code' });
  expect(made['storage']['hostPath'][0]).toMatchObject({ path: '/data/shared', mountPath: '/shared' });
  expect(made['storage']['pvc'][0]['claimInfo']).toMatchObject({
    storageClass: 'fast', size: '20G', accessModes: { readWriteMany: true },
    addedAttrValues: [{ key: 'cost-centre', value: '42' }, { key: 'encrypted', value: 'true' }],
  });
  expect(made['exposedUrls'][0]['authorizedUsers']).toEqual(['grace@example.org', 'ada@example.org']);
});

test('a template links an environment and takes over a compute resource', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/templates/new');
  await page.getByLabel('Name', { exact: true }).fill('linked');
  await page.getByLabel('Environment from').selectOption({ index: 1 });
  await expect(page.getByText('Later changes of it appear in the template')).toBeVisible();
  await expect(page.getByLabel('Image URL')).toBeHidden();
  const compute = page.getByLabel('Compute resource from');
  const wanted = await compute.locator('option', { hasText: 'one-gpu' }).first().getAttribute('value');
  await compute.selectOption(wanted);
  await page.locator('input[name=way-compute][value=copy]').check({ force: true });
  await expect(page.getByRole('spinbutton', { name: 'GPU devices' })).toHaveValue('1');
  await expectAccessible(page);
  await shots(page, 'template-links');
  await page.getByRole('button', { name: 'Create template' }).click();
  await expect(page.getByRole('rowheader', { name: 'linked' })).toBeVisible();

  const list = await call(page, 'GET', '/api/v1/workload-templates');
  const { id } = list.entries.map((one: { meta: { id: string; name: string } }) => one.meta)
    .find((meta: { name: string }) => meta.name === 'linked');
  const made = await call(page, 'GET', `/api/v1/workload-templates/workspaces/${id}`);
  expect(made.assets.environment).toBeTruthy();
  expect(made.assets.compute ?? null).toBeNull();
  expect(made.spec.image ?? null).toBeNull();
  expect(made.spec.compute.gpuDevicesRequest).toBe(1);
});

test('environments, compute resources and templates are changed as a whole, and keep what the form does not show', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const made = await call(page, 'POST', '/api/v1/asset/environment', {
    meta: { name: 'with-probe', scope: 'tenant' },
    spec: {
      image: 'own/image:1', tty: true, stdin: true, probes: { readiness: { periodSeconds: 7, handler: { httpGet: { port: 80, path: '/up' } } } },
      environmentVariables: [{ name: 'A', value: '1', description: 'said once' }, { name: 'B', podFieldRef: { path: 'metadata.name' } }],
    },
  });
  await page.goto('/assets/environments');
  await page.getByRole('row').filter({ hasText: 'with-probe' }).locator('summary').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await expect(page.getByRole('heading', { name: 'Edit environment' })).toBeVisible();
  await expect(page.getByLabel('Image URL')).toHaveValue('own/image:1');
  await page.getByLabel('Image URL').fill('own/image:2');
  await page.getByLabel('Description', { exact: true }).fill('newer');
  await page.locator('[name=variable_value]').first().fill('2');
  await expectAccessible(page);
  await shots(page, 'environment-edit');
  await page.getByRole('button', { name: 'Save environment' }).click();
  await expect(page).toHaveURL(/\/assets\/environments$/);
  const now = await call(page, 'GET', `/api/v1/asset/environment/${made.meta.id}`);
  expect(now.meta.description).toBe('newer');
  expect(now.spec).toMatchObject({ image: 'own/image:2', tty: true, probes: made.spec.probes });
  expect(now.spec.environmentVariables).toMatchObject([
    { name: 'A', value: '2', description: 'said once' }, { name: 'B', podFieldRef: { path: 'metadata.name' } },
  ]);

  for (const [shelf, name, label, value] of [
    ['compute-resources', 'one-gpu', 'GPU devices', '2'], ['templates', 'jupyter-lab-one-gpu', 'Backoff limit', '9'],
  ] as const) {
    await page.goto(`/assets/${shelf}`);
    await page.getByRole('row').filter({ hasText: name }).first().locator('summary').click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByRole('spinbutton', { name: label }).fill(value);
    await page.getByRole('button', { name: /^Save / }).click();
    await expect(page).toHaveURL(new RegExp(`/assets/${shelf}$`));
    await page.getByRole('row').filter({ hasText: name }).first().locator('summary').click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await expect(page.getByRole('spinbutton', { name: label })).toHaveValue(value);
  }
});
