// Every field of the form, read from the form's own catalogue: that it is there under its name, what stands in it where
// nobody says anything, and that what is wrong is said at it. The same table over REST is `server/tests/form.rs`.
import { readFileSync } from 'node:fs';

import { type Page, expect, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

interface Field {
  list: string;
  name: string;
  label: string;
  /** Where what is wrong is said; empty where it is said at another field. */
  path: string;
  default: string;
  need: string;
  when: [string, string][];
}

type Typed = [name: string, right: string, wrong: string | null];

const LISTS = ['secret', 'tool', 'link', 'variable', 'extended', 'toleration', 'data', 'label', 'annotation'];
/** What makes a field appear that no other field of its table says. */
const TOLD: Record<string, [string, string][]> = {
  has_gpus: [['gpu_devices', '1']],
  has_ngc_key: [['image_source', 'catalog'], ['ngc_access', 'authenticated']],
  gpu_limits: [['gpu_request', '50']],
};
/** Told by the general settings, which the story switches on. */
const BY_SETTINGS = ['has_ngc'];

const TABLE = catalogue();
const TYPED: Typed[] = JSON.parse(readFileSync('../domain/tests/typed.json', 'utf8'));

test('every field is there under its name, opens as it says, and says what is wrong', async ({ page, berth, complaints }) => {
  test.setTimeout(300_000);
  // No NGC can be reached from here.
  complaints.foresee(/seek_images/, /look_up_image/);
  await welcome(page, await berth.link());
  for (const key of ['workloads.ngc_catalog', 'workloads.ngc_private_registry', 'resources.gpu_optimization']) {
    await berth.api('PUT', '/v1/k8s/setting', { key, value: true });
  }
  const seen = new Set<string>();
  for (const view of views()) {
    await page.goto(`/workloads/new/workspace?project=1&name=fields&${view.address}`);
    await expect(page.locator('[data-verdict]')).toBeVisible();
    await unfold(page);
    for (const [field, at] of view.fields) {
      const id = `${field.list && `${field.list}_`}${field.name}`;
      const control = page.locator(`[name="${id}"]`).nth(at);
      await expect(control, `${id} is there`).toBeAttached();
      // What a class asks for has fields of its own.
      const isHidden = (await control.getAttribute('type')) === 'hidden';
      if (!isHidden) expect.soft(await called(page, id, at), `${id} has its name`).toContain(field.label);
      if (!view.given.has(id)) expect.soft(await stands(page, id, at), `${id} opens with its default`).toBe(opens(field));
      if (!seen.has(id)) await tried(page, field, id, at);
      seen.add(id);
    }
  }
  const missing = TABLE.filter((field) => field.label !== '' && !seen.has(`${field.list && `${field.list}_`}${field.name}`));
  expect(missing.map((field) => `${field.list} ${field.name}`)).toEqual([]);
});

/** Types what is wrong, and what is right. */
async function tried(page: Page, field: Field, id: string, at: number): Promise<void> {
  const name = `${field.list && `${field.list}.`}${field.name}`;
  const [, right, wrong] = TYPED.find(([of]) => of === name) ?? [name, '', null];
  const control = page.locator(`[name="${id}"]`).nth(at);
  const is = await control.evaluate((one: HTMLInputElement) => `${one.tagName} ${one.type}`);
  const takes = is === 'INPUT text' || (is === 'INPUT number' && !Number.isNaN(Number(wrong)));
  // A browser does not let control characters into a line.
  if (!takes || field.path === '' || wrong === null || wrong.includes('\0') || !(await control.isEditable())) return;
  const before = await control.inputValue();
  await control.fill(wrong === '' ? 'x' : wrong);
  await control.fill(wrong);
  await control.blur();
  await expect.soft(control, `${id} says that ${wrong} is wrong`).toHaveAttribute('aria-invalid', 'true');
  await control.fill(right);
  await expect.soft(control, `${id} takes ${right}`).not.toHaveAttribute('aria-invalid', 'true');
  await control.fill(before);
}

/** What a control is called: by its label, or by the legend of its group. */
async function called(page: Page, id: string, at: number): Promise<string> {
  return page.locator(`[name="${id}"]`).nth(at).evaluate((one: HTMLInputElement) => {
    const labels = [...(one.labels ?? [])].map((label) => label.textContent);
    return [...labels, one.closest('fieldset')?.querySelector('legend')?.textContent, one.getAttribute('aria-label')].join(' ');
  });
}

/** What stands in a control; of several boxes, the chosen ones. */
async function stands(page: Page, id: string, at: number): Promise<string> {
  return page.locator(`[name="${id}"]`).nth(at).evaluate((one: HTMLInputElement) => {
    if (one.type !== 'checkbox' && one.type !== 'radio') return one.value;
    const group = one.closest('fieldset') ?? one.parentElement!;
    const boxes = [...group.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(one.name)}"]`)];
    return boxes.filter((box) => box.checked).map((box) => box.value).join(',');
  });
}

/** The default as its control says it: a switch that is off sends nothing. */
function opens(field: Field): string {
  return field.default === 'off' ? '' : field.default;
}

async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
}

