// A Berth server as a child process: started in a fresh folder, killed, started again, stopped.
// It knows what the program prints, and of its pages the one where people sign in.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Page } from '@playwright/test';

import { signIn } from './pages/identity';

const START_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 6_000;
const KEPT_LINES = 400;
/** The service account that a story's helpers use beside the page. */
const CLIENT = { id: 'story', secret: 'known to this story alone' };

export interface ServerOptions {
  /** Fill the database with an organisation worth looking at. */
  demo?: boolean;
  /** The socket of a container engine that runs the workspaces. */
  engine?: string;
  /** The connection to a cluster of Kubernetes that runs them; without either they are simulated. */
  kubeconfig?: string;
  /** More arguments for `berth serve`. */
  args?: string[];
  /** More environment, for instance the administrator of an unattended start. */
  env?: Record<string, string>;
}

/** Who is to be made; a practitioner where no role is named. */
export interface Member {
  email?: string;
  role?: string;
  project?: string;
  department?: string;
}

export interface Person {
  email: string;
  password: string;
}

export class Server {
  private child: ChildProcess | undefined;
  private address = '127.0.0.1:0';
  private lines: string[] = [];
  private members = 0;
  /** That of the service account, once it was asked for. */
  private token: string | undefined;

  private constructor(
    readonly data: string,
    private readonly options: ServerOptions,
  ) {}

  /** Starts a server on a free port with an empty data folder. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const data = await mkdtemp(path.join(tmpdir(), 'berth-story-'));
    const server = new Server(data, options);
    try {
      await server.launch();
    } catch (problem) {
      await server.discard();
      throw problem;
    }
    return server;
  }

  /** Where the server answers, without a slash at the end. */
  get url(): string {
    return `http://${this.address}`;
  }

  /** The newest lines of both outputs. */
  get output(): string {
    return this.lines.join('\n');
  }

  /** The process, while there is one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** The one-time link of a first start; waits for it to be printed. */
  async link(): Promise<string> {
    return this.printed(/https?:\/\/\S+\/welcome\?token=[\w.~%-]+/);
  }

  /** Asks the interface as an administrator, beside the page. Fails on a refusal. */
  async api(method: string, path: string, body?: object): Promise<any> {
    this.token ??= await this.signedIn();
    return this.ask(method, path, body, { authorization: `Bearer ${this.token}` });
  }

  private async signedIn(): Promise<string> {
    const grant = { grantType: 'client_credentials', clientID: CLIENT.id, clientSecret: CLIENT.secret };
    return (await this.ask('POST', '/api/v1/token', grant, {})).accessToken;
  }

  private async ask(method: string, path: string, body: object | undefined, headers: Record<string, string>) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /**
   * Makes a user with a role, by its name, on a project or a department by its name, or else on the whole account; and
   * signs in on `page`. The password is for good.
   */
  async member(page: Page, { email, role, project, department }: Member = {}): Promise<Person> {
    const address = email ?? `member-${++this.members}@example.org`;
    const made = await this.api('POST', '/api/v1/users', { email: address, resetPassword: false });
    const person = { email: made.username, password: made.tempPassword };
    await this.allow(person.email, { role, project, department });
    await signIn(page, person);
    return person;
  }

  /** Runs a command of the command line as this person: how it ended, and what it said. */
  async command(person: Person, args: string[]): Promise<{ code: number; out: string; err: string }> {
    const grant = { grantType: 'password', username: person.email, password: person.password };
    const { accessToken } = await this.ask('POST', '/api/v1/token', grant, {});
    const env = { ...withoutSettings(process.env), BERTH_URL: this.url, BERTH_TOKEN: accessToken };
    const run = promisify(execFile);
    try {
      const { stdout, stderr } = await run(program(), args, { env: { ...env, BERTH_CLI_CONFIG_PATH: this.data } });
      return { code: 0, out: stdout, err: stderr };
    } catch (ended) {
      const { code, stdout, stderr } = ended as { code: number; stdout: string; stderr: string };
      return { code, out: stdout, err: stderr };
    }
  }

