// What the form shows of rules that no other story has (`policies.md` §9.2): what nobody may set, numbers that go in steps,
// node pools in the policy's order, and cards of the Original form that do not comply.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const FORM = '/workloads/new/workspace?project=2&name=ruled';
const CLOSED = { canEdit: false };

async function rule(page: Page, policy: object): Promise<void> {
  await call(page, 'PUT', '/api/v2/policy/workspaces', { meta: { name: 'house', scope: 'tenant' }, policy });
}

/** The form, awake and judged. */
async function open(page: Page, address = FORM): Promise<void> {
  await page.goto(address);
  await expect(page.locator('[data-verdict]')).toBeVisible();
}

/** Sends the form; what was made of it. */
async function create(page: Page): Promise<Record<string, any>> {
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'ruled' })).toBeVisible();
  const list = await call(page, 'GET', '/api/v1/workloads?filterBy=name==ruled');
  return (await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`)).spec;
}

/** The node pools of the form, in their order. */
const pools = (page: Page) => page.getByRole('list', { name: 'Node pools, in order' }).getByRole('listitem').locator('b');

test('what nobody may set is empty, says why, and is not sent', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await rule(page, {
    rules: {
      workingDir: CLOSED,
      backoffLimit: CLOSED,
      nodeType: CLOSED,
      preemptibility: CLOSED,
      compute: { gpuDevicesRequest: CLOSED, cpuMemoryRequest: CLOSED, largeShmRequest: CLOSED },
    },
  });
  await open(page, `${FORM}&image=own/image:2`);
  const by = 'by the policy of account “default”.';
  const fields = [
    { control: page.getByRole('textbox', { name: "Container's working directory" }), about: "Container's working directory", named: 'Container working directory' },
    { control: page.getByRole('spinbutton', { name: 'Backoff limit' }), about: 'Backoff limit', named: 'Backoff limit' },
    { control: page.getByRole('spinbutton', { name: 'GPU devices' }), about: 'GPU devices', named: 'GPU devices per pod' },
    { control: page.getByRole('spinbutton', { name: 'CPU memory request' }), about: 'CPU memory request', named: 'CPU memory request' },
  ];
  for (const { control, about, named } of fields) {
    await expect(control).toHaveValue('');
    await expect(control).not.toBeEditable();
    const chip = page.locator('summary', { hasText: `where ${about} comes from` });
    await expect(chip).toHaveAccessibleDescription(new RegExp(`^${named} can’t be set. It is disabled ${by} .*written by ada@example.org\\.$`));
  }

  // Nothing is to be reset to, and the arrows and the buttons beside a number change nothing.
  await expect(page.getByRole('button', { name: 'Reset', exact: true })).toHaveCount(0);
  const gpus = page.getByRole('spinbutton', { name: 'GPU devices' });
  await gpus.press('ArrowUp');
  await expect(page.getByRole('button', { name: 'One more: GPU devices' })).toBeDisabled();
  await expect(gpus).toHaveValue('');

  // A choice has nothing to open, a switch and cards have nothing to press: each says why.
  await expect(page.getByRole('textbox', { name: 'Node affinity' })).not.toBeEditable();
  await expect(page.getByRole('combobox', { name: 'Node affinity' })).toHaveCount(0);
  const memory = page.getByRole('switch', { name: /^Increase shared memory size/ });
  await expect(memory).toBeDisabled();
  await expect(memory).not.toBeChecked();
  await expect(page.getByText(`Increase shared memory size can’t be set. It is disabled ${by}`).first()).toBeVisible();
  for (const card of [/^Non-preemptible/, /^Preemptible/]) {
    await expect(page.getByRole('radio', { name: card })).toBeDisabled();
    await expect(page.getByRole('radio', { name: card })).not.toBeChecked();
  }
  await expectAccessible(page);
  await shots(page, 'rows-closed');

  const made = await create(page);
  for (const field of ['workingDir', 'backoffLimit', 'nodeType', 'compute.gpuDevicesRequest', 'compute.cpuMemoryRequest', 'compute.largeShmRequest']) {
    expect(made, `${field} is left to the platform`).not.toHaveProperty(field);
  }
});

test('arrows and buttons go in the steps of the policy, and end where it ends', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  await rule(page, { rules: { compute: { gpuDevicesRequest: { min: 1, max: 5, step: 2 } } } });
  await open(page);
  const gpus = page.getByRole('spinbutton', { name: 'GPU devices' });
  const [less, more] = [page.getByRole('button', { name: 'One less: GPU devices' }), page.getByRole('button', { name: 'One more: GPU devices' })];
  const walk = async (key: string, ...through: string[]) => {
    for (const value of through) {
      await gpus.press(key);
      await expect(gpus).toHaveValue(value);
    }
  };
  await gpus.fill('1');
  await walk('ArrowUp', '3', '5', '5');
  await walk('ArrowDown', '3', '1', '1');
  // From beside the steps the next one is taken.
  await gpus.fill('2');
  await walk('ArrowUp', '3');
  await gpus.fill('4');
  await walk('ArrowDown', '3');

  await more.click();
  await expect(gpus).toHaveValue('5');
  await expect(more).toHaveAttribute('aria-disabled', 'true');
  await less.click();
  await less.click();
  await expect(gpus).toHaveValue('1');
  await expect(less).toHaveAttribute('aria-disabled', 'true');
  await expect(gpus).not.toHaveAttribute('aria-invalid', 'true');
});

test('a number with a unit goes in the steps of the policy, in the unit that it is ruled in', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  await rule(page, { rules: { compute: { cpuCoreRequest: { min: 1, max: 7, step: 2 } } } });
  await open(page);
  const cpu = page.getByRole('spinbutton', { name: 'CPU compute request' });
  await expect(page.getByText('Enter a value between 1 and 7')).toBeVisible();
  await cpu.fill('1');
  for (const value of ['3', '5', '7']) {
    await cpu.press('ArrowUp');
    await expect(cpu).toHaveValue(value);
  }
  for (const value of ['5', '3', '1', '1']) {
    await cpu.press('ArrowDown');
    await expect(cpu).toHaveValue(value);
  }
});

test('node pools go back to the order of the policy, or else of the project', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const { projects } = await call(page, 'GET', '/api/v1/org-unit/projects');
  const id = (name: string) => Number(projects.find((one: { name: string }) => one.name === name).id);
  await call(page, 'PUT', '/api/v2/policy/workspaces', {
    meta: { name: 'of vision', scope: 'project', projectId: id('vision') },
    policy: { defaults: { nodePools: ['h100', 'a100'] } },
  });
  await open(page, `/workloads/new/workspace?project=${id('vision')}&name=ruled&image=own/image:2`);
  await expect(pools(page)).toHaveText(['h100', 'a100']);
  await expect(page.locator('summary', { hasText: 'where Node pools comes from' })).toHaveAccessibleDescription(
    'Policy default: “h100, a100”, of project “vision”. Set by the policy of project “vision”, written by ada@example.org.',
  );
  const grip = page.getByRole('button', { name: 'Move a100 with Alt and the arrow keys' });
  await grip.press('Alt+ArrowUp');
  await expect(pools(page)).toHaveText(['a100', 'h100']);
  await page.getByRole('button', { name: 'Actions for h100' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('button', { name: '+Node pool' }).click();
  await page.getByRole('menuitem', { name: 'l40s' }).click();
  await expect(pools(page)).toHaveText(['a100', 'l40s']);
  // The page may be loaded anew meanwhile.
  await page.reload();
  await expect(pools(page)).toHaveText(['a100', 'l40s']);
  await page.getByRole('button', { name: 'Reset to policy default' }).click();
  await expect(pools(page)).toHaveText(['h100', 'a100']);
  await expectAccessible(page);
  expect((await create(page))['nodePools']).toEqual(['h100', 'a100']);

  // Where no policy has a say there is the project's own order.
  await open(page, `/workloads/new/workspace?project=${id('language')}&name=free`);
  await expect(page.getByRole('button', { name: 'Reset to policy default' })).toHaveCount(0);
  const own = await pools(page).allTextContents();
  await page.getByRole('button', { name: `Actions for ${own[0]}` }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(pools(page)).toHaveText(own.slice(1));
  await page.getByRole('button', { name: 'Reset to project default' }).click();
  await expect(pools(page)).toHaveText(own);
});

test('cards of the Original form that do not comply say what stands against them', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const asset = (kind: string, name: string, spec: object) =>
    call(page, 'POST', `/api/v1/asset/${kind}`, { meta: { name, scope: 'tenant' }, spec });
  await asset('environment', 'never-pulled', { image: 'own/image:3', imagePullPolicy: 'Never' });
  await asset('environment', 'always-pulled', { image: 'own/image:3', imagePullPolicy: 'Always' });
  await asset('compute', 'four-cards', { gpuDevicesRequest: 4, cpuCoreRequest: 1, cpuMemoryRequest: '1G' });
  await asset('compute', 'two-cards', { gpuDevicesRequest: 2, cpuCoreRequest: 1, cpuMemoryRequest: '1G' });
  await asset('datasource/nfs', 'corpus', { server: 'nfs.example', path: '/corpus', mountPath: '/corpus' });
  await rule(page, {
    rules: {
      imagePullPolicy: { options: [{ value: 'Always' }] },
      compute: { gpuDevicesRequest: { max: 2 } },
      storage: { nfs: { instances: { canAdd: false } }, pvc: { instances: { canAdd: false } } },
    },
  });
  await open(page, `${FORM}&style=original`);

  const cases = [
    { gallery: 'environments', name: 'never-pulled', rule: 'options', says: 'Pull condition must be one of: Always.' },
    { gallery: 'compute resources', name: 'four-cards', rule: 'max', says: 'GPU devices per pod must not be greater than 2 (requested 4).' },
    { gallery: 'data sources and volumes', name: 'corpus', rule: 'canAdd', says: 'NFS can’t be added: “corpus” isn’t part of the policy of account “default”.' },
  ];
  for (const { gallery, name, rule, says } of cases) {
    const cards = page.getByRole('group', { name: gallery });
    await expect(cards.getByRole('radio', { name: new RegExp(`^${name}`) })).toBeDisabled();
    await cards.getByRole('button', { name: `Not compliant – view details of ${name}` }).press('Enter');
    const against = page.getByRole('dialog', { name: `What stands against ${name}` });
    await expect(against.getByRole('columnheader')).toHaveText(['Field', 'Rule', 'Details', 'Source']);
    const line = against.getByRole('row').filter({ hasText: says });
    await expect(line).toContainText(rule);
    await expect(line).toContainText('account “default”');
    await expectAccessible(page);
    if (gallery === 'environments') await shots(page, 'original-not-compliant');
    await page.keyboard.press('Escape');
    await expect(against).toBeHidden();
    await expect(cards.getByRole('button', { name: `Not compliant – view details of ${name}` })).toBeFocused();
  }

  // What may not be mounted as a new one says so as well, and what complies is chosen as ever.
  await expect(page.getByRole('button', { name: '+Volume' })).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByRole('button', { name: /^Not compliant .*(two-cards|always-pulled)$/ })).toHaveCount(0);
  await page.getByRole('radio', { name: /^always-pulled/ }).check();
  await page.getByRole('radio', { name: /^two-cards/ }).check();
  const made = await create(page);
  expect(made).toMatchObject({ image: 'own/image:3', imagePullPolicy: 'Always', compute: { gpuDevicesRequest: 2 } });
});

test.describe('rules of every kind of control', () => {
  test.beforeEach(async ({ page, berth }) => welcome(page, await berth.link()));

  test('node pools that nobody may set are left to the project, and do not stand in the way', async ({ page }) => {
    await rule(page, { rules: { nodePools: CLOSED } });
    await open(page, `${FORM}&image=own/image:2`);
    await expect(page.getByRole('complementary').getByText('Node pools can’t be set.')).toHaveCount(0);
    await create(page);
  });

  test('a choice that nobody may make is empty', async ({ page }) => {
    await rule(page, { rules: { priorityClass: CLOSED } });
    await open(page);
    await expect(page.getByRole('textbox', { name: 'Workload priority' })).toHaveValue('');
  });

  test('capabilities that nobody may choose cannot be chosen, and say why', async ({ page }) => {
    await rule(page, { rules: { security: { capabilities: CLOSED } } });
    await open(page);
    await page.getByText('Choose Linux capabilities').click();
    await expect(page.getByText('Linux capabilities can’t be set.').first()).toBeAttached();
    await expect(page.getByRole('checkbox', { name: 'CHOWN', exact: true })).toBeDisabled();
  });

  test('a switch has its default explained, and goes back to it', async ({ page }) => {
    await rule(page, { defaults: { compute: { largeShmRequest: true } } });
    await open(page);
    await expect(page.locator('summary', { hasText: 'where Increase shared memory size comes from' })).toBeVisible();
    await page.getByRole('switch', { name: /^Increase shared memory size/ }).uncheck();
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect(page.getByRole('switch', { name: /^Increase shared memory size/ })).toBeChecked();
  });

  test('the arrows of a number with a unit end at the most that the policy allows', async ({ page }) => {
    await rule(page, { rules: { compute: { cpuCoreRequest: { min: 1, max: 7, step: 2 } } } });
    await open(page);
    const cpu = page.getByRole('spinbutton', { name: 'CPU compute request' });
    await cpu.fill('7');
    await cpu.press('ArrowUp');
    await expect(cpu).toHaveValue('7');
  });

  test('node pools of a copied workspace go back to the policy that the button names', async ({ page }) => {
    const { projects } = await call(page, 'GET', '/api/v1/org-unit/projects');
    const { id, clusterId } = projects.find((one: { name: string }) => one.name === 'vision');
    const spec = { image: 'own/image:2', nodePools: ['l40s'] };
    const { workloadId } = await call(page, 'POST', '/api/v1/workloads/workspaces', { name: 'first', projectId: id, clusterId, spec });
    await rule(page, { defaults: { nodePools: ['h100', 'a100'] } });
    await open(page, `${FORM}&copy=${workloadId}`);
    await expect(pools(page)).toHaveText(['l40s']);
    await page.getByRole('button', { name: 'Reset to policy default' }).click();
    await expect(pools(page)).toHaveText(['h100', 'a100']);
  });

  test('in the Original form the switch of over quota obeys the options of preemptibility', async ({ page }) => {
    await rule(page, { defaults: { preemptibility: 'non-preemptible' }, rules: { preemptibility: { options: [{ value: 'non-preemptible' }] } } });
    await open(page, `${FORM}&style=original`);
    await expect(page.getByRole('switch', { name: /^Allow the workload to exceed the project quota/ })).toBeDisabled();
  });
});
