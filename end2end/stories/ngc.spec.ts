// Images from the NGC catalog and from a registry of the account, as the guide sets them: as a guest, with a key of
// one's own, and with nobody answering. NGC itself is on the internet; a mirror with its answers stands here.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const KEY = 'nvapi-planted-key';

/** Answers as the catalog and as a registry that wants a key for `team/own`; `seen` are the keys that came. */
async function mirror(seen: string[]): Promise<{ address: string; stop: () => void }> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mirror');
    const json = (body: unknown): void => void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    const login = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    if (login !== '') seen.push(login);
    if (pathname.startsWith('/v2/search/')) {
      const { query } = JSON.parse(searchParams.get('q') ?? '{}') as { query: string };
      const images = ['nvidia/pytorch', 'nvidia/tensorflow'].filter((name) => name.includes(query));
      return json({ results: [{ groupValue: 'CONTAINER', totalCount: images.length, resources: images.map((resourceId) => ({ resourceId })) }] });
    }
    if (pathname === '/v2/nvidia/pytorch/tags/list') return json({ tags: ['24.12-py3', '25.01-py3'] });
    if (login !== `$oauthtoken:${KEY}`) {
      response.setHeader('www-authenticate', 'Basic realm="mirror"').writeHead(401).end();
      return;
    }
    if (pathname === '/v2/_catalog') return json({ repositories: ['team/own'] });
    if (pathname === '/v2/team/own/tags/list') return json({ tags: ['1', '2'] });
    response.writeHead(404).end();
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** Switches on, as an administrator does under General settings. */
async function offerNgc(page: Page, address: string): Promise<void> {
  await page.goto('/settings');
  for (const name of ['NGC catalog', 'NGC private registry', 'Registries on this machine']) {
    await page.getByRole('switch', { name }).click();
    await expect(page.getByRole('switch', { name })).toBeChecked();
  }
  await page.getByLabel('NGC mirror').fill(address);
  await page.locator('.setting').filter({ hasText: 'NGC mirror' }).getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.setting').filter({ hasText: 'NGC mirror' })).toContainText('changed it');
}

/** An environment and a template are made of images of NGC too, each from what its kind may use. */
async function keepFromNgc(page: Page, host: string): Promise<void> {
  await page.goto('/environments/new');
  await page.getByLabel('Name', { exact: true }).fill('torch');
  await page.getByLabel('Image source').selectOption('NGC catalog');
  await expect(page.getByLabel('Access to the NGC catalog')).toHaveCount(0);
  await page.getByLabel('Image name').fill('nvidia/pytorch');
  await page.getByLabel('Image tag').fill('25');
  await expect(proposals(page, 'ngc_tag')).toHaveCount(1);
  await page.getByLabel('Image tag').fill('25.01-py3');
  await expectAccessible(page);
  await shots(page, 'environment-ngc');
  await page.getByRole('button', { name: 'Create environment' }).click();
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'torch', exact: true }) });
  await expect(row).toContainText('pytorch:25.01-py3');
  const { entries } = await call(page, 'GET', '/api/v1/asset/environment?name=torch');
  expect(entries[0].spec.image).toBe(`${host}/nvidia/pytorch:25.01-py3`);

  await page.goto('/templates/new');
  await page.getByLabel('Name', { exact: true }).fill('own');
  await page.getByLabel('Image source').selectOption('NGC private registry');
  await page.getByLabel('Registry', { exact: true }).selectOption('own-registry');
  await page.locator('[name=ngc_source]').selectOption('My credentials');
  await page.locator('[name=ngc_mine]').selectOption({ label: 'my-ngc (NGC API key)' });
  await page.getByLabel('Image name').fill('team/own');
  await page.getByLabel('Image tag').fill('1');
  await expect(proposals(page, 'ngc_tag')).toHaveCount(1);
  await page.getByRole('button', { name: 'Create template' }).click();
  await expect(page.getByText('own', { exact: true })).toBeVisible();
  const { entries: templates } = await call(page, 'GET', '/api/v1/workload-templates/workspaces?search=own');
  expect(templates[0].spec.image).toBe(`${host}/team/own:1`);
  expect(templates[0].spec.imagePullSecrets).toBeUndefined();
}

const proposals = (page: Page, name: string) => page.locator(`datalist#${name}-proposals option`);

test('an image is chosen from the NGC catalog and from a private registry', async ({ page, berth, complaints }) => {
  test.setTimeout(180_000);
  complaints.foresee(/seek_images/);
  const seen: string[] = [];
  const ngc = await mirror(seen);
  await welcome(page, await berth.link());
  await offerNgc(page, ngc.address);
  const host = ngc.address.replace('http://', '');
  await call(page, 'POST', '/api/v1/asset/registries', {
    meta: { name: 'own-registry', scope: 'tenant' },
    spec: { url: ngc.address, credentialKind: 'password', user: 'reader', password: 'unused' },
  });

  // As a guest: names and tags are proposed while one types.
  await page.goto('/workloads/new/workspace?project=2&name=from-ngc');
  await page.getByLabel('Image source').selectOption('NGC catalog');
  await expect(page.getByLabel('Access to the NGC catalog')).toHaveValue('guest');
  await page.getByLabel('Image name').fill('torch');
  await expect(proposals(page, 'ngc_image')).toHaveCount(1);
  await page.getByLabel('Image name').fill('nvidia/pytorch');
  await page.getByLabel('Image tag').fill('25');
  await expect(proposals(page, 'ngc_tag')).toHaveCount(1);
  await page.getByLabel('Image tag').fill('25.01-py3');
  await expect(page.locator('#environment')).toContainText(`${host}/nvidia/pytorch:25.01-py3`);
  await expectAccessible(page);
  await shots(page, 'form-ngc');

  // From the private registry, with a key of one's own that is made on the way.
  await page.getByLabel('Image source').selectOption('NGC private registry');
  await page.getByLabel('Registry', { exact: true }).selectOption('own-registry');
  await page.locator('[name=ngc_source]').selectOption('My credentials');
  await expect(page.locator('#environment')).toContainText('NGC API key');
  await page.locator('summary[aria-label="New credential"]').first().click();
  await page.getByLabel('Name of the credential').fill('my-ngc');
  await page.getByLabel('API key').fill(KEY);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep it' }).click();
  await expect(page.locator('[name=ngc_mine]')).toHaveValue('my-ngc');
  await page.getByLabel('Image name').fill('team');
  await expect(proposals(page, 'ngc_image')).toHaveCount(1);
  expect(seen).toContain(`$oauthtoken:${KEY}`);
  await page.getByLabel('Image name').fill('team/own');
  await page.getByLabel('Image tag').fill('2');

  const other = await page.context().newPage();
  await keepFromNgc(other, host);
  await other.close();

  // When nobody answers, what is typed stays, and it is said.
  ngc.stop();
  await page.getByLabel('Image tag').fill('3');
  await expect(page.getByText(/No proposals: .* What you type counts/).first()).toBeVisible();
  await expect(page.getByLabel('Image tag')).toHaveValue('3');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'from-ngc' })).toBeVisible();
  const list = await call(page, 'GET', '/api/v1/workloads?filterBy=name==from-ngc');
  const made = await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`);
  expect(made.spec.image).toBe(`${host}/team/own:3`);
  expect(made.spec.imagePullSecrets[0]).toMatchObject({ name: 'my-ngc', userCredential: true });
  await page.goto('/assets/my-credentials');
  await expect(page.getByRole('rowheader', { name: 'my-ngc' })).toBeVisible();
});
