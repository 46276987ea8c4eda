/* ODK's own form engine as a phone's browser would run it: lists forms at an OpenRosa address, fills one in,
   sends it twice. Arguments: address, form id, JSON {"/path": value}. Prints what the server answered. */

import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

const dom = new JSDOM('', { contentType: 'text/html', url: 'http://127.0.0.1/' });
// The engine is built for browsers: it looks for these where a browser has them.
for (const name of Object.getOwnPropertyNames(dom.window)) {
  if (!(name in globalThis) && /^[A-Z]/.test(name)) globalThis[name] = dom.window[name];
}
for (const name of ['document', 'DOMParser', 'XMLSerializer', 'Node', 'Element', 'Document', 'XPathResult']) {
  globalThis[name] = dom.window[name];
}
globalThis.window = globalThis;
globalThis.__dirname = import.meta.dirname;
globalThis.require = createRequire(import.meta.url);

const { createInstance } = await import('@getodk/xforms-engine');

const [address, formId, answers] = [process.argv[2], process.argv[3], JSON.parse(process.argv[4])];
const headers = { 'X-OpenRosa-Version': '1.0' };

const listing = await (await fetch(`${address}/formList`, { headers })).text();
const list = new dom.window.DOMParser().parseFromString(listing, 'text/xml');
const entry = [...list.getElementsByTagName('xform')].find(
  (one) => one.getElementsByTagName('formID')[0].textContent === formId,
);
const url = entry.getElementsByTagName('downloadUrl')[0].textContent;
const xform = await (await fetch(url, { headers })).text();

const form = await createInstance(xform, { form: { fetchFormAttachment: (at) => fetch(at) } });
const root = form.root ?? form;
const languages = root.languages.map((one) => one.language ?? '');
if (root.languages[0]?.isSyntheticDefault !== true) root.setLanguage(root.languages[0]);

const nodes = new Map();
const walk = (node) => {
  nodes.set(node.currentState.reference, node);
  for (const child of node.currentState.children ?? []) walk(child);
};
walk(root);

const labels = {};
for (const [path, value] of Object.entries(answers)) {
  const node = [...nodes].find(([reference]) => reference.endsWith(path))[1];
  labels[path] = node.currentState.label?.asString ?? '';
  if (node.nodeType === 'select') node.selectValue(value);
  else if (node.nodeType === 'upload') node.setValue(new File([Buffer.from(value, 'base64')], 'well.jpg'));
  else node.setValue(value);
}

const payload = await root.prepareInstancePayload({ payloadType: 'chunked', maxSize: 10_000_000 });
const sent = [];
const head = await fetch(`${address}/submission`, { method: 'HEAD', headers });
for (let turn = 0; turn < 2; turn += 1) {
  for (const data of payload.data) {
    // The engine's FormData is jsdom's; fetch wants the platform's own.
    const body = new FormData();
    for (const [name, part] of data.entries()) {
      const blob = typeof part === 'string' ? part : new Blob([await bytes(part)], { type: part.type });
      if (typeof blob === 'string') body.append(name, blob);
      else body.append(name, blob, part.name ?? name);
    }
    const answer = await fetch(`${address}/submission`, { method: 'POST', headers, body });
    sent.push([answer.status, await answer.text()]);
  }
}
console.log(JSON.stringify({ languages, labels, status: payload.status, head: head.status, sent }));

async function bytes(part) {
  if (typeof part.arrayBuffer === 'function') return new Uint8Array(await part.arrayBuffer());
  return new Promise((resolve) => {
    const reader = new dom.window.FileReader();
    reader.onload = () => resolve(new Uint8Array(reader.result));
    reader.readAsArrayBuffer(part);
  });
}
