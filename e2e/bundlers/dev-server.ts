import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/** A development server that runs. */
export interface DevServer {
  /** `http://localhost:port`, without a slash at the end. */
  url: string;
  /** Ends it with all that it started. */
  close(): Promise<void>;
}

/** Milliseconds until a development server has to answer. */
const START_LIMIT = 90_000;

/**
 * Starts a bundler's development server and waits until it answers.
 * @param app - the folder @param command - with `PORT` where the port belongs
 * @throws Error with what it said, where it does not answer in time
 */
export async function startDev(app: string, [program = '', ...args]: readonly string[]): Promise<DevServer> {
  const port = await freePort();
  const said: string[] = [];
  const child = spawn(
    program,
    args.map((arg) => arg.replace('PORT', String(port))),
    {
      cwd: app,
      detached: true, // a process group of its own, so that its children end with it
      stdio: 'pipe', // esbuild's ends with its standard input
      env: { ...process.env, NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: '1' },
    },
  );
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => said.push(data.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', resolve));
  const close = async () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  const url = `http://localhost:${port}`;
  for (const end = Date.now() + START_LIMIT; Date.now() < end && child.exitCode === null;) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { url, close };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await close();
  throw new Error(`${program} ${args.join(' ')} did not answer:\n${said.join('')}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
