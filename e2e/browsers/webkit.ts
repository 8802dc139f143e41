import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { DrivenBrowser } from './driver.js';
import type { BrowserPrograms } from './find.js';

/** Starts WebKitGTK's MiniBrowser on a screen of its own. */
export async function startWebKit({ program, browser }: BrowserPrograms): Promise<DrivenBrowser> {
  const port = await freePort();
  // WebKitGTK has no mode without a window; xvfb-run gives it a screen of its own.
  const driver = spawn('xvfb-run', ['-a', program, `--port=${port}`], { stdio: 'ignore', detached: true });
  const command = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown }; // the envelope of every WebDriver answer
    if (!response.ok) throw new Error(`WebDriver ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  try {
    await until(() => command('GET', '/status'));
    const { sessionId, capabilities } = (await command('POST', '/session', {
      capabilities: {
        alwaysMatch: {
          'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
          timeouts: { script: 300_000, pageLoad: 60_000 },
        },
      },
    })) as { sessionId: string; capabilities: { browserName: string; browserVersion: string } };
    const session = `/session/${sessionId}`;
    return {
      version: `${capabilities.browserName} ${capabilities.browserVersion}`,
      goto: async (url) => void (await command('POST', `${session}/url`, { url })),
      evaluate: async (work, argument) => {
        const script = `const done = arguments[1];
          Promise.resolve().then(() => (${work.toString()})(arguments[0]))
            .then((value) => done({ value }), (error) => done({ error: String(error?.message ?? error) }));`;
        const outcome = (await command('POST', `${session}/execute/async`, { script, args: [argument] })) as {
          value: never;
          error?: string;
        };
        if (outcome.error !== undefined) throw new Error(outcome.error);
        return outcome.value;
      },
      close: async () => {
        await command('DELETE', session).catch(() => undefined);
        stop(driver.pid);
      },
    };
  } catch (error) {
    stop(driver.pid);
    throw error;
  }
}

/** Ends the driver with its screen and browser: they are one process group. */
function stop(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function until(attempt: () => Promise<unknown>, seconds = 20): Promise<void> {
  for (let last = Date.now() + seconds * 1000; ;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > last) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
