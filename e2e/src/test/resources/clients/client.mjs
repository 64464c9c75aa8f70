// Asks what ClientsTest asks, by Node's fetch and by its http module. Arguments: base URL; CA by NODE_EXTRA_CA_CERTS.
import assert from 'node:assert';
import http from 'node:http';
import https from 'node:https';

const base = process.argv[2];
const body = Buffer.from('outrigger'.repeat(120_000));

const byFetch = async (method, path, content, streamed) => {
  const sent = streamed ? new ReadableStream({ start(c) { c.enqueue(content); c.close(); } }) : content;
  const answer = await fetch(base + path, { method, body: sent, duplex: streamed ? 'half' : undefined });
  return [answer.status, Buffer.from(await answer.arrayBuffer())];
};

const agent = new (base.startsWith('https') ? https : http).Agent({ keepAlive: true });
const byModule = (method, path, content, streamed) =>
  new Promise((resolve, reject) => {
    const headers = content && !streamed ? { 'content-length': content.length } : {};
    const request = (base.startsWith('https') ? https : http).request(base + path, { method, agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve([answer.statusCode, Buffer.concat(parts)]));
    });
    request.on('error', reject);
    if (content) request.write(content);
    request.end();
  });

const expect = (got, status, content) => {
  assert.equal(got[0], status);
  assert.ok(got[1].equals(Buffer.from(content)), `${got[1].length} bytes`);
};

for (const ask of [byFetch, byModule]) {
  for (let i = 0; i < 3; i++) expect(await ask('GET', '/hello'), 200, 'hello GET');
  expect(await ask('HEAD', '/hello'), 200, '');
  expect(await ask('DELETE', '/empty'), 204, '');
  expect(await ask('GET', '/nothing'), 404, 'nothing here');
  if (ask === byFetch) expect(await ask('GET', '/moved'), 200, 'hello GET');
  expect(await ask('POST', '/echo', body, false), 200, body);
  expect(await ask('PUT', '/echo', body, true), 200, body);
  expect(await ask('GET', '/large'), 200, Buffer.alloc(8 << 20));
  await Promise.all(Array.from({ length: 20 }, async () => expect(await ask('GET', '/hello'), 200, 'hello GET')));
}
agent.destroy();
console.log('ok');
