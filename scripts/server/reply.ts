import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { AnswerFault, BodyFault } from './faults.js';

/** One request as the server saw it. */
export interface LoggedRequest {
  /** GET, HEAD or OPTIONS. */
  method: string;
  /** The path, without the query. */
  path: string;
  /** The status answered; 0 while none is. */
  status: number;
  /** Bytes of body written so far. */
  bytes: number;
  /** The query with its question mark, if there was one. */
  search?: string;
  /** The Range header, if there was one. */
  range?: string;
}

/** An answer under way: the response, and its line in the log. */
export interface Reply {
  /** Node's response. */
  response: ServerResponse;
  /** The log's line, kept up to date. */
  log: LoggedRequest;
}

/** Sends a whole answer. */
export function send(
  reply: Reply,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer = '',
): void {
  const content = Buffer.from(body as string);
  const { response, log } = reply;
  log.status = status;
  const bodiless = log.method === 'HEAD' || status === 304;
  log.bytes = bodiless ? 0 : content.length;
  response.writeHead(status, {
    ...headers,
    ...(status === 304 ? {} : { 'content-length': String(content.length) }),
  });
  response.end(bodiless ? undefined : content);
}

/** Sends a file: whole, the part that a Range header asks for, or spoilt by a fault. */
export async function sendFile(
  reply: Reply,
  headers: Record<string, string>,
  content: Buffer,
  fault?: BodyFault,
): Promise<void> {
  if (fault && reply.log.method !== 'HEAD') return sendSpoilt(reply, headers, content, fault);
  const all = { 'accept-ranges': 'bytes', ...headers };
  const match = /^bytes=(\d+)-(\d*)$/.exec(reply.log.range ?? '');
  if (!match) return send(reply, 200, all, content);
  const start = Number(match[1]);
  const end = Math.min(match[2] ? Number(match[2]) : Infinity, content.length - 1);
  if (start > end) return send(reply, 416, { ...all, 'content-range': `bytes */${content.length}` });
  const range = `bytes ${start}-${end}/${content.length}`;
  return send(reply, 206, { ...all, 'content-range': range }, content.subarray(start, end + 1));
}

/** Answers in place of a file. */
export function sendFault(reply: Reply, headers: Record<string, string>, fault: AnswerFault): void {
  if (fault.kind === 'hang') return;
  if (fault.kind === 'html') {
    const body = fault.body ?? '<!doctype html><title>App</title><div id="root"></div>';
    return send(reply, 200, { ...headers, 'content-type': 'text/html; charset=utf-8' }, body);
  }
  if (fault.kind === 'content')
    return send(reply, 200, { ...headers, 'content-type': fault.type ?? 'text/plain' }, fault.body);
  const retry: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  send(reply, fault.status, { ...headers, ...retry, 'content-type': 'text/plain' }, fault.body ?? 'a fault');
}

/** Sends a file spoilt as the fault says. */
async function sendSpoilt(
  reply: Reply,
  headers: Record<string, string>,
  content: Buffer,
  fault: BodyFault,
): Promise<void> {
  const { response, log } = reply;
  if (fault.kind === 'corrupt') {
    const wrong = Buffer.from(content);
    const middle = wrong.length >> 1;
    wrong[middle] = (wrong[middle] ?? 0) ^ 0xff;
    return send(reply, 200, headers, wrong);
  }
  if (fault.kind === 'short') {
    return send(reply, 200, headers, content.subarray(0, content.length - (fault.missing ?? 1)));
  }
  if (fault.kind === 'compress') {
    const body = fault.encoding === 'br' ? brotliCompressSync(content) : gzipSync(content);
    return send(reply, 200, { ...headers, 'content-encoding': fault.encoding }, body);
  }
  log.status = 200;
  const whole: Record<string, string> =
    fault.kind === 'cut' ? {} : { 'content-length': String(content.length) };
  response.writeHead(200, { ...headers, ...whole });
  if (fault.kind === 'reset' || fault.kind === 'stall' || fault.kind === 'cut') {
    const part = content.subarray(0, fault.afterBytes ?? content.length >> 1);
    log.bytes = part.length;
    if (fault.kind === 'cut') return void response.end(part);
    if (fault.kind === 'stall') return void response.write(part);
    // Written out before the connection breaks, so that the client has read a part.
    response.write(part, () => setTimeout(() => response.socket?.resetAndDestroy(), 50));
    return;
  }
  for (let at = 0; at < content.length && !response.destroyed; at += fault.chunkBytes) {
    const part = content.subarray(at, at + fault.chunkBytes);
    response.write(part);
    log.bytes += part.length;
    await sleep(fault.everyMs);
  }
  response.end();
}
