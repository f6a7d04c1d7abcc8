// What an administrator rules and a member meets: explained at every field before anything is sent, refused by the
// interface and by the command line in the same words, and out of the way of what is right.
import { type Page, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const POLICY = `# What the department has agreed on.
defaults:
  image: jupyter/base-notebook
  environmentVariables:
    instances:
      - {name: TRACKING_URL, value: "https://tracking.example"}
rules:
  workingDir: {required: true}
  imagePullPolicy: {options: [{value: Always}, {value: IfNotPresent, displayed: Only what is missing}]}
  environmentVariables: {instances: {locked: [TRACKING_URL]}}
  compute:
    gpuDevicesRequest: {min: 1, max: 2}
    cpuCoreRequest: {min: 1, max: 7, step: 2}
  storage:
    pvc: {instances: {canAdd: false}}
    nfs: {instances: {canAdd: false}}
    s3: {instances: {canAdd: false}}
    git: {instances: {canAdd: false}}
    hostPath: {instances: {canAdd: false}}
    dataVolume: {instances: {canAdd: false}}
    configMapVolume: {instances: {canAdd: false}}
    secretVolume: {instances: {canAdd: false}}
    emptyDirVolume: {instances: {canAdd: false}}
`;

/** What each rule says of a submission that breaks all of them. */
const REFUSALS = [
  'workingDir: Container working directory is required by the policy of department “ml”.',
  'imagePullPolicy: Pull condition must be one of: Always, IfNotPresent.',
  'environmentVariables[TRACKING_URL]: “TRACKING_URL” is locked by the policy of department “ml” and can’t be changed.',
  'compute.gpuDevicesRequest: GPU devices per pod must not be greater than 2 (requested 4).',
  'compute.cpuCoreRequest: CPU compute request must be one of 1, 3, 5, 7.',
  'storage.emptyDirVolume[cache]: EmptyDir can’t be added: “cache” isn’t part of the policy of department “ml”.',
];

/** The sentence of a refusal, without the path of its field. */
const sentence = (path: string) => REFUSALS.find((line) => line.startsWith(`${path}:`))!.slice(path.length + 2);

/** An administrator writes the policy, sees what it would have refused, and saves it. */
async function rule(page: Page): Promise<void> {
  await page.goto('/policies/new');
  await page.getByLabel('Scope').selectOption({ label: 'department “ml”' });
  await page.getByRole('button', { name: '+Policy YAML' }).click();
  const editor = page.getByRole('textbox', { name: 'Policy YAML' });
  await expect(page.getByText(/would have been refused/)).toBeVisible();
  await editor.fill(POLICY);
  await expect(page.getByText(/^[1-9]\d* of \d+$/)).toBeVisible();
  // Each of them can be opened with what it would have broken.
  await page.locator('summary', { hasText: /, Berth, / }).first().click();
  await expect(page.getByText(sentence('workingDir')).first()).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Save policy' }).click();
  const row = page.getByRole('table', { name: 'Policies' }).getByRole('row').filter({ hasText: 'department “ml”' });
  await expect(row).toContainText('Ready');
}

/** Whether the chip of a field tells these lines: with the focus, under the pointer, and to who hears the page. */
async function explained(page: Page, field: string, ...lines: string[]): Promise<void> {
  const chip = page.locator('summary', { hasText: `where ${field} comes from` }).first();
  const told = chip.locator('xpath=following-sibling::div');
  await chip.focus();
  for (const line of lines) await expect(told.getByText(line)).toBeVisible();
  for (const line of lines) expect(await chip.getAttribute('aria-description')).toContain(line);
  await page.keyboard.press('Escape');
  await expect(told).toBeHidden();
  await chip.hover();
  await expect(told).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(told).toBeHidden();
  // A press keeps it open, another one closes it.
  await chip.click();
  await page.mouse.move(0, 0);
  await expect(told).toBeVisible();
  await chip.press('Enter');
  await expect(told).toBeHidden();
}

test('a member meets the policy of an administrator, and every door says the same', async ({
  page,
  other: theirs,
  berth,
  complaints,
}) => {
  test.setTimeout(240_000);
  complaints.foresee(/api\/v1\/workloads\/workspaces/);
  await welcome(page, await berth.link());
  await rule(page);
  const member = await berth.member(theirs, { project: 'vision' });

  // Whoever may not write policies finds no page of them, and sees what holds all the same.
  await theirs.goto('/projects');
  await expect(theirs.getByRole('link', { name: 'Policies' })).toHaveCount(0);
  await theirs.getByRole('row').filter({ hasText: 'vision' }).getByRole('link', { name: 'View policy' }).click();
  await expect(theirs.getByRole('row').filter({ hasText: 'Between 1 and 2' }).or(theirs.getByRole('row').filter({ hasText: 'At most 2' }))).toContainText('department “ml”');

  await theirs.goto('/workloads/new/workspace?project=2&name=mine');
  await expect(theirs.locator('[data-verdict]')).toBeVisible();
  const by = 'Set by the policy of department “ml”, written by ada@example.org.';
  await explained(theirs, 'Image URL', 'Policy default: “jupyter/base-notebook”, of department “ml”.', by);
  await explained(theirs, "Container's working directory", 'Required.', by);
  await explained(theirs, 'Condition for pulling the image', 'One of Always, Only what is missing (IfNotPresent).', by);
  await explained(theirs, 'GPU devices', 'At least 1.', 'At most 2.', by);
  await explained(theirs, 'CPU compute request', 'In steps of 2.', by);
  await explained(theirs, 'variable TRACKING_URL', sentence('environmentVariables[TRACKING_URL]'), by);

  // A default can be left, and gone back to.
  const image = theirs.getByLabel('Image URL');
  await image.fill('mine/own:1');
  await theirs.locator('#environment').getByRole('button', { name: 'Reset' }).first().click();
  await expect(image).toHaveValue('jupyter/base-notebook');

  // What can be typed wrongly is said while it is typed.
  const folder = theirs.getByLabel("Container's working directory");
  await folder.fill('/work');
  await folder.fill('');
  await folder.blur();
  await expect(theirs.getByText(sentence('workingDir')).first()).toBeVisible();
  const gpus = theirs.getByRole('spinbutton', { name: 'GPU devices' });
  await expect(theirs.getByText('Enter a value between 1 and 2')).toBeVisible();
  await gpus.fill('4');
  await gpus.blur();
  await expect(theirs.getByText(sentence('compute.gpuDevicesRequest')).first()).toBeVisible();
  await gpus.fill('0');
  await expect(theirs.getByText('GPU devices per pod must not be less than 1 (requested 0).').first()).toBeVisible();
  const cpu = theirs.locator('[name=cpu]');
  await cpu.fill('4');
  await cpu.blur();
  await expect(theirs.getByText(sentence('compute.cpuCoreRequest')).first()).toBeVisible();

  // What cannot be done is there, and says why: a choice, a row, and everything that could be mounted.
  const pull = theirs.getByLabel('Condition for pulling the image');
  await expect(pull.locator('option', { hasText: 'Only what is missing' })).toBeEnabled();
  await expect(pull.locator('option[value=Never]')).toBeDisabled();
  await expect(theirs.getByText('Set by policy', { exact: true })).toBeVisible();
  await expect(theirs.locator('[name=variable_value]').first()).not.toBeEditable();
  await expect(theirs.getByRole('button', { name: 'Remove variable TRACKING_URL' })).toHaveCount(0);
  await theirs.getByRole('button', { name: '+Data', exact: true }).press('Enter');
  await expect(theirs.getByRole('menuitem', { name: /^EmptyDir/ })).toHaveAttribute('aria-disabled', 'true');
  await theirs.keyboard.press('Escape');
  await expect(theirs.locator('#storage')).toContainText('policy of department “ml”');
  await expectAccessible(theirs);
  await shots(theirs, 'member-refused');

  // The interface and the command line refuse what the form would not send, in the words that the form has.
  const broken = {
    image: 'jupyter/base-notebook',
    imagePullPolicy: 'Never',
    environmentVariables: [{ name: 'TRACKING_URL', value: 'https://mine.example' }],
    compute: { gpuDevicesRequest: 4, cpuCoreRequest: 4 },
    storage: { emptyDirVolume: [{ name: 'cache', path: '/cache' }] },
  };
  const answer = await theirs.evaluate(async (spec) => {
    const projects = (await (await fetch('/api/v1/org-unit/projects')).json()).projects;
    const { id, clusterId } = projects.find((one: { name: string }) => one.name === 'vision');
    const answer = await fetch('/api/v1/workloads/workspaces', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'broken', projectId: id, clusterId, spec }),
    });
    return { status: answer.status, body: await answer.json() };
  }, broken);
  expect(answer.status).toBe(400);
  const issues: { field: string; details: string }[] = answer.body.complianceIssues;
  expect(issues.map(({ field, details }) => `${field}: ${details}`).sort()).toEqual([...REFUSALS].sort());

  const command = [
    ...['workspace', 'submit', 'broken', '-p', 'vision', '-i', 'jupyter/base-notebook', '--image-pull-policy', 'Never'],
    ...['--environment-variable', 'TRACKING_URL=https://mine.example', '-g', '4', '--cpu-core-request', '4'],
    ...['--empty-dir-volume', 'name=cache,path=/cache'],
  ];
  const said = await berth.command(member, command);
  expect(said.code, said.err).toBe(6);
  expect(said.err.trim().split('\n').slice(1).sort()).toEqual([...REFUSALS].sort());

  // And what is right goes through.
  await folder.fill('/work');
  await gpus.fill('1');
  await cpu.fill('3');
  await pull.selectOption('IfNotPresent');
  await theirs.getByRole('button', { name: 'Create workspace' }).click();
  await expect(theirs.getByRole('row').filter({ hasText: 'mine' })).toBeVisible();
  const made = await theirs.evaluate(async () => {
    const list = await (await fetch('/api/v1/workloads?filterBy=name==mine')).json();
    return (await fetch(`/api/v1/workloads/workspaces/${list.workloads[0].id}`)).json();
  });
  expect(made.spec).toMatchObject({
    image: 'jupyter/base-notebook',
    imagePullPolicy: 'IfNotPresent',
    workingDir: '/work',
    compute: { gpuDevicesRequest: 1, cpuCoreRequest: 3 },
    environmentVariables: [{ name: 'TRACKING_URL', value: 'https://tracking.example' }],
  });
});