  /** Gives a user a role. */
  async allow(email: string, { role, project, department }: Omit<Member, 'email'>): Promise<void> {
    const roles = await this.api('GET', '/api/v1/authorization/roles');
    const roleId = roles.find((one: { name: string }) => one.name === (role ?? 'AI practitioner')).id;
    const [scopeType, scopeId] = await this.place(project, department);
    const rule = { subjectType: 'user', subjectId: email, roleId, scopeType, scopeId };
    await this.api('POST', '/api/v1/authorization/access-rules', rule);
  }

  private async place(project?: string, department?: string): Promise<[string, string]> {
    const named = async (kind: string, name: string) => {
      const list = await this.api('GET', `/api/v1/org-unit/${kind}s?filterBy=name==${name}`);
      return list[`${kind}s`][0].id as string;
    };
    if (project) return ['project', await named('project', project)];
    if (department) return ['department', await named('department', department)];
    return ['tenant', ''];
  }

  /** Ends the process without warning, as a power cut would. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Starts again with the same data on the same port. */
  async restart(): Promise<void> {
    await this.end('SIGKILL');
    await this.launch();
  }

  /** Asks the server to end; fails when it does not within its promised time. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends the server in any case and removes its data. */
  async discard(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.data, { recursive: true, force: true });
  }

  private async launch(): Promise<void> {
    [this.lines, this.token] = [[], undefined];
    const { engine, kubeconfig } = this.options;
    const cluster = engine
      ? ['--cluster', 'container', '--engine', engine]
      : kubeconfig
        ? ['--cluster', 'kubernetes', '--kubeconfig', kubeconfig]
        : ['--cluster', 'simulated'];
    const args = ['serve', ...cluster, '--data', this.data, '--listen', this.address];
    if (this.options.demo) args.push('--demo');
    const child = spawn(program(), [...args, ...(this.options.args ?? [])], {
      env: {
        ...withoutSettings(process.env),
        BERTH_BOOTSTRAP_CLIENT_ID: CLIENT.id,
        BERTH_BOOTSTRAP_CLIENT_SECRET: CLIENT.secret,
        ...this.options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.on('error', (problem) => this.keep(String(problem)));
    readLines(child.stdout, (line) => this.keep(line));
    readLines(child.stderr, (line) => this.keep(line));
    const url = await this.printed(/^listening on (http:\/\/\S+)/);
    this.address = new URL(url).host;
  }

  private keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
  }

  /** The first group, or else the whole, of what `pattern` finds in the output of this start. */
  private async printed(pattern: RegExp): Promise<string> {
    const until = Date.now() + START_WITHIN_MS;
    while (Date.now() < until) {
      for (const line of this.lines) {
        const found = pattern.exec(line);
        if (found) return found[1] ?? found[0];
      }
      if (!this.child || hasEnded(this.child)) break;
      await pause(20);
    }
    throw new Error(`the server did not print ${pattern}; it said:\n${this.output}`);
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.pid === undefined || hasEnded(child)) return;
    const ended = once(child, 'exit').then(() => true);
    child.kill(signal);
    if (await Promise.race([ended, pause(STOP_WITHIN_MS).then(() => false)])) return;
    child.kill('SIGKILL');
    await ended;
    throw new Error(`the server did not stop within ${STOP_WITHIN_MS} ms; it said:\n${this.output}`);
  }
}

/** The program that is tried. */
function program(): string {
  const named = process.env.BERTH_BIN;
  if (!named) throw new Error('BERTH_BIN names no program: run `cargo xtask stories`');
  return named;
}

/** The environment without settings of the person who runs the tests. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('BERTH_')));
}

function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    // Terminals get colours; stories read plain text.
    for (const line of lines) take(line.replace(/\x1b\[[0-9;]*m/g, ''));
  });
  stream.on('end', () => rest && take(rest));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