interface View {
  address: string;
  /** With the place among the controls of its name. */
  fields: [Field, number][];
  given: Set<string>;
}

/** As few forms as show every field: what needs different answers of the same field stands in different ones. */
function views(): View[] {
  const views: { pairs: Map<string, string>; fields: [Field, number][] }[] = [];
  for (const field of TABLE.filter((field) => field.list === '' && field.label !== '')) {
    const pairs = needs(field, TABLE.filter((other) => other.list === ''));
    const fits = views.find((view) => [...pairs].every(([name, value]) => (view.pairs.get(name) ?? value) === value));
    const view = fits ?? { pairs: new Map<string, string>(), fields: [] as [Field, number][] };
    if (!fits) views.push(view);
    pairs.forEach((value, name) => view.pairs.set(name, value));
    view.fields.push([field, 0]);
  }
  const whole = views.map(({ pairs, fields }) => ({
    address: new URLSearchParams([['image', 'a'], ...pairs].filter(([name]) => name !== 'image' || !pairs.has('image_source'))).toString(),
    fields,
    given: new Set(['image', ...[...pairs].filter(([name, value]) => standard('', name) !== value).map(([name]) => name)]),
  }));
  return [...whole, ...LISTS.map(rows)];
}

/** A form with a row for each way in which a row of a list can look. */
function rows(list: string): View {
  const own = TABLE.filter((field) => field.list === list);
  const looks = new Map<string, { pairs: Map<string, string>; fields: Field[] }>();
  for (const field of own.filter((field) => field.label !== '')) {
    const pairs = needs(field, own);
    if (list === 'data' && !pairs.has('kind')) pairs.set('kind', 'volume');
    const key = JSON.stringify([...pairs].sort());
    looks.set(key, { pairs, fields: [...(looks.get(key)?.fields ?? []), field] });
  }
  const pairs: [string, string][] = [['image', 'a']];
  const fields: [Field, number][] = [];
  const count = new Map<string, number>();
  const given = new Set<string>();
  for (const look of looks.values()) {
    // The first field begins a row, and each field stands once in it.
    const first = own[0]!.name;
    pairs.push([`${list}_${first}`, look.pairs.get(first) ?? own[0]!.default]);
    for (const [name, value] of look.pairs) {
      if (name !== first) pairs.push([`${list}_${name}`, value]);
      if (standard(list, name) !== value) given.add(`${list}_${name}`);
    }
    const shown = own.filter((field) => field.label !== '' && isShown(field, look.pairs, own));
    for (const field of shown) {
      const at = count.get(field.name) ?? 0;
      count.set(field.name, at + 1);
      if (look.fields.includes(field)) fields.push([field, at]);
    }
  }
  return { address: new URLSearchParams(pairs).toString(), fields, given };
}

/** What the other fields of a table must say for this one to be there. */
function needs(field: Field, table: Field[]): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of field.when) {
    if (BY_SETTINGS.includes(name)) continue;
    for (const [name_, value_] of TOLD[name] ?? [[name, value.split('|')[0]!]]) {
      const other = table.find((other) => other.name === name_);
      if (other) needs(other, table).forEach((value, name) => all.set(name, value));
      all.set(name_, value_);
    }
  }
  return all;
}

function standard(list: string, name: string): string | undefined {
  return TABLE.find((field) => field.list === list && field.name === name)?.default;
}

function isShown(field: Field, pairs: Map<string, string>, own: Field[]): boolean {
  return field.when.every(([name, values]) => {
    const value = pairs.get(name) ?? own.find((other) => other.name === name)?.default ?? '';
    return values.split('|').includes(value);
  });
}

function catalogue(): Field[] {
  const text = readFileSync('../domain/tests/snapshots/form__every_field_of_the_form.snap', 'utf8');
  const lines = text.split('\n').slice(text.split('\n').findIndex((line) => line.startsWith('name |')) + 1);
  return lines.filter((line) => line.includes(' | ')).map((line) => {
    const [whole = '', label = '', path = '', standard = '', need = '', when = ''] = line.split(' | ').map((part) => part.trim());
    const list = LISTS.find((list) => whole.startsWith(`${list}_`)) ?? '';
    const conditions = when.split(' and ').filter((one) => one.includes('='));
    return {
      list,
      name: list ? whole.slice(list.length + 1) : whole,
      label,
      path,
      default: standard,
      need,
      when: conditions.map((one) => one.split('=') as [string, string]),
    };
  });
}
